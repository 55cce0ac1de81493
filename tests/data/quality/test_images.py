import numpy as np
import pytest

from studio.data.quality import check_images
from tests.data.quality.conftest import make, photo


def found_in(images, **changes):
    return check_images(*make(images, **changes)).issues


def plain(level):
    return np.full((1, 32, 32), level, np.uint8)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_blank_images_are_found_once(many, level):
    (blank,) = found_in([*many, plain(level)])
    assert (blank.code, blank.severity) == ("blank", "warn")
    assert blank.title == "1 image is blank"
    assert blank.samples == (40,)


def test_dark_and_bright_images_are_found_but_drawings_are_not(many):
    dim, pale = photo(50) // 16, 255 - photo(51) // 16
    ink = np.zeros((1, 32, 32), np.uint8)
    ink[0, 6:26, 15:17] = 255  # a one of MNIST's kind: little ink, but plain to see
    (dark,) = found_in([*many, dim, ink, pale, 255 - ink])
    assert (dark.code, dark.severity) == ("dark", "warn")
    assert dark.title == "2 images are nearly black or white"
    assert dark.samples == (40, 42)


def test_enlarged_images_are_found(many):
    widths = np.full(40, 32, np.int32)
    widths[3], widths[5] = 31, 20
    heights = np.full(40, 31, np.int32)
    heights[5] = 40  # one side is enough
    (small,) = found_in(many, widths=widths, heights=heights)
    assert (small.code, small.severity) == ("sizes", "note")
    assert small.title == "1 image is smaller than 32 × 32 pixels"
    assert small.samples == (3,)


def test_size_outliers_are_found(many):
    widths = np.full(40, 400, np.int32)
    widths[0], widths[1], widths[2] = 1601, 99, 1600
    heights = widths.copy()
    (far,) = found_in(many, widths=widths, heights=heights)
    assert far.code == "sizes"
    assert far.title == "2 images have an unusual size"
    assert "400 × 400" in far.advice
    assert far.samples == (0, 1)


def test_both_size_checks_make_one_issue(many):
    side = np.full(40, 400, np.int32)
    side[4], side[6], side[7] = 20, 80, 2000
    (found,) = found_in(many, widths=side, heights=side)
    assert found.title == ("1 image is smaller than 32 × 32 pixels; 3 images have an unusual size")
    assert found.samples == (4, 6, 7)


def test_areas_of_very_large_images_do_not_overflow(many):
    side = np.full(40, 60_000, np.int32)
    assert found_in(many, widths=side, heights=side) == ()
