"""Transparency, 16-bit colors, floats: the pixels agree with a reference computed by numpy."""

import io
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

from studio.data import image_modes
from studio.data.image_files import open_image
from studio.data.opened_image import load_opened_image

WHITE, BLACK = 255, 0


def png(pixels, depth, color_type, transparent=b""):
    """A PNG of rows of bytes, as Pillow cannot write them."""

    def chunk(name, body):
        checksum = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + checksum

    height, width = pixels.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + (chunk(b"tRNS", transparent) if transparent else b"")
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def pixels_of(source):
    return np.asarray(open_image(source), np.int64)


def saved(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    buffer.seek(0)
    return buffer


def composed(color, alpha, background):
    """The reference: color over the background, in floats."""
    opacity = np.asarray(alpha, float)[..., None] / 255
    return np.rint(color * opacity + background * (1 - opacity))


def stroke(side=48):
    """The opacity of a soft diagonal pen stroke, uint8 [side, side]."""
    rows, columns = np.mgrid[:side, :side]
    distance = np.abs(rows - columns)
    opacity = np.clip(255 - 60 * distance, 0, 255)
    opacity[:8] = opacity[-8:] = 0
    return opacity.astype(np.uint8)


def ink(mode, level):
    """A stroke of one grey level on transparent paper."""
    alpha = stroke()
    grey = Image.new("L", alpha.shape, level)
    if mode == "LA":
        return Image.merge("LA", (grey, Image.fromarray(alpha)))
    color = Image.merge("RGBA", (grey, grey, grey, Image.fromarray(alpha)))
    return color if mode == "RGBA" else color.convert("PA")


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
@pytest.mark.parametrize(
    ("level", "background"), [(0, WHITE), (120, WHITE), (200, WHITE), (240, BLACK), (255, BLACK)]
)
def test_ink_on_transparent_paper_stays_visible(mode, level, background):
    image = pixels_of(saved(ink(mode, level)))
    expected = composed(np.full((48, 48, 1), level), stroke(), background)
    assert np.abs(image.reshape(48, 48, -1) - expected).max() <= 1


@pytest.mark.parametrize("mode", ["LA", "RGBA", "PA"])
def test_white_ink_is_found_as_a_drawing(mode):
    image = ink(mode, 255)
    drawing = load_opened_image(image if mode == "PA" else saved(image).getvalue()).drawing
    assert drawing[24, 24] > 200
    assert drawing[40, 8] == 0


def test_white_ink_in_a_palette_with_a_transparent_color():
    image = Image.new("P", (48, 48), 0)
    image.putpalette([255, 255, 255, 255, 255, 255])
    image.paste(1, (20, 10, 26, 40))
    pixels = pixels_of(saved(image, transparency=0))
    assert pixels[20, 22].tolist() == [255] * 3
    assert pixels[0, 0].tolist() == [0] * 3


@pytest.mark.parametrize("alpha", [0, 10])
def test_images_that_hardly_show_anything_stay_white(alpha):
    image = Image.new("RGBA", (16, 16), (0, 0, 0, alpha))
    assert pixels_of(saved(image)).min() >= 255 - alpha


def test_a_photograph_with_round_corners_is_flattened_on_white():
    image = Image.new("RGBA", (64, 64), (250, 250, 250, 255))
    image.paste((30, 30, 30, 255), (20, 20, 40, 24))
    image.paste((0, 0, 0, 0), (0, 0, 4, 4))
    assert pixels_of(saved(image))[0, 0].tolist() == [255] * 3


def test_a_pale_image_of_one_color_channel_is_visible_on_white():
    yellow = Image.new("RGBA", (32, 32), (255, 255, 0, 255))
    yellow.paste((0, 0, 0, 0), (0, 0, 32, 16))
    assert pixels_of(saved(yellow))[0, 0].tolist() == [255] * 3


def test_the_transparent_level_of_16_bit_grey():
    levels = np.linspace(0, 65535, 64).astype(">u2").reshape(8, 8)
    clear = int(levels[3, 3])
    image = pixels_of(png(levels, 16, 0, struct.pack(">H", clear)))
    expected = np.rint(levels.astype(float) * 255 / 65535)
    expected[levels == clear] = 255
    assert np.array_equal(image, expected)


def test_white_ink_on_the_transparent_level_of_16_bit_grey():
    levels = np.zeros((8, 8), ">u2")
    levels[2:6, 3:5] = 65535
    image = pixels_of(png(levels, 16, 0, struct.pack(">H", 0)))
    assert np.array_equal(image, np.where(levels > 0, 255, 0))


def test_the_transparent_color_of_16_bit_colors():
    colors = np.full((4, 4, 3), 40_000, ">u2")
    colors[0] = 1000, 2000, 3000
    colors[1] = 0, 0, 200
    for row, transparent in enumerate([(1000, 2000, 3000), (0, 0, 200)]):
        image = pixels_of(png(colors, 16, 2, struct.pack(">3H", *transparent)))
        expected = colors.astype(np.int64) >> 8
        expected[row] = 255
        assert np.array_equal(image, expected)


@pytest.mark.parametrize(("depth", "packed"), [(2, [[0x1B]]), (4, [[0x05, 0xAF]])])
def test_the_transparent_level_of_few_bits(depth, packed):
    levels = np.unpackbits(np.uint8(packed), axis=1).reshape(-1, depth)
    levels = levels @ (1 << np.arange(depth))[::-1]
    rows = np.uint8(packed)
    expected = np.rint(levels * 255 / (2**depth - 1))
    for level in levels:
        wide = io.BytesIO(png(rows, depth, 0, struct.pack(">H", level)).getvalue())
        data = bytearray(wide.getvalue())
        data[16:20] = struct.pack(">I", len(levels))  # pixels, not bytes, in a row
        data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
        image = pixels_of(io.BytesIO(data))
        assert image.tolist() == [np.where(levels == level, 255, expected).tolist()]


def float_image(values):
    return pixels_of(saved(Image.fromarray(np.asarray(values, np.float32)), "TIFF"))


def unit(shape=(40, 50)):
    return np.random.default_rng(5).random(shape).astype(np.float32)


@pytest.mark.parametrize("outlier", [1.0001, 1.2, 7.0, 300.0, 1e20, np.inf, 3.4e38])
@pytest.mark.parametrize("top", [1, 255])
def test_a_bright_pixel_does_not_change_the_scale_of_floats(outlier, top):
    values = unit() * top
    values[3, 4] = outlier if outlier > 1e30 else outlier * top
    expected = np.rint(np.clip(values.astype(np.float64) / top, 0, 1) * 255)
    assert np.abs(float_image(values) - expected).max() <= 1


def test_noise_around_white_and_black_is_clipped():
    values = np.where(unit() > 0.5, 1.0, 0.0) + (unit((40, 50)) - 0.5) * 0.1
    expected = np.rint(np.clip(values, 0, 1) * 255)
    assert np.abs(float_image(values) - expected).max() <= 1


def test_a_small_drawing_in_bytes_is_not_taken_for_fractions():
    values = np.zeros((200, 200))
    values[100, 100:103] = 255.0  # far fewer than 1 % of the pixels
    assert float_image(values)[100, 101] == 255
    values[100, 100:103] = 100.0
    assert float_image(values)[100, 101] == 100


def test_standardized_floats_are_stretched():
    values = np.linspace(-2, 3, 5000).reshape(50, 100)
    image = float_image(values)
    assert (image.min(), image.max()) == (0, 255)
    assert abs(image[25, 0] - 127) <= 2


def test_missing_values_of_tiff_do_not_change_the_scale():
    values = unit()
    values[:20] = -3.4028235e38
    image = float_image(values)
    assert image[:20].max() == 0
    assert np.abs(image[20:] - np.rint(values[20:] * 255)).max() <= 1


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, 1.0])
def test_floats_of_one_value(value):
    assert np.unique(float_image(np.full((4, 4), value))).tolist() == [
        255 if value in (1, np.inf) else 0
    ]


