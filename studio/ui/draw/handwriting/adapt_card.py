"""Adapting the chosen model: progress with a cancel button, then the receipt or the problem."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from studio.formatting import duration
from studio.ui.draw.handwriting.receipt_figures import ReceiptFigures
from studio.ui.draw.handwriting.receipt_text import receipt_note
from studio.ui.shared.builders import (
    column_layout,
    elided_label,
    label,
    row_layout,
    set_style,
    text_button,
)

if TYPE_CHECKING:
    from studio.insight.adaptation_receipt import AdaptationReceipt

_RESOLUTION = 1000
_ESTIMATED_FROM = 0.15  # before this fraction the time left is a guess


class AdaptCard(QFrame):
    """`adapt_card`, hidden until an adaptation starts.

    Signals: `cancelled()`, `use_wanted(key)` with the key of the new run, and `remedy_wanted()`
    for the button that a problem is shown with.
    """

    cancelled = Signal()
    use_wanted = Signal(str)
    remedy_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("adapt_card")
        self.setProperty("card", True)
        self.setAccessibleName("Adaptation")
        self._run = ""
        self._clock = QElapsedTimer()
        self._title = elided_label("heading", "adapt_title")
        self._text = label("body", name="adapt_text", selectable=True)
        self._text.setWordWrap(True)
        self._left = label("muted", name="adapt_time_left")
        self._progress = QProgressBar()
        self._progress.setObjectName("adapt_progress")
        self._progress.setRange(0, _RESOLUTION)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName("Progress of the adaptation")
        self._progress.setToolTip("How much of the adaptation is done")
        tip = "Stop; the model stays as it is and no run is written"
        self._cancel = text_button("adapt_cancel", "Cancel", tooltip=tip)
        tip = "Predict with the adapted model on this page"
        self._use = text_button("adapt_use", "Use it", "check", "on_accent", tooltip=tip)
        self._use.setProperty("kind", "primary")
        self._remedy = text_button("adapt_remedy", "Try again", tooltip="Adapt the model again")
        self._remedy.setProperty("kind", "primary")
        self._close = text_button("adapt_close", "Close", tooltip="Hide this card")
        self._figures = ReceiptFigures("adapt")
        self._cancel.clicked.connect(self._on_cancel)
        self._use.clicked.connect(self._on_use)
        self._remedy.clicked.connect(self.remedy_wanted)
        self._close.clicked.connect(self.hide)
        self._lay_out()
        self.hide()

    def show_progress(self, fraction: float, text: str) -> None:
        """Show how far the adaptation is; with the fraction 0 it begins."""
        if not fraction or not self._clock.isValid():
            self._clock.start()
            self._title.setText("Adapting the model to you")
            self._show(self._cancel, self._progress, self._left)
            self._cancel.setEnabled(True)
        if text:
            self._set_text(text, "body")
        self._progress.setValue(round(_RESOLUTION * fraction))
        self._left.setText(self._time_left(fraction))

    def show_receipt(self, run: str, title: str, receipt: "AdaptationReceipt") -> None:
        """Show what the adaptation changed."""
        self._run = run
        self._title.setText(f"New run: {title}")
        self._figures.show_receipt(receipt)
        self._set_text(receipt_note(receipt), "muted")
        self.setAccessibleDescription(" ".join(receipt.lines))
        self._show(self._use, self._close, self._figures)

    def show_problem(self, title: str, text: str, remedy: str) -> None:
        """Show why there is no adapted model; `remedy` is the text of a button."""
        self._title.setText(title)
        self._set_text(text, "body")
        self._remedy.setText(remedy)
        self._remedy.setAccessibleName(remedy)
        self._remedy.setToolTip(f"{remedy}, then adapt the model")
        self._show(self._remedy, self._close)

    def _show(self, *shown: QWidget) -> None:
        """Show the card with these of its changing widgets."""
        buttons = (self._cancel, self._use, self._remedy, self._close)
        for widget in (*buttons, self._progress, self._left, self._figures):
            widget.setVisible(widget in shown)
        if self._progress not in shown:
            self._clock.invalidate()
        self.show()

    def _set_text(self, text: str, role: str) -> None:
        self._text.setText(text)
        set_style(self._text, role=role)

    def _time_left(self, fraction: float) -> str:
        if not _ESTIMATED_FROM <= fraction < 1:
            return ""
        seconds = self._clock.elapsed() / 1000 * (1 - fraction) / fraction
        return f"about {duration(max(1, round(seconds)))} left".replace(".0 s", " s")

    def _on_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self._set_text("Cancelling…", "body")
        self.cancelled.emit()

    def _on_use(self) -> None:
        self.hide()
        self.use_wanted.emit(self._run)

    def _lay_out(self) -> None:
        column = column_layout(self, spacing=8)
        column.setContentsMargins(16, 12, 16, 12)
        row = row_layout(spacing=8)
        row.addWidget(self._title)
        row.addStretch(1)
        for button in (self._cancel, self._use, self._remedy, self._close):
            row.addWidget(button)
        column.addLayout(row)
        column.addWidget(self._progress)
        column.addWidget(self._figures)
        texts = row_layout(spacing=16)
        texts.addWidget(self._text, 1)
        texts.addWidget(self._left)
        column.addLayout(texts)
