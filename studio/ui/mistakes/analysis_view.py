"""Base class of the views of the Mistakes page."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from studio.ui.mistakes.session import EvaluationSession

if TYPE_CHECKING:
    from studio.insight import Evaluation


class AnalysisView(QWidget):
    """Shows one side of the session's evaluation. Hidden views do no work.

    `failed` carries an error and its traceback; the page shows it.
    """

    failed = Signal(object, str)

    def __init__(self, session: EvaluationSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._shown: Evaluation | None = None
        session.evaluation_changed.connect(self._update)

    @property
    def evaluation(self) -> "Evaluation | None":
        """The evaluation shown; None while there is none, or while the view is hidden."""
        return self._shown

    def show_evaluation(self, evaluation: "Evaluation") -> None:
        """Show another evaluation. Called while the view is visible."""
        raise NotImplementedError

    def clear(self) -> None:
        """Forget the evaluation shown and stop work about it."""

    def focus_content(self) -> None:
        """Give the focus to what the keys act on."""
        self.setFocus()

    def shutdown(self) -> None:
        """End the work in the background, before the window closes."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._update()

    def _update(self) -> None:
        evaluation = self.session.evaluation
        if evaluation is self._shown:
            return
        if evaluation is None:
            self._shown = None
            self.clear()
        elif self.isVisible():
            self._shown = evaluation
            self.show_evaluation(evaluation)
