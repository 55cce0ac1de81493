"""The card with the number to report: before the test split is opened, while it is, and after."""

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout

from studio.ui.shared.builders import label, row_layout, text_button
from studio.ui.train.sweep.honest_text import HonestCardText

_RESOLUTION, _BUTTON_PX = 400, 240
_TIP = "Evaluate the best combination on the test split, once all choices are made."


class HonestCard(QFrame):
    """`honest_number`, `honest_interval`, `honest_text`, `open_test_button`, `test_progress`.

    `open_wanted` asks to open the test split, `cancel_wanted` to end that work.
    """

    open_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("honest_card")
        self.setProperty("card", True)
        self._is_running = False
        self._shown = HonestCardText("")
        self._figure = label("figure", name="honest_number", selectable=True)
        self._interval = label("body", name="honest_interval", selectable=True)
        self._text = label("muted", name="honest_text", selectable=True)
        self._interval.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextFormat(Qt.TextFormat.RichText)
        for text in (self._interval, self._text):
            text.setWordWrap(True)
        self._progress = _progress_bar()
        self._button = text_button("open_test_button", "Open the test split…", tooltip=_TIP)
        self._button.setMaximumWidth(_BUTTON_PX)
        self._button.clicked.connect(self._on_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(6)
        column.addWidget(label("field", "Honest number"))
        for widget in (self._figure, self._interval, self._text):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(self._progress)
        row = row_layout(spacing=0)
        row.addWidget(self._button, 1)
        row.addStretch()
        column.addLayout(row)
        self.show_text(self._shown)

    def show_text(self, text: HonestCardText) -> None:
        """Show the number, or why there is none yet."""
        self._shown = text
        self._figure.setText(text.figure)
        self._figure.setAccessibleName(f"Honest number {text.figure}")
        self._figure.setVisible(bool(text.figure))
        self._interval.setText(text.interval)
        self._interval.setAccessibleName(text.interval or "No interval yet")
        self._interval.setVisible(bool(text.interval))
        self._text.setText(_paragraphs(text.body))
        self._text.setAccessibleName(text.body or "No number yet")
        self._show_button()

    def show_progress(self, fraction: float, text: str) -> None:
        """Show how far the evaluation is."""
        self._progress.setValue(round(_RESOLUTION * fraction))
        if text:
            self._text.setText(_paragraphs(text))

    def set_running(self, is_running: bool) -> None:
        """Show the progress and offer to cancel, or show the text again."""
        self._is_running = is_running
        self._progress.setValue(0)
        self._progress.setVisible(is_running)
        if is_running:
            self._text.setText("Preparing the test split")
            self._show_button()
        else:
            self.show_text(self._shown)

    def _show_button(self) -> None:
        text = "Cancel" if self._is_running else self._shown.action
        self._button.setText(text)
        self._button.setAccessibleName(text or "Open the test split")
        self._button.setVisible(bool(text))
        self._button.setEnabled(self._is_running or self._shown.can_open)

    def _on_clicked(self) -> None:
        if self._is_running:
            self.cancel_wanted.emit()
        else:
            self.open_wanted.emit()


def _paragraphs(text: str) -> str:
    """Return lines as paragraphs of rich text, a little apart."""
    return "".join(f'<p style="margin: 0 0 6px 0">{escape(line)}</p>' for line in text.split("\n"))


def _progress_bar() -> QProgressBar:
    bar = QProgressBar()
    bar.setObjectName("test_progress")
    bar.setAccessibleName("Progress of the evaluation")
    bar.setToolTip("Runs evaluated on the test split.")
    bar.setRange(0, _RESOLUTION)
    bar.setTextVisible(False)
    bar.hide()
    return bar
