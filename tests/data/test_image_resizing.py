"""Resizing an image of any size to a square in every mode."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from studio.data.image_resizing import open_for_resize, resize_to_square
from tests.data.image_folder.make_files import encoded

# Thirds of red, green and blue, from left to right.
FLAG = Image.new("RGB", (90, 30))
for third, color in enumerate(("red", "lime", "blue")):
    FLAG.paste(color, (30 * third, 0, 30 * third + 30, 30))


def colors(pixels, row):
    return [tuple(pixels[:, row, column].tolist()) for column in (1, 5, 10)]


def test_crop_keeps_the_middle_square():
    pixels = resize_to_square(FLAG, 12, "crop", 3)
    assert colors(pixels, 6) == [(0, 255, 0)] * 3


def test_fit_pads_the_whole_image_with_black():
    pixels = resize_to_square(FLAG, 12, "fit", 3)
    assert colors(pixels, 6) == [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    assert not pixels[:, :4].any()
    assert not pixels[:, 8:].any()


def test_stretch_fills_the_square():
    pixels = resize_to_square(FLAG, 12, "stretch", 3)
    for row in (0, 6, 11):
        assert colors(pixels, row) == [(255, 0, 0), (0, 255, 0), (0, 0, 255)]


@pytest.mark.parametrize("mode", ["crop", "fit", "stretch"])
@given(
    width=st.integers(1, 70),
    height=st.integers(1, 70),
    size=st.integers(4, 40),
    channels=st.sampled_from([1, 3]),
)
def test_every_size_fits(mode, width, height, size, channels):
    pixels = resize_to_square(Image.new("L", (width, height), 200), size, mode, channels)
    assert pixels.shape == (channels, size, size)
    assert pixels.dtype == np.uint8
    assert set(np.unique(pixels)) <= {0, 200}
    assert mode == "fit" or pixels.min() == 200


def test_fine_stripes_become_their_mean_and_not_one_of_them():
    stripes = np.zeros((512, 512), np.uint8)
    stripes[:, ::2] = 255
    pixels = resize_to_square(Image.fromarray(stripes), 16, "crop", 1)
    assert np.abs(pixels.astype(int) - 128).max() <= 2


def test_an_image_of_the_right_size_is_unchanged():
    noise = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    for mode in ("crop", "fit", "stretch"):
        pixels = resize_to_square(Image.fromarray(noise), 16, mode, 3)
        assert np.array_equal(pixels.transpose(1, 2, 0), noise)


def test_a_large_jpeg_is_decoded_small_and_looks_the_same():
    smooth = Image.effect_noise((1600, 1200), 60).resize((60, 45)).resize((1600, 1200))
    data = encoded(smooth.convert("RGB"), "JPEG", quality=95)
    image, whole = open_for_resize(io.BytesIO(data), 32)
    assert whole == (1600, 1200)
    assert 64 <= min(image.size) < 200
    reduced = resize_to_square(image, 32, "crop", 3).astype(int)
    full = resize_to_square(Image.open(io.BytesIO(data)), 32, "crop", 3).astype(int)
    assert np.abs(reduced - full).max() <= 6


def test_a_rotated_jpeg_is_upright_and_reports_its_upright_size():
    exif = Image.Exif()
    exif[0x0112] = 6
    sheet = Image.new("RGB", (800, 400), "white")
    sheet.paste("black", (0, 0, 400, 400))
    image, whole = open_for_resize(io.BytesIO(encoded(sheet, "JPEG", exif=exif)), 16)
    assert whole == (400, 800)
    pixels = resize_to_square(image, 16, "stretch", 1)
    assert pixels[0, 2].max() < 40
    assert pixels[0, 13].min() > 215
