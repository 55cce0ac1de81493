"""Arrays are read like NumPy reads them, and nothing else is."""

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from studio.array_files import read_npy, read_npz

DTYPES = st.sampled_from(["<f4", ">f8", "<f2", "|u1", "<i8", ">i2", "|b1", "<U5"])
ARRAYS = arrays.arrays(DTYPES, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0))


@given(array=ARRAYS, is_fortran=st.booleans())
def test_arrays_are_read_as_numpy_reads_them(array, is_fortran, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp()
    array = np.asfortranarray(array) if is_fortran else array
    np.save(folder / "a.npy", array)
    np.savez(folder / "a.npz", a=array, b=array)
    np.savez_compressed(folder / "c.npz", a=array)
    limit = max(array.nbytes, 1)
    read = [
        read_npy(folder / "a.npy"),
        read_npz(folder / "a.npz")["b"],
        read_npz(folder / "c.npz", ("a",), limit)["a"],
    ]
    for found in read:
        assert found.dtype == array.dtype
        assert found.flags.writeable
        np.testing.assert_array_equal(found, array)


def claim(shape, dtype="<f4", data=b""):
    """A .npy file that claims a shape."""
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + data


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUMPY\x01\x00\xff\xff",
        claim((1 << 40,)),
        claim((1 << 60, 1 << 60)),
        claim((-1,), data=bytes(4)),
        claim((2,), data=bytes(7)),
        claim((1,), "|O", bytes(8)),
        claim((1,), "<M8[s]", bytes(8)),
        claim((1,) * 20, data=bytes(4)),
        claim("(" * 5000),
        claim((1,), "<f1", bytes(1)),
        claim((2,)).replace(b"(2,)", b"(2,[)"),
        claim((2,)).replace(b"(2,)", b"(2L,)"),
    ],
)
def test_what_a_file_claims_is_checked_before_memory_is_taken(tmp_path, content):
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(ValueError, match=r"array|header"):
        read_npy(tmp_path / "a.npy")


def test_an_archive_of_compressed_zeros_takes_no_more_than_expected(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", a=np.zeros(1 << 20, np.uint8))
    assert read_npz(tmp_path / "a.npz", ("a",), 1 << 20)["a"].nbytes == 1 << 20
    with pytest.raises(ValueError, match="bytes"):
        read_npz(tmp_path / "a.npz", ("a",), (1 << 20) - 1)
    with pytest.raises(ValueError, match="compressed"):
        read_npz(tmp_path / "a.npz")
    with pytest.raises(ValueError, match="damaged"):
        read_npz(tmp_path / "a.npz", ("b",), 100)


def test_an_archive_that_claims_a_huge_directory_is_refused(tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.npy", claim((1,), data=bytes(4)))
    content = bytearray(file.getvalue())
    content[-10:-6] = b"\xff\xff\xff\x7f"
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(ValueError, match=r"damaged|offset|header|array"):
        read_npz(tmp_path / "a.npz")
