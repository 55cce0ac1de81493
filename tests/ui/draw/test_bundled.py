"""The network that ships reads what a mouse draws."""

import math

import numpy as np
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


# Forms that MNIST has few of, as strokes in a box of 0..1.
RARE_FORMS = {
    "1 with a flag": [[(0.2, 0.35), (0.55, 0), (0.55, 1)]],
    "1 with a flag and a base": [[(0.25, 0.28), (0.5, 0), (0.5, 1)], [(0.2, 1), (0.8, 1)]],
    "1 with a base": [[(0.5, 0), (0.5, 1)], [(0.2, 1), (0.8, 1)]],
    "7 crossed": [[(0.1, 0), (0.85, 0), (0.35, 1)], [(0.3, 0.5), (0.88, 0.5)]],
    "4 open": [[(0.3, 0), (0.1, 0.6), (0.9, 0.6)], [(0.68, 0.3), (0.65, 1)]],
    "4 closed": [[(0.65, 1), (0.65, 0), (0.05, 0.65), (0.95, 0.65)]],
    "0 that is open": [
        [(0.5, 0), (0.2, 0.3), (0.2, 0.7), (0.5, 1), (0.8, 0.7), (0.8, 0.3), (0.6, 0.05)]
    ],
    "9 with a straight stem": [
        [(0.75, 0.2), (0.5, 0), (0.2, 0.2), (0.45, 0.45), (0.75, 0.2), (0.75, 0.6), (0.75, 1)]
    ],
}
# Size of the box and width of the pen as fractions of the canvas, and where the box is.
PLACES = [
    (0.75, 0.06, (0.05, 0.2)),
    (0.75, 0.02, (0.2, 0.05)),
    (0.2, 0.03, (0.7, 0.1)),
    (0.2, 0.05, (0.1, 0.7)),
]


def circle(x, y, radius, count=24):
    return [
        (
            x + radius * math.sin(k / count * 2 * math.pi),
            y - radius * math.cos(k / count * 2 * math.pi),
        )
        for k in range(count + 1)
    ]


NO_DIGITS = {
    "smiley": [
        circle(0.5, 0.5, 0.5),
        [(0.33, 0.3), (0.33, 0.4)],
        [(0.67, 0.3), (0.67, 0.4)],
        [(0.25, 0.62), (0.4, 0.77), (0.6, 0.77), (0.75, 0.62)],
    ],
    "heart": [
        [(0.5, 0.25), (0.35, 0.02), (0.08, 0.1), (0.05, 0.4), (0.5, 1)],
        [(0.5, 0.25), (0.65, 0.02), (0.92, 0.1), (0.95, 0.4), (0.5, 1)],
    ],
    "flat line": [[(0, 0.5), (0.5, 0.5), (1, 0.5)]],
    "scribble": [
        [(0, 0.2), (1, 0.1), (0, 0.5), (0.9, 0.4), (0.1, 0.9), (1, 0.8), (0.4, 0), (0.5, 1)]
    ],
    "star": [[(0.2, 1), (0.5, 0), (0.8, 1), (0, 0.38), (1, 0.38), (0.2, 1)]],
    "M": [[(0, 1), (0.1, 0), (0.5, 0.7), (0.9, 0), (1, 1)]],
    "K": [[(0.1, 0), (0.1, 1)], [(0.9, 0), (0.1, 0.55), (0.9, 1)]],
    "arrow": [[(0, 0.5), (1, 0.5)], [(0.7, 0.2), (1, 0.5), (0.7, 0.8)]],
}


def dense(stroke, count=6):
    """The stroke with points between its corners, as a mouse reports them; curves as they are."""
    if len(stroke) > 4:
        return np.array(stroke)
    positions = np.linspace(0, len(stroke) - 1, count * (len(stroke) - 1) + 1)
    return np.stack(
        [np.interp(positions, range(len(stroke)), axis) for axis in zip(*stroke, strict=True)], 1
    )


def draw(hand, strokes, size, width, corner):
    hand.canvas.clear()
    hand.canvas.set_pen_width(width)
    for stroke in strokes:
        hand.draw(*(dense(stroke) * size + corner).tolist())


def test_rare_forms_are_read_at_any_size_and_shapes_are_none(real_page, hand, context, qtbot):
    label = real_page.findChild(object, "prediction_label")
    bars = real_page.findChild(PredictionBars, "prediction_bars")
    context.load_torch()
    for name, strokes in RARE_FORMS.items():
        for size, width, corner in PLACES:
            draw(hand, strokes, size, width, corner)
            says = f"{name[0]} · "
            try:
                qtbot.waitUntil(lambda says=says: label.text().startswith(says), timeout=10_000)
            except qtbot.TimeoutError:
                pytest.fail(f"{name} of size {size}, pen {width}: {label.text()}")
            assert bars.familiarity() >= 0.05, (name, size, width)
    for size, width, corner in PLACES[:1] + PLACES[2:3]:
        for strokes in NO_DIGITS.values():
            draw(hand, strokes, size, width, corner)
            qtbot.waitUntil(lambda: label.text() == "Unlike any digit I know", timeout=60_000)
            assert bars.familiarity() < 0.05
