"""Marks tell states apart by their shape."""

import itertools

import pytest

from studio.ui.widgets.painted_icons import icon_pixmap

KINDS = ("info", "good", "warn", "bad", "working", "idle", "pencil")


def shape(kind):
    picture = icon_pixmap(kind, 16, "#000000").toImage()
    points = itertools.product(range(16), range(16))
    return frozenset((x, y) for x, y in points if picture.pixelColor(x, y).alpha() > 100)


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(KINDS, 2)))
def test_two_marks_differ_without_their_colour(qapp, one, other):
    assert len(shape(one) ^ shape(other)) > 8


@pytest.mark.parametrize("kind", KINDS)
def test_a_mark_keeps_inside_its_square(qapp, kind):
    assert shape(kind)
    assert all(0 < x < 15 and 0 < y < 15 for x, y in shape(kind))


def test_fine_screens_get_more_pixels(qapp):
    picture = icon_pixmap("good", 16, "#000000", 2.0)
    assert picture.width() == 32
    assert picture.deviceIndependentSize().width() == 16
