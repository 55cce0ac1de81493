"""The panes of the sample shown in detail, in the order of their buttons."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.ui.mistakes.session import EvaluationSession

PREDICTION, SALIENCY, EDIT = "prediction", "saliency", "edit"


class DetailPane(QWidget):
    """Shows one side of a sample. Only the visible pane is told about samples.

    `failed` carries an error and its traceback; the page shows it.
    """

    failed = Signal(object, str)

    def show_sample(self, session: EvaluationSession, position: int) -> None:
        """Show the sample at `position` of the session's evaluation. Called while visible."""
        raise NotImplementedError

    def clear(self) -> None:
        """Stop work about the sample shown: the pane is left, or there is no sample."""

    def set_compact(self, compact: bool) -> None:
        """Fit a low window."""

    def shutdown(self) -> None:
        """End the work in the background, before the window closes."""


class PaneEntry(NamedTuple):
    """A pane and its button. `create` is called when the pane is first opened."""

    key: str
    title: str
    tooltip: str
    create: Callable[[EvaluationSession], DetailPane]


def _create_prediction(_session: EvaluationSession) -> DetailPane:
    from studio.ui.mistakes.detail.prediction_pane import PredictionPane

    return PredictionPane()


def _create_saliency(session: EvaluationSession) -> DetailPane:
    from studio.ui.mistakes.detail.saliency_pane import SaliencyPane

    return SaliencyPane(session.context)


def _create_edit(session: EvaluationSession) -> DetailPane:
    from studio.ui.mistakes.edit.edit_pane import EditPane

    return EditPane(session.context)


def _create_nearest(session: EvaluationSession) -> DetailPane:
    from studio.ui.mistakes.detail.nearest_pane import NearestPane

    return NearestPane(session)


PANES: tuple[PaneEntry, ...] = (
    PaneEntry(
        PREDICTION, "Prediction", "The image, its probabilities and its loss", _create_prediction
    ),
    PaneEntry(
        SALIENCY,
        "Saliency",
        "Which pixels speak for the true and for the predicted class",
        _create_saliency,
    ),
    PaneEntry(
        "nearest",
        "Nearest",
        "The training samples that look most alike to the model",
        _create_nearest,
    ),
    PaneEntry(
        EDIT,
        "Edit",
        "Change the image and see what changes the prediction",
        _create_edit,
    ),
)
