"""A button that starts long work; while it runs, progress and Cancel in the same place."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from studio.ui.shared.builders import text_button

_PARTS = 1000


class TaskRow(QWidget):
    """`<name>_button`, `<name>_progress` and `<name>_cancel`."""

    wanted = Signal()
    cancelled = Signal()

    def __init__(self, name: str, words: str, picture: str, tip: str, stop_tip: str) -> None:
        super().__init__()
        self.button = text_button(f"{name}_button", words, picture)
        self.button.setToolTip(tip)
        self._progress = QProgressBar()
        self._progress.setObjectName(f"{name}_progress")
        self._progress.setRange(0, _PARTS)
        self._progress.setAccessibleName(words)
        self._progress.setToolTip(tip)
        self._cancel = QPushButton("Cancel")
        self._cancel.setObjectName(f"{name}_cancel")
        self._cancel.setAccessibleName(f"Cancel: {words}")
        self._cancel.setToolTip(stop_tip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self.button, self._progress, self._cancel):
            row.addWidget(part)
        self.button.clicked.connect(self.wanted)
        self._cancel.clicked.connect(self._on_cancel)
        self.set_running(False)

    def set_running(self, running: bool) -> None:
        """Show progress with Cancel, or the button; the next progress then begins at 0."""
        if not running:
            self._progress.setValue(0)
        self.button.setVisible(not running)
        self._progress.setVisible(running)
        self._cancel.setVisible(running)
        self._cancel.setEnabled(running)

    def set_share(self, share: float) -> None:
        """Move the progress to `share` 0..1."""
        self._progress.setValue(round(_PARTS * share))

    def _on_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self.cancelled.emit()