def test_bands_give_the_pixels_of_the_whole_image(monkeypatch):
    rng = np.random.default_rng(7)
    images = [
        Image.fromarray(rng.integers(0, 256, (37, 23, 4), np.uint8)),
        Image.fromarray(rng.integers(0, 256, (37, 23, 2), np.uint8), "LA"),
        Image.fromarray(rng.integers(0, 65536, (37, 23), np.uint16)),
        Image.fromarray(rng.normal(0, 1, (37, 23)).astype(np.float32)),
    ]
    whole = [np.asarray(open_image(image)) for image in images]
    monkeypatch.setattr(image_modes, "_BAND_PIXELS", 50)
    for image, expected in zip(images, whole, strict=True):
        assert np.array_equal(np.asarray(open_image(image)), expected)


PEAK = """
import io, resource, sys
from PIL import Image
from studio.data.image_files import open_image
mode, kind, options = sys.argv[1], sys.argv[2], dict.fromkeys(sys.argv[3:], "tiff_deflate")
data = io.BytesIO()
Image.new(mode, (4000, 4000)).save(data, kind, **options)
data.seek(0)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
open_image(data)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / 4000**2)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss counts kilobytes on Linux only")
@pytest.mark.parametrize("image", [("RGBA", "PNG"), ("F", "TIFF", "compression")])
def test_conversion_takes_little_memory_beside_the_image(image):
    # One image of 4 bytes per pixel is in memory before, so that two exist at the most; 50
    # megapixels take 450 MB in all.
    command = [sys.executable, "-c", PEAK, *image]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert float(result.stdout) < 8
