"""Thumbnails in rows."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from studio.ui.widgets.thumbnail_strip import ThumbnailStrip


@pytest.fixture
def strip(qtbot) -> ThumbnailStrip:
    strip = ThumbnailStrip(columns=5, count=10)
    qtbot.addWidget(strip)
    strip.resize(216, 10)
    with qtbot.waitExposed(strip):
        strip.show()
    return strip


def test_images_and_captions_can_be_queried(strip) -> None:
    images = np.random.default_rng(0).integers(0, 256, (10, 1, 8, 8)).astype(np.uint8)
    strip.set_images(images, [f"class {i}" for i in range(10)], [1.0] * 10)
    assert np.array_equal(strip.images(), images)
    assert strip.caption_at(QPointF(50, 5)) == "class 1"
    assert strip.caption_at(QPointF(42, 5)) == ""


def test_the_height_depends_on_width_and_rows(strip) -> None:
    assert strip.height() == 2 * 40 + 4
    strip.set_images(np.zeros((15, 3, 8, 8), np.uint8))
    assert strip.height() == 3 * 40 + 2 * 4


def test_images_are_painted_and_placeholders_are_grey(strip) -> None:
    strip.set_images(np.full((10, 1, 8, 8), 255, np.uint8))
    assert strip.grab().toImage().pixelColor(20, 20).lightness() == 255
    strip.clear()
    assert len(strip.images()) == 0
    assert strip.grab().toImage().pixelColor(20, 20).lightness() < 255
