"""Opening images: every mode is converted, every bad file gives one clear error."""

import io
import json
import os
import struct
import threading
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from studio.data import image_files
from studio.data.image_files import open_image, open_reduced
from studio.errors import ImageError


def saved(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    buffer.seek(0)
    return buffer


def ramp(low=0, high=255, dtype=np.uint8):
    """A grey ramp from left to right, 8 x 16."""
    return np.tile(np.linspace(low, high, 16), (8, 1)).astype(dtype)


def opened(image, kind="PNG", **options):
    return np.asarray(open_image(saved(image, kind, **options)), np.int64)


def near(image, expected, tolerance=1):
    assert image.shape == expected.shape
    assert np.abs(image - expected).max() <= tolerance


RAMP = ramp().astype(np.int64)
COLOUR = Image.merge(
    "RGB", [Image.fromarray(ramp()), Image.new("L", (16, 8), 90), Image.fromarray(ramp(255, 0))]
)


def test_grey():
    near(opened(Image.fromarray(ramp())), RAMP, 0)


def test_one_bit():
    bits = Image.fromarray(ramp()).convert("1", dither=Image.Dither.NONE)
    assert set(opened(bits).ravel().tolist()) == {0, 255}


def test_color():
    near(opened(COLOUR), np.asarray(COLOUR, np.int64), 0)


def test_palette():
    near(opened(COLOUR.quantize(256)), np.asarray(COLOUR, np.int64), 12)


def test_palette_with_a_transparent_color_is_flattened_on_white():
    image = Image.new("P", (4, 4), 0)
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.putpixel((0, 0), 1)
    image = opened(image, transparency=0)
    assert image[0, 0].tolist() == [200, 100, 50]
    assert image[1:].min() == 255


def test_grey_with_alpha_is_flattened_on_white():
    image = Image.merge("LA", [Image.new("L", (16, 8), 0), Image.fromarray(ramp())])
    near(opened(image), 255 - RAMP)


def test_color_with_alpha_is_flattened_on_white():
    image = COLOUR.copy()
    image.putalpha(0)
    assert opened(image).min() == 255
    assert open_image(saved(image)).mode == "RGB"


def test_grey_with_one_transparent_level_is_flattened_on_white():
    assert opened(Image.new("L", (4, 4), 60), transparency=60).min() == 255


def test_cmyk():
    # Ink on paper: full cyan leaves no red.
    image = Image.new("CMYK", (4, 4), (255, 0, 0, 0))
    assert opened(image, "TIFF")[0, 0].tolist() == [0, 255, 255]
    near(opened(image, "JPEG", quality=100)[0, 0], np.array([0, 255, 255]), 6)


def test_ycbcr():
    near(opened(COLOUR.convert("YCbCr"), "TIFF"), np.asarray(COLOUR, np.int64), 4)


def test_lab():
    transform = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
    )
    lab = ImageCms.applyTransform(Image.new("RGB", (4, 4), (200, 60, 60)), transform)
    near(opened(lab, "TIFF")[0, 0], np.array([200, 60, 60]), 6)


@pytest.mark.parametrize(("kind", "suffix"), [("PNG", ""), ("TIFF", ""), ("TIFF", "B")])
def test_sixteen_bits(kind, suffix):
    values = ramp(0, 65535, np.dtype(">u2" if suffix else "<u2"))
    image = Image.frombytes(f"I;16{suffix}", (16, 8), values.tobytes())
    near(opened(image, kind), RAMP)


@pytest.mark.parametrize("high", [255, 65535])
def test_thirty_two_bits(high):
    near(opened(Image.fromarray(ramp(0, high, np.int32)), "TIFF"), RAMP)


def test_thirty_two_bits_out_of_range_are_stretched():
    near(opened(Image.fromarray(ramp(-1_000_000, 3_000_000, np.int32)), "TIFF"), RAMP)


@pytest.mark.parametrize("high", [1.0, 255.0, 65535.0])
def test_floats(high):
    near(opened(Image.fromarray(ramp(0, high, np.float32)), "TIFF"), RAMP)


def test_floats_that_are_not_finite():
    values = ramp(0, 1, np.float32)
    values[0, 0], values[0, 1], values[0, 2] = np.nan, np.inf, -np.inf
    image = opened(Image.fromarray(values), "TIFF")
    assert image[0, :3].tolist() == [0, 255, 0]
    near(image[1:], RAMP[1:])


def test_modes_without_a_file_format():
    hsv = COLOUR.convert("HSV")
    near(np.asarray(open_image(hsv), np.int64), np.asarray(COLOUR, np.int64), 12)
    assert open_image(Image.new("PA", (2, 2))).mode == "RGB"


@pytest.mark.parametrize("kind", ["BMP", "GIF", "ICO", "PPM", "TGA", "TIFF", "WEBP"])
def test_everyday_formats(kind):
    options = {"lossless": True} if kind == "WEBP" else {}
    assert opened(Image.new("RGB", (32, 32), (250, 0, 0)), kind, **options)[5, 5, 0] >= 240


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_an_image_with_exif_orientation_is_rotated_upright(kind):
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right by a quarter to show it upright
    image = Image.new("RGB", (40, 20), "white")
    image.paste("black", (0, 0, 20, 20))
    image = opened(image, kind, exif=exif)
    assert image.shape == (40, 20, 3)
    assert image[5, 10].max() < 40
    assert image[35, 10].min() > 215


