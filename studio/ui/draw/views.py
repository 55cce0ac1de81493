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


def _create_input(session: DrawSession) -> DrawView:
    from studio.ui.draw.input_steps.input_view import InputView

    return InputView(session)


def _create_inside(session: DrawSession) -> DrawView:
    from studio.ui.draw.inside.inside_view import InsideView

    return InsideView(session)


def _create_over_time(session: DrawSession) -> DrawView:
    from studio.ui.draw.over_time.over_time_view import OverTimeView

    return OverTimeView(session)


def _create_compare(session: DrawSession) -> DrawView:
    from studio.ui.draw.compare.compare_view import CompareView

    return CompareView(session)


def _create_handwriting(session: DrawSession) -> DrawView:
    from studio.ui.draw.handwriting.handwriting_view import HandwritingView

    return HandwritingView(session)


VIEWS = (
    ViewEntry(PREDICT, "Predict", "Draw, and see the prediction"),
    ViewEntry(INPUT, "Input", "What the model receives, step by step", _create_input),
    ViewEntry(INSIDE, "Inside", "What each layer of the model computes", _create_inside),
    ViewEntry(
        OVER_TIME,
        "Over time",
        "What the model predicted after each epoch that was kept",
        _create_over_time,
    ),
    ViewEntry(COMPARE, "Compare", "Up to four models side by side", _create_compare),
    ViewEntry(
        HANDWRITING,
        "My handwriting",
        "Collect your own drawings, to test and adapt models",
        _create_handwriting,
    ),
)
