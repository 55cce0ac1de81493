"""What the view shows without issues: what a search does, its progress, or that it found none."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QStackedWidget, QWidget

from studio.ui.icons import icon
from studio.ui.shared.builders import column_layout, elided_label, row_layout, text_button
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.skeleton import Skeleton

_TILES, _TILE_PX = ((1 / 8,) * 8,) * 6, 104


class SearchPanel(QStackedWidget):
    """An introduction with a button, or the progress with a button to cancel."""

    start_clicked = Signal()
    cancel_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = EmptyState("", "", "", icon("search"))
        self.message.action_clicked.connect(self.start_clicked)
        self.status = elided_label("body", "label_issues_status")
        self.bar = QProgressBar()
        self.bar.setObjectName("label_issues_progress")
        self.bar.setAccessibleName("Progress of the search")
        self.bar.setToolTip("How much of the search is done")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.cancel_button = text_button(
            "label_issues_cancel", "Cancel", tooltip="Stop the search; it begins anew next time"
        )
        self.cancel_button.clicked.connect(self.cancel_clicked)
        self._progress = QWidget()
        head = row_layout(spacing=16)
        head.addWidget(self.status, 1)
        head.addWidget(self.bar, 1)
        head.addWidget(self.cancel_button)
        column = column_layout(self._progress, spacing=16)
        column.addLayout(head)
        column.addWidget(Skeleton(_TILES, _TILE_PX), 1)
        self.addWidget(self.message)
        self.addWidget(self._progress)

    def show_message(self, title: str, text: str, action: str = "") -> None:
        """Show a message, with a button that starts a search if `action` is its text."""
        self.message.set_text(title, text, action)
        self.setCurrentWidget(self.message)

    def begin(self, text: str) -> None:
        """Show that a search has begun."""
        self.cancel_button.setEnabled(True)
        self.show_progress(0.0, text)
        self.setCurrentWidget(self._progress)

    def show_progress(self, fraction: float, text: str) -> None:
        """Show the fraction done, 0..1, and what is being done."""
        self.bar.setValue(round(1000 * fraction))
        if text:
            self.status.setText(text)

    def show_cancelling(self) -> None:
        """Show that the search is being cancelled."""
        self.status.setText("Cancelling")
        self.cancel_button.setEnabled(False)
