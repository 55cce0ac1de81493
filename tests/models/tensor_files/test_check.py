"""Files of tensors are checked in linear time: what is not a tensor never reaches `torch.load`."""

import io
import pickle
import struct
import zipfile

import pytest
import torch

from studio.models.tensor_files import TensorFileError, check_tensor_file
from studio.models.tensor_files.pickle_check import check_pickle, no_storage

STATE = {
    "weights": {"a": torch.arange(6.0).reshape(2, 3), "b": torch.zeros(0), "c": torch.tensor(3)},
    "shared": [(0.9, 0.999)] * 2,
    "flags": [True, None, -5, 1 << 40, "é"],
    0: {"nested": ()},
}


def saved(value, **options):
    file = io.BytesIO()
    torch.save(value, file, **options)
    file.seek(0)
    return file


def archive(data, members=(), compression=zipfile.ZIP_STORED, folder="archive"):
    """A zip file of torch with this pickle."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as writer:
        for name, content in (("data.pkl", data), ("version", b"3\n"), *members):
            writer.writestr(f"{folder}/{name}", content)
    file.seek(0)
    return file


@pytest.mark.parametrize("is_new", [True, False])
def test_what_torch_saves_passes_and_is_then_loaded(is_new):
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.randn(2, 1, 8, 8)).sum().backward()
    optimizer.step()
    value = STATE | {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    value["parameters"] = dict(model.named_parameters())
    file = saved(value, _use_new_zipfile_serialization=is_new)
    check_tensor_file(file)
    assert torch.equal(torch.load(file)["weights"]["a"], STATE["weights"]["a"])


def test_views_of_one_storage_and_transposed_tensors_pass():
    base = torch.arange(12.0).reshape(3, 4)
    check_tensor_file(saved({"row": base[1], "transposed": base.T, "all": base}))


def nested_key(levels):
    """A dict key of nested pairs `(t, t)`: its hash takes 2^levels steps."""
    return b"\x80\x02})" + b"q\x00h\x00\x86" * levels + b"K\x01s."


def repeated(levels):
    """A list of lists that contain one another twice: visiting all of it takes 2^levels steps."""
    opcodes = b"\x80\x02]q\x00"
    for level in range(levels):
        opcodes += b"](h%ch%ceq%c" % (level, level, level + 1)
    return opcodes + b"."


def collisions(count):
    """Keys with the same hash: adding them to a dict takes quadratic time."""
    keys = (((1 << 61) - 1) * (index + 1) for index in range(count))
    return pickle.dumps(dict.fromkeys(keys), protocol=2)


HOSTILE = {
    "a key that takes forever to hash": nested_key(60),
    "a key that is a tuple": pickle.dumps({(1, 2): 3}, protocol=2),
    "keys with one hash": collisions(100),
    "lists that repeat each other": repeated(40),
    "a list in itself": b"\x80\x02]q\x00(h\x00e.",
    "deep nesting": b"\x80\x02" + b"]" * 1000 + b"a" * 999 + b".",
    "a function": b"\x80\x02cos\nsystem\n(X\x02\x00\x00\x00lstR.",
    "an unknown class": pickle.dumps(zipfile.ZipFile, protocol=2),
    "a newer protocol": pickle.dumps({"a": 1}, protocol=4),
    "no end": b"\x80\x02}",
    "an empty stack": b"\x80\x02.",
    "a wrong mark": b"\x80\x02e.",
    "an unknown number in the memo": b"\x80\x02h\x05.",
    "a method of a dict replaced": (
        b"\x80\x02ccollections\nOrderedDict\n)R}X\x05\x00\x00\x00itemsK\x01sb."
    ),
    "text with an invalid escape, of which Python warns": b"\x80\x02S'\\X'\n.",
    "nothing": b"",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_pickle_is_refused(data):
    for file in (archive(data), io.BytesIO(data)):
        with pytest.raises(TensorFileError) as caught:
            check_tensor_file(file)
        assert "weights_only" not in str(caught.value)


def test_a_pickle_with_very_many_values_is_refused():
    data = b"\x80\x02](" + b"N" * 300_000 + b"e."
    with pytest.raises(TensorFileError, match="too many"):
        check_pickle(io.BytesIO(data), no_storage)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"K\x07", b"J\xff\xff\xff\x7f"),  # elements of the storage, or the size
        (b"K\x07", b"K\x08"),
        (b"K\x07", b"J\xff\xff\xff\xff"),
        (b"FloatStorage", b"DoubleStorage"),
        (b"cpu", b"\x00\x00\x00"),
    ],
)
def test_a_tensor_that_claims_more_than_its_data_is_refused(old, new):
    file = saved({"a": torch.zeros(7)})
    with zipfile.ZipFile(file) as reader:
        names = reader.namelist()
        data = reader.read(next(name for name in names if name.endswith("data.pkl")))
        storage = reader.read(next(name for name in names if name.endswith("data/0")))
    assert old in data
    changed = archive(data.replace(old, new), [("data/0", storage)])
    if old == b"cpu":  # where a tensor was does not matter: it is read into main memory
        check_tensor_file(changed)
        return
    with pytest.raises(TensorFileError):
        check_tensor_file(changed)


def test_a_tensor_without_data_or_with_too_little_is_refused():
    file = saved({"a": torch.zeros(7)})
    with zipfile.ZipFile(file) as reader:
        data = reader.read(next(n for n in reader.namelist() if n.endswith("data.pkl")))
    for members in ([], [("data/0", bytes(24))], [("data/0", bytes(32))]):
        with pytest.raises(TensorFileError, match="incomplete"):
            check_tensor_file(archive(data, members))
    check_tensor_file(archive(data, [("data/0", bytes(28))]))


PLAIN = pickle.dumps({"a": 1}, protocol=2)


def test_an_ambiguous_archive_is_refused():
    whole = archive(PLAIN).getvalue()
    check_tensor_file(io.BytesIO(whole))
    compressed = archive(PLAIN, compression=zipfile.ZIP_DEFLATED)
    twice = archive(PLAIN, [("DATA.pkl", PLAIN)])
    program = archive(PLAIN, [("constants.pkl", PLAIN)])
    comment = whole[:-2] + b"\x04\x00abcd"
    before = b"PK\x03\x04" + whole
    for file in (compressed, twice, program, io.BytesIO(comment), io.BytesIO(before)):
        with pytest.raises(TensorFileError):
            check_tensor_file(file)


def test_members_that_share_their_bytes_are_refused():
    content = bytearray(archive(PLAIN, [("data/0", b"x" * 100), ("data/1", b"x" * 100)]).getvalue())
    first, second = (content.rindex(b"archive/data/%d" % n) - 46 for n in (0, 1))
    offset = struct.unpack_from("<L", content, first + 42)[0]
    struct.pack_into("<L", content, second + 42, offset)
    struct.pack_into("<L", content, content.rindex(b"archive/data/1") - 46 + 42, offset)
    with pytest.raises(TensorFileError):
        check_tensor_file(io.BytesIO(bytes(content)))


@pytest.mark.parametrize("is_new", [True, False])
def test_every_truncated_file_is_refused(is_new):
    whole = saved(STATE, _use_new_zipfile_serialization=is_new).getvalue()
    for size in range(0, len(whole), max(len(whole) // 200, 1)):
        with pytest.raises(TensorFileError):
            check_tensor_file(io.BytesIO(whole[:size]))


def recalled(opcodes, start=b"\x80\x02(" + b"K\x01" * 20_000 + b"tq\x00"):
    """A pickle that uses one long tuple again and again."""
    return start + opcodes * 10_000 + b"."


@pytest.mark.parametrize(
    "data",
    [
        recalled(b"ctorch\nSize\nh\x00\x85R"),
        recalled(
            b"ccollections\nOrderedDict\nh\x00\x85R",
            b"\x80\x02]q\x00(" + b"X\x01\x00\x00\x00aK\x01\x86" * 10_000 + b"e",
        ),
    ],
    ids=["size", "ordered dict"],
)
def test_a_long_value_is_not_copied_again_and_again(data):
    with pytest.raises(TensorFileError, match=r"shape|structure"):
        check_tensor_file(archive(data))


def test_a_file_of_holes_is_refused_at_once(tmp_path):
    path = tmp_path / "sparse.pt"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(1 << 40)
    with path.open("rb") as file, pytest.raises(TensorFileError, match="too large"):
        check_tensor_file(file)
