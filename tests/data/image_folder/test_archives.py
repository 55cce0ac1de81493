"""Archives that are malformed, truncated or malicious."""

import io
import struct
import tarfile
import zipfile

import pytest

from studio.data.image_folder import sources
from studio.errors import DatasetError
from tests.data.image_folder.make_files import (
    as_tar,
    as_zip,
    encoded,
    make_image,
    pets,
    reasons,
    table_here,
    table_of,
)

NAMES = ("cats/1.png", "cats/2.png", "dogs/1.png", "dogs/2.png")


def damaged(path):
    with pytest.raises(DatasetError) as caught:
        table_of(path)
    assert path.name in caught.value.message
    assert "\n" not in str(caught.value)
    return caught.value.message


def add(archive, name, data=b"", **values):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in values.items():
        setattr(info, field, value)
    archive.addfile(info, io.BytesIO(data))


def test_members_of_a_zip_that_cannot_be_read(tmp_path):
    path = as_zip(tmp_path / "pets.zip", {**pets(), "cats/locked.png": encoded()})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("cats/slow.png", encoded(), zipfile.ZIP_LZMA)
        archive.writestr("cats/bad.png", encoded(make_image(9)), zipfile.ZIP_STORED)
        link = zipfile.ZipInfo("cats/link.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        bad = archive.getinfo("cats/bad.png")
    data[bad.header_offset + 30 + len("cats/bad.png") + 40] ^= 255
    # The mark of a password lies in the entry of the directory at the end, before the name.
    entry = data.rindex(b"cats/locked.png") - 46
    data[entry + 8] |= 1
    path.write_bytes(data)
    table = table_of(path)
    assert table.files == NAMES
    assert reasons(table.unreadable) == {
        "cats/locked.png": "locked with a password",
        "cats/slow.png": "compressed with an unsupported method",
        "cats/bad.png": "damaged in the archive",
    }
    assert reasons(table.outside) == {"cats/link.png": "a link, not followed"}


@pytest.mark.parametrize("claimed", [10, 2_000_000_000])
def test_a_zip_member_that_lies_about_its_size(tmp_path, claimed):
    path = as_zip(tmp_path / "pets.zip", {**pets(), "cats/bomb.png": b"\0" * 5_000_000})
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"cats/bomb.png") - 46
    data[entry + 24 : entry + 28] = struct.pack("<I", claimed)
    path.write_bytes(data)
    table = table_of(path)
    assert table.files == NAMES
    (stray,) = table.unreadable
    assert stray.file == "cats/bomb.png"
    assert stray.reason in ("damaged in the archive", "larger than 64 MB")


def test_a_member_that_decompresses_beyond_the_limit(tmp_path):
    path = tmp_path / "pets.zip"
    with zipfile.ZipFile(as_zip(path, pets()), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("cats/bomb.png", bytes(65 << 20))
    assert path.stat().st_size < 100_000
    assert reasons(table_of(path).unreadable) == {"cats/bomb.png": "larger than 64 MB"}


def test_names_that_lead_outside_are_refused_and_absolute_ones_made_relative(tmp_path):
    files = {**pets(), "../evil.png": encoded(), "cats/../../up.png": encoded()}
    files["/dogs/3.png"] = encoded(make_image(30))
    files["dogs\\4.png"] = encoded(make_image(40))
    for path in (as_zip(tmp_path / "pets.zip", files), as_tar(tmp_path / "pets.tar", files)):
        table = table_of(path)
        assert table.files == (*NAMES, "dogs/3.png", "dogs/4.png")
        why = "its name leads out of the archive"
        assert reasons(table.outside) == {"../evil.png": why, "cats/../../up.png": why}
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".png") == []


def test_of_two_members_of_one_name_the_first_counts(tmp_path):
    zipped, tarred = tmp_path / "pets.zip", tmp_path / "pets.tar"
    archive = zipfile.ZipFile(as_zip(zipped, pets()), "a")
    with archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("cats/1.png", encoded(make_image(99)))
    with tarfile.open(tarred, "w") as archive:
        for name, data in [*pets().items(), ("./cats/1.png", encoded(make_image(99)))]:
            add(archive, name, data)
    expected = table_of(as_zip(tmp_path / "once.zip", pets()))
    for path in (zipped, tarred):
        table = table_of(path)
        assert table.key == expected.key
        assert reasons(table.outside) == {"cats/1.png": "a second file of that name"}


def test_empty_class_folders_in_archives(tmp_path):
    zipped, tarred = tmp_path / "pets.zip", tmp_path / "pets.tar"
    with zipfile.ZipFile(as_zip(zipped, pets()), "a") as archive:
        archive.mkdir("birds")
    with tarfile.open(as_tar(tarred, pets()), "a") as archive:
        add(archive, "birds", type=tarfile.DIRTYPE)
    assert table_of(zipped).empty_classes == table_of(tarred).empty_classes == ("birds",)


