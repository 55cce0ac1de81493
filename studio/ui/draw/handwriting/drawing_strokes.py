"""The strokes that are visible on a canvas, as they are stored with a drawing. No Qt here."""

from collections.abc import Iterable
from typing import Any

from studio.data.handwriting.sample import StrokeRecord
from studio.ui.widgets.strokes import Background, Stroke

_DECIMALS = 5  # of fractions of the side: a thousandth of a pixel
_WIDTHS = 1e-4, 1.0  # of a stroke that can be stored


def record_strokes(steps: Iterable[Any]) -> tuple[StrokeRecord, ...]:
    """Return the strokes drawn since the canvas was cleared last, moved as the drawing was.

    An image on the canvas is no stroke; it is only in the stored image.
    """
    visible: list[Any] = []
    for step in steps:
        if isinstance(step, Background):
            visible = []
        elif isinstance(step, Stroke):
            visible = [step] if step.starts_drawing else [*visible, step]
        else:  # the whole drawing was moved or scaled
            visible = [stroke.transformed(step) for stroke in visible]
    return tuple(_record(stroke) for stroke in visible if stroke.points)


def _record(stroke: Any) -> StrokeRecord:
    low, high = _WIDTHS
    return StrokeRecord(
        tool=stroke.tool,
        width=min(max(float(stroke.width), low), high),
        points=tuple(
            (round(float(x), _DECIMALS), round(float(y), _DECIMALS)) for x, y in stroke.points
        ),
        relative_widths=tuple(
            round(float(w), _DECIMALS) for w in getattr(stroke, "relative_widths", ())
        ),
    )
