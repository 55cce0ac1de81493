"""The views of the Draw page, in the order of their buttons."""

from collections.abc import Callable
from typing import NamedTuple

from studio.ui.draw.draw_view import DrawView
from studio.ui.draw.session import DrawSession

PREDICT, INPUT, INSIDE, OVER_TIME = "predict", "input", "inside", "over_time"
COMPARE, HANDWRITING = "compare", "handwriting"


class ViewEntry(NamedTuple):
    """A view and its button.

    `create` is called when the view is first opened. Without it, the canvas and the prediction fill
    the page; with it, they are in a column at the left of the view.
    """

    key: str
    title: str
    tooltip: str
    create: Callable[[DrawSession], DrawView] | None = None


VIEWS = (
    ViewEntry(PREDICT, "Predict", "Draw, and see the prediction"),
    ViewEntry(INPUT, "Input", "What the model receives, step by step", DrawView),
    ViewEntry(INSIDE, "Inside", "What each layer of the model computes", DrawView),
    ViewEntry(
        OVER_TIME, "Over time", "What the model predicted after each epoch that was kept", DrawView
    ),
    ViewEntry(COMPARE, "Compare", "Up to four models side by side", DrawView),
    ViewEntry(
        HANDWRITING,
        "My handwriting",
        "Collect your own drawings, to test and adapt models",
        DrawView,
    ),
)