def test_a_damaged_exif_block_leaves_the_image_as_it_is(monkeypatch):
    def fail(_image, **_options):
        raise SyntaxError("not a TIFF file")

    monkeypatch.setattr(ImageOps, "exif_transpose", fail)
    near(opened(COLOUR), np.asarray(COLOUR, np.int64), 0)


def test_the_first_frame_of_an_animation_is_read():
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    image = opened(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert image[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("at_least", [None, 1, 50, 100, 101, 200, 400, 5000])
def test_a_jpeg_is_reduced_but_never_below_the_minimum(at_least):
    image, whole = open_reduced(saved(Image.new("RGB", (800, 400), (9, 99, 9)), "JPEG"), at_least)
    assert whole == (800, 400)
    expected = {1: 50, 50: 50, 100: 100, 101: 200, 200: 200}.get(at_least, 400)
    assert min(image.size) == expected


def test_other_formats_are_never_reduced():
    image, whole = open_reduced(saved(COLOUR), 1)
    assert image.size == whole == COLOUR.size


@pytest.mark.parametrize("turn", range(1, 9))
def test_all_eight_orientations_are_upright_with_their_size(turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    image = Image.new("L", (48, 32), 0)
    image.paste(255, (0, 0, 24, 16))  # bright where row 0 and column 0 meet
    image, whole = open_reduced(saved(image, "PNG", exif=exif), None)
    assert image.size == whole == ((48, 32) if turn < 5 else (32, 48))
    pixels = np.asarray(image)
    # The corners in which EXIF says that row 0 and column 0 lie.
    row, column = {
        1: (0, 0), 2: (0, -1), 3: (-1, -1), 4: (-1, 0), 5: (0, 0), 6: (0, -1), 7: (-1, -1),
        8: (-1, 0),
    }[turn]  # fmt: skip
    assert pixels[row, column] == 255
    assert (pixels == 255).mean() == pytest.approx(0.25)


def test_many_threads_decode_at_once_and_warning_filters_are_restored(monkeypatch):
    meeting = threading.Barrier(4, timeout=10)
    transpose = ImageOps.exif_transpose

    def together(image, **options):
        meeting.wait()
        warnings.warn("a decoder complains", UserWarning, stacklevel=1)
        return transpose(image, **options)

    monkeypatch.setattr(ImageOps, "exif_transpose", together)
    before = list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(open_image, [saved(COLOUR) for _ in range(8)]))
    assert [image.size for image in opened] == [COLOUR.size] * 8
    assert warnings.filters == before
    with pytest.warns(UserWarning, match="heard"):
        warnings.warn("heard", UserWarning, stacklevel=1)


def test_a_path_is_read_and_the_file_closed(tmp_path):
    path = tmp_path / "seven.png"
    path.write_bytes(saved(COLOUR).getvalue())
    assert open_image(path).size == open_image(str(path)).size == (16, 8)
    path.unlink()


def refused(source, *words):
    with pytest.raises(ImageError) as caught:
        open_image(source)
    text = str(caught.value)
    assert "\n" not in text
    for word in words:
        assert word in text
    return caught.value


def test_no_file(tmp_path):
    refused(tmp_path / "gone.png", "gone.png was not found")


def test_a_folder(tmp_path):
    refused(tmp_path, "is a folder")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    refused(tmp_path / "pipe.png", "pipe.png cannot be opened", "not a regular file")


def test_an_impossible_name():
    refused("nul\0.png", "cannot be opened")


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"%!PS-Adobe-3.0\n"])
def test_no_image(tmp_path, content):
    path = tmp_path / "notes.png"
    path.write_bytes(content)
    refused(path, "notes.png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_image_never_crashes(kind, share):
    noise = np.random.default_rng(3).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    data = saved(Image.fromarray(noise), kind).getvalue()
    refused(io.BytesIO(data[: int(len(data) * share)]), "The image")


def huge_png(width, height):
    """A PNG header that claims a size; the pixels behind it are missing."""

    def chunk(name, body):
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + header + data + chunk(b"IEND", b""))


@pytest.mark.parametrize("side", [7100, 12_000, 60_000])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(side):
    refused(huge_png(side, side), "too large", "million pixels")


def test_a_large_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(image_files, "MAX_BYTES", 1024 * 1024)
    path = tmp_path / "large.png"
    path.write_bytes(b"\0" * (1024 * 1024 + 1))
    refused(path, "large.png is larger than 1 MB")


def test_hostile_files_open_or_are_refused_in_one_line(data_dir, subtests):
    manifest = data_dir / "hostile_images" / "manifest.jsonl"
    if not manifest.is_file():
        pytest.skip(f"no hostile_images in {data_dir}")
    for row in map(json.loads, manifest.read_text().splitlines()):
        path = manifest.parent / row["corpus"] / row["path"]
        with subtests.test(path=row["path"]):
            try:
                image = open_image(path)
            except ImageError:
                refused(path, path.name)
            else:
                assert image.mode in ("L", "RGB")
