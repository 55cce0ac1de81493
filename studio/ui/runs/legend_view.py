"""The legend of the comparison plots: the color, title and accuracy of each run."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.formatting import percent
from studio.ui.runs.compare_plots import run_color
from studio.ui.runs.run_row import RunRow
from studio.ui.widgets import theme_colors

LINE_PX = 28
DASH_PX = 20


class LegendView(QWidget):
    """One line per run: a dash in its color, its title and its validation accuracy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[RunRow] = []
        self.setObjectName("compare_legend")
        self.setToolTip("The color of each run, and its accuracy on the validation split")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_runs(self, rows: list[RunRow]) -> None:
        """List runs in the order of their colors."""
        self._rows = rows
        self.setFixedHeight(LINE_PX * len(rows))
        self.setAccessibleName("; ".join(f"{title} {accuracy}" for title, accuracy in self.lines()))
        self.update()

    def lines(self) -> list[tuple[str, str]]:
        """Return title and validation accuracy of each run."""
        return [(row.name, percent(row.summary.val_accuracy)) for row in self._rows]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, (title, accuracy) in enumerate(self.lines()):
            top = index * LINE_PX
            middle = top + LINE_PX // 2
            painter.setPen(QPen(QColor(run_color(index)), 2.5, Qt.PenStyle.DashLine))
            painter.drawLine(0, middle, DASH_PX, middle)
            painter.setPen(QColor(theme_colors.current().text))
            metrics, centered = painter.fontMetrics(), Qt.AlignmentFlag.AlignVCenter
            right = metrics.horizontalAdvance(accuracy)
            left = self.width() - DASH_PX - 16 - right
            elided = metrics.elidedText(title, Qt.TextElideMode.ElideRight, left)
            painter.drawText(DASH_PX + 8, top, left, LINE_PX, centered, elided)
            painter.drawText(self.width() - right, top, right, LINE_PX, centered, accuracy)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
