"""Icons differ in shape, not only in color."""

import itertools

import pytest

from studio.ui.widgets.painted_icons import icon_pixmap

ICONS = ("info", "good", "warn", "bad", "working", "idle", "waiting", "pencil")


def shape(name):
    image = icon_pixmap(name, 16, "#000000").toImage()
    points = itertools.product(range(16), range(16))
    return frozenset((x, y) for x, y in points if image.pixelColor(x, y).alpha() > 100)


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(ICONS, 2)))
def test_icons_differ_without_their_color(qapp, first, second):
    assert len(shape(first) ^ shape(second)) > 8


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_stays_inside_its_square(qapp, name):
    assert shape(name)
    assert all(0 < x < 15 and 0 < y < 15 for x, y in shape(name))


def test_the_pixmap_depends_on_the_pixel_ratio(qapp):
    pixmap = icon_pixmap("good", 16, "#000000", 2.0)
    assert pixmap.width() == 32
    assert pixmap.deviceIndependentSize().width() == 16
