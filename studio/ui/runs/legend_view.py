"""Which line is which run, with the figure that counts."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.formatting import percent
from studio.ui.runs.compare_plots import run_color
from studio.ui.runs.run_row import RunRow
from studio.ui.widgets import theme_colors

LINE_HEIGHT = 28
SWATCH = 20


class LegendView(QWidget):
    """One line a run: a dash in its colour, its name, its validation accuracy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[RunRow] = []
        self.setObjectName("compare_legend")
        self.setToolTip("The line of each run, and its best accuracy on validation pictures")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_runs(self, rows: list[RunRow]) -> None:
        """List these runs, in the order of their colours."""
        self._rows = rows
        self.setFixedHeight(LINE_HEIGHT * len(rows))
        self.setAccessibleName("; ".join(f"{name} {figure}" for name, figure in self.lines()))
        self.update()

    def lines(self) -> list[tuple[str, str]]:
        """Name and validation accuracy of each run."""
        return [(row.name, percent(row.summary.val_accuracy)) for row in self._rows]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, (name, figure) in enumerate(self.lines()):
            top = place * LINE_HEIGHT
            middle = top + LINE_HEIGHT // 2
            painter.setPen(QPen(QColor(run_color(place)), 2.5, Qt.PenStyle.DashLine))
            painter.drawLine(0, middle, SWATCH, middle)
            painter.setPen(QColor(theme_colors.current().text))
            wide = painter.fontMetrics().horizontalAdvance(figure)
            room = self.width() - SWATCH - 16 - wide
            shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room)
            upright = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(SWATCH + 8, top, room, LINE_HEIGHT, upright, shown)
            painter.drawText(self.width() - wide, top, wide, LINE_HEIGHT, upright, figure)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
