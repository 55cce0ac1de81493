"""Hostile files of many kinds in class folders: each is skipped with its reason."""

import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from studio.data import image_files
from tests.data.image_folder.make_files import (
    as_folder,
    as_tar,
    as_zip,
    encoded,
    make_image,
    pets,
    reasons,
    table_here,
    table_of,
)


def png_claiming(width, height):
    def chunk(name, body):
        checked = name + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 99))


def sideways():
    exif = Image.Exif()
    exif[0x0112] = 8
    return encoded(make_image(5, (30, 10)), "JPEG", exif=exif)


def animation():
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])


BAD = {
    "empty.png": (b"", "not an image the studio can read"),
    "text.jpg": (b"dear diary", "not an image the studio can read"),
    "cut.jpg": (encoded(make_image(1, (200, 200)), "JPEG")[:2000], "damaged and cannot be read"),
    "cut.png": (encoded(make_image(1, (90, 90)))[:9000], "damaged and cannot be read"),
    "bomb.png": (png_claiming(12_000, 12_000), "too large to open"),
    "huge.png": (png_claiming(2**31 - 1, 2**31 - 1), "too large to open"),
    "script.png": (b"%!PS-Adobe-3.0\n", "not an image the studio can read"),
}
ODD = {
    "animation.gif": animation(),
    "cmyk.jpg": encoded(Image.new("CMYK", (9, 9), (200, 0, 0, 0)), "JPEG"),
    "deep.png": encoded(Image.fromarray(np.full((9, 9), 40_000, np.uint16))),
    "clear.png": encoded(Image.new("RGBA", (9, 9), (200, 0, 0, 90))),
    "bits.png": encoded(Image.new("1", (9, 9), 1)),
    "palette.png": encoded(make_image(6).quantize(16)),
    "wrong_suffix.png": encoded(make_image(7), "JPEG"),
    "line.png": encoded(Image.new("L", (3000, 1), 90)),
    "dot.png": encoded(Image.new("L", (1, 1), 90)),
    "sideways.jpg": sideways(),
    "SHOUTED.PNG": encoded(make_image(8)),
}
IGNORED = {
    ".DS_Store": b"x", "cats/.hidden.png": b"x", "cats/Thumbs.db": b"x", "desktop.ini": b"x",
    "__MACOSX/cats/._1.png": b"x", ".git/objects/1.png": b"x",
}  # fmt: skip
OTHERS = {"readme.txt": b"x", "cats/labels.json": b"{}", "cats/run.sh": b"#!", "cats/noname": b"x"}


def hostile():
    """Two good classes, and one of everything above among them."""
    bad = {f"cats/{name}": data for name, (data, _) in BAD.items()}
    odd = {f"odd/{name}": data for name, data in ODD.items()}
    return {**pets(), **bad, **odd, **IGNORED, **OTHERS}


@pytest.mark.parametrize("make", [as_folder, as_zip, as_tar])
def test_each_hostile_file_has_its_reason_and_the_others_are_read(tmp_path, make):
    table = table_of(make(tmp_path / "set", hostile()))
    assert set(table.files) == set(pets()) | {f"odd/{name}" for name in ODD}
    assert reasons(table.unreadable) == {f"cats/{name}": why for name, (_, why) in BAD.items()}
    assert reasons(table.outside) == dict.fromkeys(OTHERS, "not an image by its name")
    row = table.files.index("odd/sideways.jpg")
    assert (table.widths[row], table.heights[row]) == (10, 30)
    row = table.files.index("odd/animation.gif")
    assert table.pixels[row, :, 4, 4].tolist() == [255, 0, 0]


def test_a_file_above_the_limit_is_not_read(tmp_path, monkeypatch):
    limit = 5000
    for module in ("sources", "zip_source", "tar_source"):
        monkeypatch.setattr(f"studio.data.image_folder.{module}.MAX_BYTES", limit)
    monkeypatch.setattr(image_files, "MAX_BYTES", limit)
    files = {**pets(), "cats/large.png": encoded() + b"\0" * limit}
    for make, name in ((as_folder, "set"), (as_zip, "set.zip"), (as_tar, "set.tar")):
        table = table_here(make(tmp_path / name, files))
        assert len(table.files) == 4
        (stray,) = table.unreadable
        assert (stray.file, stray.reason[:11]) == ("cats/large.png", "larger than")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes and links")
def test_pipes_links_and_cycles_in_a_folder(tmp_path):
    root = as_folder(tmp_path / "pets", pets())
    elsewhere = as_folder(tmp_path / "elsewhere", {"far.png": encoded(make_image(50))})
    os.mkfifo(root / "cats/pipe.png")
    (root / "cats/to_pipe.png").symlink_to(root / "cats/pipe.png")
    (root / "cats/zero.png").symlink_to("/dev/zero")
    (root / "cats/far.png").symlink_to(elsewhere / "far.png")
    (root / "cats/gone.png").symlink_to(tmp_path / "nowhere")
    (root / "cats/itself.png").symlink_to(root / "cats/itself.png")
    (root / "cats/circle").symlink_to(root)
    table = table_of(root)
    assert set(table.files) == {*pets(), "cats/far.png"}
    outside = reasons(table.outside)
    assert outside.pop("cats/itself.png").startswith("cannot be opened")
    assert outside == {
        "cats/pipe.png": "not a regular file",
        "cats/to_pipe.png": "a link to no file",
        "cats/zero.png": "a link to no file",
        "cats/gone.png": "a link to no file",
        "cats/circle": "a link to a folder, not followed",
    }


@pytest.mark.skipif(os.name != "posix", reason="names of bytes")
def test_names_that_are_not_utf8(tmp_path):
    root = as_folder(tmp_path / "pets", pets())
    folder = os.fsencode(root) + b"/V\xf6gel"
    os.mkdir(folder)  # noqa: PTH102 - pathlib knows no names of bytes
    (root / "cats/1.png").rename(os.fsdecode(folder + b"/\xfc.png"))
    table = table_of(root)
    assert table.class_names == ("Vögel", "cats", "dogs")
    assert "Vögel/ü.png" in table.files


def test_the_users_files_are_not_touched(tmp_path):
    root = as_folder(tmp_path / "set", hostile())
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in root.rglob("*")}
    table_of(root)
    after = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in root.rglob("*")}
    assert before == after


def test_every_real_hostile_file_is_read_or_refused(data_dir, tmp_path):
    folder = data_dir / "hostile_images" / "pillow"
    if not folder.is_dir():
        pytest.skip(f"no hostile_images in {data_dir}")
    root = as_folder(tmp_path / "set", {**pets()})
    count = 0
    for path in folder.rglob("*"):
        if path.is_file():
            count += 1
            # Every one is tried, also where its name is none of an image.
            (root / "cats" / f"{count:04}{path.suffix}.png").symlink_to(path)
    table = table_of(root)
    assert table.outside == ()
    assert len(table.files) + len(table.unreadable) == count + 4
    assert 50 < len(table.unreadable) < count
    assert all("\n" not in stray.reason and stray.reason for stray in table.unreadable)
