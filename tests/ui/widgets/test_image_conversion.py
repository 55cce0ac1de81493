import numpy as np
import pytest
from PySide6.QtGui import QColor, QPixmap

from studio.ui.widgets.image_conversion import PixmapCache, fitted_qimage, to_qimage


def test_grey_and_colour_pixels_arrive_unchanged():
    grey = np.arange(15, dtype=np.uint8).reshape(1, 3, 5)
    image = to_qimage(grey)
    assert (image.width(), image.height()) == (5, 3)
    assert QColor(image.pixel(4, 2)).red() == 14
    colour = np.zeros((3, 2, 2), np.uint8)
    colour[:, 1, 0] = 10, 20, 30
    assert QColor(to_qimage(colour).pixel(0, 1)).getRgb()[:3] == (10, 20, 30)


def test_two_channels_are_refused():
    with pytest.raises(ValueError, match="not 2"):
        to_qimage(np.zeros((2, 4, 4), np.uint8))


@pytest.mark.parametrize(
    ("side", "box", "shown"),
    [(28, 84, 84), (8, 84, 80), (32, 84, 64), (224, 84, 84), (48, 40, 40), (48, 84, 84)],
)
def test_small_pictures_grow_by_whole_factors_where_that_fills_the_box(side, box, shown):
    image = fitted_qimage(np.zeros((1, side, side), np.uint8), box)
    assert (image.width(), image.height()) == (shown, shown)


def test_a_picture_that_is_no_square_keeps_its_shape():
    image = fitted_qimage(np.zeros((3, 100, 200), np.uint8), 80)
    assert (image.width(), image.height()) == (80, 40)


def test_pixels_of_a_small_picture_stay_sharp():
    checker = ((np.indices((8, 8)).sum(0) % 2) * 255).astype(np.uint8)[None]
    large = fitted_qimage(checker, 80)
    seen = {QColor(large.pixel(x, y)).red() for x in range(80) for y in range(80)}
    assert seen == {0, 255}


def picture(side=10):
    made = QPixmap(side, side)
    made.fill(QColor("red"))
    return made


def test_the_cache_forgets_what_was_used_least_recently(qtbot):
    cache = PixmapCache(budget_bytes=3 * 400)
    made = []

    def make():
        made.append(1)
        return picture()

    for key in "abcad":
        cache.get(key, make)
    assert (len(cache), len(made)) == (3, 4)
    cache.get("a", make)
    assert len(made) == 4
    cache.get("b", make)
    assert len(made) == 5


def test_a_picture_larger_than_the_budget_is_still_shown(qtbot):
    cache = PixmapCache(budget_bytes=10)
    assert cache.get("a", picture).width() == 10
    cache.get("b", picture)
    assert len(cache) == 1
    cache.clear()
    assert len(cache) == 0
