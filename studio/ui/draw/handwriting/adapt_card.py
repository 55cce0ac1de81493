"""Adapting the chosen model: progress with a cancel button, then the receipt."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from studio.ui.shared.builders import column_layout, label, row_layout, text_button

if TYPE_CHECKING:
    from studio.insight.adaptation_receipt import AdaptationReceipt

_RESOLUTION = 1000


class AdaptCard(QFrame):
    """`adapt_card`, hidden until an adaptation starts.

    Signals: `cancelled()`, and `use_wanted(key)` with the key of the new run.
    """

    cancelled = Signal()
    use_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("adapt_card")
        self.setProperty("card", True)
        self.setAccessibleName("Adaptation")
        self._run = ""
        self._title = label("heading", name="adapt_title")
        self._text = label("body", name="adapt_receipt", selectable=True)
        self._text.setWordWrap(True)
        self._progress = QProgressBar()
        self._progress.setObjectName("adapt_progress")
        self._progress.setRange(0, _RESOLUTION)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName("Progress of the adaptation")
        self._progress.setToolTip("How much of the adaptation is done")
        tip = "Stop; the model stays as it is and no run is written"
        self._cancel = text_button("adapt_cancel", "Cancel", tooltip=tip)
        tip = "Predict with the adapted model on this page"
        self._use = text_button("adapt_use", "Use it", "check", tooltip=tip)
        self._use.setProperty("kind", "primary")
        self._close = text_button("adapt_close", "Close", tooltip="Hide the receipt")
        self._cancel.clicked.connect(self._on_cancel)
        self._use.clicked.connect(self._on_use)
        self._close.clicked.connect(self.hide)
        self._lay_out()
        self.hide()

    def show_progress(self, fraction: float, text: str) -> None:
        """Show how far the adaptation is."""
        self._title.setText("Adapting the model to you")
        if text:
            self._text.setText(text)
        self._progress.setValue(round(_RESOLUTION * fraction))
        self._show_buttons(is_running=True)

    def show_receipt(self, run: str, title: str, receipt: "AdaptationReceipt") -> None:
        """Show what the adaptation changed."""
        self._run = run
        self._title.setText(f"New run: {title}")
        self._text.setText("\n".join(receipt.lines))
        self._show_buttons(is_running=False)

    def _show_buttons(self, is_running: bool) -> None:
        self._progress.setVisible(is_running)
        self._cancel.setVisible(is_running)
        self._cancel.setEnabled(is_running)
        self._use.setVisible(not is_running)
        self._close.setVisible(not is_running)
        self.show()

    def _on_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self.cancelled.emit()

    def _on_use(self) -> None:
        self.hide()
        self.use_wanted.emit(self._run)

    def _lay_out(self) -> None:
        column = column_layout(self, spacing=8)
        column.setContentsMargins(16, 12, 16, 12)
        row = row_layout(spacing=8)
        row.addWidget(self._title, 1)
        for button in (self._cancel, self._use, self._close):
            row.addWidget(button)
        column.addLayout(row)
        column.addWidget(self._progress)
        column.addWidget(self._text)
