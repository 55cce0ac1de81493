"""What the page shows while there is nothing to explore: loading, empty, failed."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.ui.widgets import theme_colors

GAP, BAR, BAR_WIDTH, TILE = 16, 48, 120, 120


class LoadingView(QWidget):
    """The page's outline in grey, what is being done, how far it is, and a way out."""

    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel()
        self.label.setObjectName("loading_label")
        self.bar = QProgressBar()
        self.bar.setObjectName("loading_progress")
        self.bar.setAccessibleName("Evaluation progress")
        self.bar.setToolTip("How much of the split has been read")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setObjectName("loading_cancel")
        self.cancel_button.setAccessibleName("Cancel the evaluation")
        self.cancel_button.setToolTip("Stop reading; nothing is lost")
        self.cancel_button.clicked.connect(self.cancel_wanted)
        self._lay_out()

    def begin(self) -> None:
        """Start from nothing done."""
        self.show_progress(0.0, "Opening the network")
        self.cancel_button.setEnabled(True)

    def show_progress(self, fraction: float, text: str) -> None:
        """Show how far the work is, 0..1."""
        self.bar.setValue(round(1000 * fraction))
        self.label.setText(text)

    def show_cancelling(self) -> None:
        """Say that the wish was heard."""
        self.label.setText("Stopping")
        self.cancel_button.setEnabled(False)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self.label)
        head.addWidget(self.bar, 1)
        head.addWidget(self.cancel_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addLayout(head)
        whole.addWidget(PageOutline(), 1)


class PageOutline(QWidget):
    """Where matrix, tables, tiles and detail will be, in grey. Still: nothing blinks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Loading")

    def blocks(self) -> list[QRectF]:
        """The rectangles drawn at the present size."""
        width, height = self.width(), self.height()
        left = 0.36 * (width - GAP)
        right, rest = left + GAP, width - left - GAP
        upper, lower = 0.6 * (height - GAP), 0.54 * (height - GAP - BAR)
        below = BAR + lower + GAP
        made = [QRectF(0, 0, left, upper), QRectF(0, upper + GAP, left, height - upper - GAP)]
        made += [QRectF(right + i * (BAR_WIDTH + 8), 0, BAR_WIDTH, BAR - GAP) for i in range(3)]
        columns = max(1, int(rest // TILE))
        pitch, rows = rest / columns, max(1, int(lower // TILE))
        for row in range(rows):
            top = BAR + row * lower / rows
            made += [
                QRectF(right + i * pitch, top, pitch - 8, lower / rows - 8) for i in range(columns)
            ]
        return [*made, QRectF(right, below, rest, height - below)]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme_colors.current().pressed))
        for block in self.blocks():
            painter.drawRoundedRect(block, 8, 8)
