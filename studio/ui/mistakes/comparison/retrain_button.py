"""The button "Train with these fixes", in the row of the views."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from studio.ui.icons import BESIDE_TEXT, icon
from studio.ui.mistakes.comparison.retrain_dialog import RetrainDialog
from studio.ui.mistakes.comparison.retrain_text import button_state
from studio.ui.mistakes.session import EvaluationSession

_TITLE = "Train with these fixes"


class RetrainButton(QPushButton):
    """Enabled while there are fixes that the run shown was not trained with.

    `chosen` carries the Retraining that the user chose in the dialog.
    """

    chosen = Signal(object)
    failed = Signal(object, str)

    def __init__(self, session: EvaluationSession, parent: QWidget | None = None) -> None:
        super().__init__(icon("train"), _TITLE, parent)
        self._session = session
        self.setObjectName("retrain_button")
        self.setAccessibleName(_TITLE)
        self.setIconSize(BESIDE_TEXT)
        self.clicked.connect(self._open_dialog)
        session.fixes.state_changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        fixes = self._session.fixes
        is_enabled, tooltip = button_state(fixes.fixes, fixes.is_trained, fixes.error)
        self.setEnabled(is_enabled and fixes.is_ready)
        self.setToolTip(tooltip)
        self.setAccessibleDescription(tooltip)

    def _open_dialog(self) -> None:
        dialog = RetrainDialog(self._session, self.window())
        dialog.chosen.connect(self.chosen)
        dialog.failed.connect(self.failed)
        dialog.open()
