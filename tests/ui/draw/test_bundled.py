"""The network that ships reads what a mouse draws."""

import pytest

from studio.ui.widgets.pixel_view import PixelView
from studio.ui.widgets.prediction_bars import PredictionBars

DRAWINGS = {
    "0": [(0.5, 0.2), (0.32, 0.35), (0.3, 0.6), (0.45, 0.8), (0.65, 0.7), (0.7, 0.4), (0.5, 0.2)],
    "1": [(0.55, 0.2), (0.52, 0.4), (0.5, 0.6), (0.48, 0.8)],
    "2": [
        (0.3, 0.35),
        (0.4, 0.22),
        (0.6, 0.22),
        (0.66, 0.38),
        (0.3, 0.78),
        (0.5, 0.76),
        (0.7, 0.78),
    ],
    "7": [(0.3, 0.25), (0.5, 0.24), (0.7, 0.25), (0.6, 0.5), (0.48, 0.8)],
}


@pytest.mark.parametrize("digit", DRAWINGS)
def test_it_reads(real_page, hand, context, qtbot, digit):
    label = real_page.findChild(object, "prediction_label")
    context.load_torch()
    hand.draw(*DRAWINGS[digit])
    qtbot.waitUntil(lambda: label.text().startswith(f"{digit} · "), timeout=60_000)
    bars = real_page.findChild(PredictionBars, "prediction_bars")
    assert dict(bars.values())[digit] > 0.5
    why = real_page.findChild(PixelView, "saliency_view")
    qtbot.waitUntil(lambda: why.heatmap() is not None)
    assert why.heatmap().shape == real_page.findChild(PixelView, "network_view").image().shape