def test_names_in_zip_files_of_other_systems(tmp_path):
    path = as_zip(tmp_path / "pets.zip", {**pets(), "Katzen Gr\xf6\xdfe/1.png": encoded()})
    utf8 = "Katzen Größe".encode()
    # Without the mark that says UTF-8, as the Finder writes them.
    data = bytearray(path.read_bytes())
    for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.rindex(start, 0, data.rindex(utf8)) if flags == 8 else data.index(utf8) - 30
        data[at + flags + 1] &= ~0x08
    path.write_bytes(data)
    assert table_of(path).class_names == ("Katzen Größe", "cats", "dogs")


def test_names_in_tar_files_that_are_not_utf8(tmp_path):
    path = tmp_path / "pets.tar"
    with tarfile.open(path, "w", encoding="latin-1", format=tarfile.GNU_FORMAT) as archive:
        for name, data in {**pets(), "V\xf6gel/1.png": encoded()}.items():
            add(archive, name, data)
    assert table_of(path).class_names == ("Vögel", "cats", "dogs")


def test_links_and_devices_in_a_tar(tmp_path):
    path = tmp_path / "pets.tar"
    with tarfile.open(as_tar(path, pets()), "a") as archive:
        add(archive, "cats/soft.png", type=tarfile.SYMTYPE, linkname="/etc/passwd")
        add(archive, "cats/hard.png", type=tarfile.LNKTYPE, linkname="cats/1.png")
        add(archive, "cats/device.png", type=tarfile.CHRTYPE)
        add(archive, "cats/pipe.png", type=tarfile.FIFOTYPE)
    table = table_of(path)
    assert table.files == NAMES
    assert reasons(table.outside) == {
        "cats/soft.png": "a link, not followed",
        "cats/hard.png": "a link, not followed",
        "cats/device.png": "not a regular file",
        "cats/pipe.png": "not a regular file",
    }


def test_long_names_in_a_tar(tmp_path):
    long = "x" * 200
    files = {f"{long}/{name}": data for name, data in pets().items()}
    assert table_of(as_tar(tmp_path / "pets.tar", files)).class_names == ("cats", "dogs")


@pytest.mark.parametrize("size", [1 << 62, -512])
def test_a_tar_member_of_impossible_size(tmp_path, size):
    # Sizes beyond eight octal digits are numbers to the base of 256.
    with tarfile.open(tmp_path / "pets.tar", "w", format=tarfile.GNU_FORMAT) as archive:
        add(archive, "cats/1.png", encoded())
    data = bytearray((tmp_path / "pets.tar").read_bytes())
    data[124:136] = tarfile.itn(size, 12, tarfile.GNU_FORMAT)
    data[148:156] = b"%06o\0 " % (256 + sum(data[:148]) + sum(data[156:512]))
    (tmp_path / "pets.tar").write_bytes(data)
    damaged(tmp_path / "pets.tar")


def test_a_tar_with_a_huge_extended_header(tmp_path):
    path = tmp_path / "pets.tar"
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        add(archive, "x", b"\0" * 2_000_000, type=tarfile.XHDTYPE)
    assert "impossible size" in damaged(path)


@pytest.mark.parametrize("kind", ["", "gz", "bz2", "xz"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_tar(tmp_path, kind, share):
    path = as_tar(tmp_path / "pets.tar", pets(), f"w:{kind}")
    data = path.read_bytes().rstrip(b"\0")
    path.write_bytes(data[: int(len(data) * share)])
    damaged(path)


def test_a_damaged_header_is_not_the_end_of_a_tar(tmp_path):
    path = as_tar(tmp_path / "pets.tar", pets())
    data = path.read_bytes()
    at = data.index(b"dogs/1.png")
    path.write_bytes(data[:at] + b"D" + data[at + 1 :])
    damaged(path)


@pytest.mark.parametrize("share", [0.3, 0.9, 0.99])
def test_a_truncated_zip(tmp_path, share):
    path = as_zip(tmp_path / "pets.zip", pets())
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    damaged(path)


def test_files_that_only_start_like_archives(tmp_path):
    for number, start in enumerate((b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(start + b"nothing of the kind" * 50)
        damaged(path)


def test_too_many_members(tmp_path, monkeypatch):
    for module in ("zip_source", "tar_source"):
        monkeypatch.setattr(f"studio.data.image_folder.{module}.MAX_MEMBERS", 3)
    for archive in (as_zip(tmp_path / "pets.zip", pets()), as_tar(tmp_path / "pets.tar", pets())):
        with pytest.raises(DatasetError, match="members"):
            table_here(archive)
    assert sources.MAX_MEMBERS > 100_000


def test_the_archive_format_is_detected_from_the_bytes(tmp_path):
    expected = table_of(as_zip(tmp_path / "pets.tar.gz", pets())).key
    assert table_of(as_tar(tmp_path / "pets.zip", pets(), "w:xz")).key == expected
