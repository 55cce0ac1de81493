import numpy as np
import pytest
from PySide6.QtGui import QColor

from studio.ui.widgets.image_conversion import fitted_qimage, to_qimage


def test_grey_and_color_pixels_are_unchanged():
    grey = np.arange(15, dtype=np.uint8).reshape(1, 3, 5)
    image = to_qimage(grey)
    assert (image.width(), image.height()) == (5, 3)
    assert QColor(image.pixel(4, 2)).red() == 14
    color = np.zeros((3, 2, 2), np.uint8)
    color[:, 1, 0] = 10, 20, 30
    assert QColor(to_qimage(color).pixel(0, 1)).getRgb()[:3] == (10, 20, 30)


def test_two_channels_are_refused():
    with pytest.raises(ValueError, match="not 2"):
        to_qimage(np.zeros((2, 4, 4), np.uint8))


@pytest.mark.parametrize(
    ("side", "box", "shown"),
    [(28, 84, 84), (8, 84, 80), (32, 84, 64), (224, 84, 84), (48, 40, 40), (48, 84, 84)],
)
def test_small_images_are_scaled_by_an_integer_if_that_fills_the_box(side, box, shown):
    image = fitted_qimage(np.zeros((1, side, side), np.uint8), box)
    assert (image.width(), image.height()) == (shown, shown)


def test_an_image_keeps_its_aspect_ratio():
    image = fitted_qimage(np.zeros((3, 100, 200), np.uint8), 80)
    assert (image.width(), image.height()) == (80, 40)


def test_pixels_of_a_small_image_stay_sharp():
    checker = ((np.indices((8, 8)).sum(0) % 2) * 255).astype(np.uint8)[None]
    large = fitted_qimage(checker, 80)
    seen = {QColor(large.pixel(x, y)).red() for x in range(80) for y in range(80)}
    assert seen == {0, 255}
