"""A button that starts a long task; while it runs, a progress bar and a cancel button."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from studio.ui.shared.builders import row_layout, text_button

_RESOLUTION = 1000


class TaskRow(QWidget):
    """`<name>_button`, `<name>_progress` and `<name>_cancel`."""

    started = Signal()
    cancelled = Signal()

    def __init__(self, name: str, text: str, icon_name: str, tip: str, cancel_tip: str) -> None:
        super().__init__()
        self.button = text_button(f"{name}_button", text, icon_name, tooltip=tip)
        self._progress = QProgressBar()
        self._progress.setObjectName(f"{name}_progress")
        self._progress.setRange(0, _RESOLUTION)
        self._progress.setAccessibleName(text)
        self._progress.setToolTip(tip)
        self._cancel = text_button(f"{name}_cancel", "Cancel", tooltip=cancel_tip)
        self._cancel.setAccessibleName(f"Cancel: {text}")
        row = row_layout(self, spacing=8)
        for widget in (self.button, self._progress, self._cancel):
            row.addWidget(widget)
        self.button.clicked.connect(self.started)
        self._cancel.clicked.connect(self._on_cancel)
        self.set_running(False)

    def set_running(self, running: bool) -> None:
        """Show the progress and the cancel button, or the start button."""
        if not running:
            self._progress.setValue(0)
        self.button.setVisible(not running)
        self._progress.setVisible(running)
        self._cancel.setVisible(running)
        self._cancel.setEnabled(running)

    def set_fraction(self, fraction: float) -> None:
        """Set the progress, 0..1."""
        self._progress.setValue(round(_RESOLUTION * fraction))

    def _on_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self.cancelled.emit()
