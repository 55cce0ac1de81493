"""Base class of the views of the Draw page."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from studio.ui.draw.session import DrawSession


class DrawView(QWidget):
    """Shows one side of the drawing and its model. Hidden views do no work.

    `failed` carries an error and its traceback; the page shows it.
    """

    failed = Signal(object, str)

    def __init__(self, session: DrawSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        session.model_changed.connect(self._on_model_changed)
        session.prediction_changed.connect(self._on_prediction_changed)

    def show_model(self) -> None:
        """Show the model of the session. Called when the view is shown, and for another model.

        `show_prediction` follows.
        """

    def show_prediction(self) -> None:
        """Show the prediction of the session, or that there is none."""

    def deactivate(self) -> None:
        """Stop work that only the visible view needs."""

    def shutdown(self) -> None:
        """End the work in the background, before the window closes."""

    def _on_model_changed(self) -> None:
        if self.isVisible():
            self.show_model()
            self.show_prediction()

    def _on_prediction_changed(self) -> None:
        if self.isVisible():
            self.show_prediction()

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_model_changed()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.deactivate()
