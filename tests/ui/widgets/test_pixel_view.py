"""Exact pixels, and a heatmap over them."""

import numpy as np
import pytest

from studio.ui.widgets.pixel_view import PixelView, blend_heatmap, blend_signed_heatmap

GREY = np.arange(64, dtype=np.uint8).reshape(8, 8) * 4


@pytest.fixture
def view(qtbot):
    widget = PixelView("network_view", "What it sees")
    qtbot.addWidget(widget)
    widget.resize(80, 100)
    widget.show()
    return widget


def test_image_returns_what_was_set(view):
    assert view.image() is None
    view.set_image(GREY)
    assert np.array_equal(view.image(), GREY)
    assert view.accessibleDescription() == "8 by 8 pixels"
    view.set_image(None)
    assert view.image() is None


def test_each_pixel_is_a_uniform_square(view):
    view.set_image(GREY)
    shown = view.grab().toImage()
    for row in range(8):
        for column in range(8):
            middle = shown.pixelColor(column * 10 + 5, row * 10 + 5).getRgb()[:3]
            corner = shown.pixelColor(column * 10 + 8, row * 10 + 8).getRgb()[:3]
            assert middle == corner == (GREY[row, column],) * 3


def test_colors_are_shown_unchanged(view):
    color = np.zeros((4, 4, 3), np.uint8)
    color[..., 1] = 200
    view.set_image(color)
    assert view.grab().toImage().pixelColor(40, 40).getRgb()[:3] == (0, 200, 0)


def test_a_heatmap_is_painted_and_does_not_change_the_image(view):
    heat = np.zeros((8, 8), np.float32)
    heat[4, 4] = 1
    view.set_image(np.zeros((8, 8), np.uint8), heat)
    assert not view.image().any()
    assert np.array_equal(view.heatmap(), heat)
    shown = view.grab().toImage()
    assert shown.pixelColor(45, 45).lightness() > 100
    assert shown.pixelColor(25, 25).lightness() == 0


def test_without_a_heatmap_the_image_is_unchanged():
    assert blend_heatmap(GREY, None) is GREY


def test_hotter_is_brighter():
    heat = np.linspace(0, 1, 16, dtype=np.float32)[None]
    blended = blend_heatmap(np.zeros((1, 16), np.uint8), heat).astype(int).sum(axis=2)[0]
    assert (np.diff(blended) > 0).all()


def test_heat_outside_the_range_is_clipped():
    heat = np.array([[np.nan, 7, -3]], np.float32)
    blended = blend_heatmap(np.zeros((1, 3), np.uint8), heat)
    assert blended[0, 0].tolist() == blended[0, 2].tolist() == [0, 0, 0]
    assert blended[0, 1].sum() > 300


def test_a_caption_adds_to_the_height(view):
    assert view.heightForWidth(100) == 120
    view.set_caption("What it sees, 8 × 8")
    assert view.caption() == "What it sees, 8 × 8"


def test_a_heatmap_with_signs_has_a_color_for_each_sign(view):
    heat = np.zeros((8, 8), np.float32)
    heat[0], heat[1] = 1, -1
    blended = blend_signed_heatmap(GREY, heat)
    assert (blended[0, :, 0] > blended[0, :, 2]).all()
    assert (blended[1, :, 2] > blended[1, :, 0]).all()
    assert (blended[2:, :, 0] == blended[2:, :, 2]).all()
    assert blend_signed_heatmap(GREY, None) is GREY
    color = np.stack([GREY, GREY // 2, GREY // 4], axis=2)
    assert blend_signed_heatmap(color, heat).shape == (8, 8, 3)
    view.set_image(GREY, heat, has_sign=True)
    assert np.array_equal(view.heatmap(), heat)
