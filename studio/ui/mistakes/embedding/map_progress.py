"""The progress of a map: a line of text, a bar and a button to cancel."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from studio.ui.shared.builders import elided_label, row_layout, text_button


class MapProgress(QWidget):
    """Hidden while nothing is computed."""

    cancel_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = elided_label("muted", "map_progress_label")
        self.bar = QProgressBar()
        self.bar.setObjectName("map_progress")
        self.bar.setAccessibleName("Progress of the map")
        self.bar.setToolTip("How much of the map has been computed")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.cancel_button = text_button("map_cancel_button", "Cancel")
        row = row_layout(self, spacing=12)
        row.addWidget(self.label)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel_button)
        self.cancel_button.clicked.connect(self._on_cancel_clicked)
        self.hide()

    def begin(self, text: str, cancel_tooltip: str) -> None:
        """Show that a computation begins."""
        self.label.setText(text)
        self.bar.setValue(0)
        self.cancel_button.setToolTip(cancel_tooltip)
        self.cancel_button.setEnabled(True)
        self.show()

    def show_progress(self, fraction: float, text: str) -> None:
        """Show the fraction done, 0..1, and what is being done, if it changed."""
        self.bar.setValue(round(1000 * fraction))
        if text and self.cancel_button.isEnabled():
            self.label.setText(text)

    def _on_cancel_clicked(self) -> None:
        self.label.setText("Cancelling")
        self.cancel_button.setEnabled(False)
        self.cancel_clicked.emit()
