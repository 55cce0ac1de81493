"""A crop is what Pillow makes of the image, and a model input shows the region that is said."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from studio.data.image_crop import (
    ImageCrop,
    border_color,
    crop_image,
    reduce_before_tilt,
    rotated_size,
)
from studio.data.image_resizing import input_region, resize_to_square

SIDES = st.integers(1, 40)
FRACTIONS = st.floats(0, 1)


def noise(width, height, mode="RGB"):
    shape = (height, width, 3) if mode == "RGB" else (height, width)
    return Image.fromarray(np.random.default_rng(3).integers(0, 256, shape, np.uint8))


@settings(max_examples=40)
@given(width=SIDES, height=SIDES, tenths=st.integers(-4000, 4000))
def test_the_size_after_a_rotation_is_that_of_pillow(width, height, tenths):
    degrees = tenths / 10
    expanded = Image.new("L", (width, height)).rotate(-degrees, expand=True)
    assert np.abs(np.subtract(rotated_size((width, height), degrees), expanded.size)).max() <= 1


@pytest.mark.parametrize("size", [(30, 20), (7, 40), (120, 80)])
@pytest.mark.parametrize("degrees", [1, -12.5, 44, 90, 135, 180, 270, 361])
def test_the_size_after_usual_rotations_is_exact(size, degrees):
    image = noise(*size)
    assert rotated_size(size, degrees) == image.rotate(-degrees, expand=True).size
    assert rotated_size(size, degrees) == crop_image(image, ImageCrop(degrees)).size


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 17.5, -30])
def test_a_crop_is_a_rotation_and_then_a_rectangle_of_pillow(mode, degrees):
    image = noise(60, 44, mode)
    crop = ImageCrop(degrees, (0.1, 0.25, 0.7, 0.9))
    if degrees % 90:
        bicubic = Image.Resampling.BICUBIC
        color = border_color(image)
        rotated = image.rotate(-degrees, bicubic, expand=True, fillcolor=color)
    else:
        rotated = image.rotate(-degrees, expand=True)
    width, height = rotated.size
    box = (round(0.1 * width), round(0.25 * height), round(0.7 * width), round(0.9 * height))
    assert np.array_equal(np.asarray(crop_image(image, crop)), np.asarray(rotated.crop(box)))


@settings(max_examples=40)
@given(width=SIDES, height=SIDES, box=st.tuples(FRACTIONS, FRACTIONS, FRACTIONS, FRACTIONS))
def test_no_crop_is_empty_or_leaves_the_image(width, height, box):
    cropped = crop_image(noise(width, height), ImageCrop(0, box))
    assert 1 <= cropped.width <= width
    assert 1 <= cropped.height <= height


def test_a_turned_crop_keeps_its_content():
    image = noise(40, 20)
    crop = ImageCrop(0, (0.25, 0.1, 0.75, 0.6))
    turned = crop_image(image, crop.turned())
    expected = crop_image(image, crop).transpose(Image.Transpose.ROTATE_270)
    assert np.array_equal(np.asarray(turned), np.asarray(expected))
    assert crop.turned().turned().turned().turned().box == pytest.approx(crop.box)


@pytest.mark.parametrize("mode", ["crop", "fit", "stretch"])
@pytest.mark.parametrize("size", [(120, 60), (60, 120), (90, 90), (101, 37)])
def test_the_region_of_a_model_input_is_where_its_pixels_come_from(mode, size):
    """A white spot at a known place of the image is found there again through the region."""
    width, height = size
    for x, y in ((width * 0.45, height * 0.46), (width * 0.55, height * 0.54)):
        left, top = round(x) - 2, round(y) - 2
        image = Image.new("L", size)
        image.paste(255, (left, top, left + 4, top + 4))
        pixels = resize_to_square(image, 32, mode, 1)[0].astype(float)
        weights = pixels / pixels.sum()
        columns, rows = np.arange(32) + 0.5, np.arange(32) + 0.5
        region = input_region(size, 32, mode)
        found_x = region[0] + (weights.sum(0) @ columns) / 32 * (region[2] - region[0])
        found_y = region[1] + (weights.sum(1) @ rows) / 32 * (region[3] - region[1])
        assert found_x == pytest.approx(left + 2, abs=0.3)
        assert found_y == pytest.approx(top + 2, abs=0.3)


def test_the_region_of_a_padded_input_is_larger_than_the_image():
    assert input_region((100, 50), 10, "fit") == pytest.approx((0, -20, 100, 80))
    assert input_region((100, 50), 10, "crop") == (25, 0, 75, 50)
    assert input_region((100, 50), 10, "stretch") == (0, 0, 100, 50)


def test_a_large_image_is_reduced_before_it_is_tilted():
    image = Image.new("L", (4400, 2200))
    assert reduce_before_tilt(image, ImageCrop(90)) is image
    assert reduce_before_tilt(image, ImageCrop(10, (0.4, 0.4, 0.6, 0.6))) is image
    reduced = reduce_before_tilt(image, ImageCrop(10))
    assert reduced.size == (2200, 1100)
    assert min(crop_image(reduced, ImageCrop(10)).size) >= 1024
