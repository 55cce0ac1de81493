"""Predicted probabilities as a bar chart: a class name, a bar and a percentage per row."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.paint_helpers import MIDDLE_LEFT, MIDDLE_RIGHT

# Lengths in pixels.
MIN_ROW_HEIGHT, MAX_ROW_HEIGHT, BAR_HEIGHT, GAP = 17, 44, 10, 12
MIN_SHOWN_ROWS = 5  # in a low widget, which shows only the most probable classes
MAX_LABEL_FRACTION = 0.4  # of the width


class PredictionBars(QWidget):
    """Shows the probability of each class and highlights the highest one.

    The height depends on the number of rows, not on the values, so that nothing below it jumps.
    `percent` formats a probability. At least 160 px wide and 17 px per row.
    """

    def __init__(
        self, percent: Callable[[float], str], rows: int = 10, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("prediction_bars")
        self.setAccessibleName("Prediction")
        self.setToolTip("The predicted probability of each class. All together make 100 %")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._percent = percent
        self._rows = rows
        self._values: list[tuple[str, float]] = []
        self._text = ""
        self._highlight = True
        self._familiarity = 1.0

    def values(self) -> list[tuple[str, float]]:
        """Return (class name, probability 0..1) of each row from top to bottom."""
        return list(self._values)

    def familiarity(self) -> float:
        """Return how much the input resembles the training data, 0..1.

        It is the fraction of validation samples that do so at most as much, so that 0.05 is the
        threshold that 95 % of them pass. 1 where that is unknown, and without a prediction.
        """
        return self._familiarity

    def set_values(
        self,
        values: list[tuple[str, float]],
        highlight: bool = True,
        familiarity: float | None = None,
    ) -> None:
        """Show classes in this order; without `highlight` all of them are muted.

        `familiarity` is reported by the method of that name; None if it is unknown.
        """
        self._values = list(values)
        self._familiarity = 1.0 if familiarity is None else familiarity
        self._highlight = highlight
        self._describe()
        self.update()

    def clear_values(self, text: str = "") -> None:
        """Show a text instead of bars."""
        self._values = []
        self._familiarity = 1.0
        self._text = text
        self.setAccessibleDescription(text)
        self.update()

    def text(self) -> str:
        """Return the text shown instead of bars; empty while there are bars."""
        return "" if self._values else self._text

    def set_rows(self, rows: int) -> None:
        """Set the number of rows to reserve space for."""
        if rows != self._rows:
            self._rows = rows
            self.updateGeometry()
            self.update()

    def needed_height(self) -> int:
        """Return the height that all rows need, in pixels."""
        return self._rows * MIN_ROW_HEIGHT

    def shown_rows(self) -> list[int]:
        """Return the rows for which there is room: the most probable ones of a low widget."""
        rows = range(len(self._values))
        count = max(1, int(self.height() / MIN_ROW_HEIGHT))
        if count >= len(rows):
            return list(rows)
        return sorted(sorted(rows, key=lambda row: -self._values[row][1])[:count])

    def row_rect(self, index: int) -> QRectF:
        """Return the rectangle of a row that is shown."""
        height = self._row_height()
        return QRectF(0, self.shown_rows().index(index) * height, self.width(), height)

    def _row_height(self) -> float:
        rows = max(self._rows, len(self._values))
        fitting = max(1, int(self.height() / MIN_ROW_HEIGHT))
        return min(self.height() / min(rows, fitting), MAX_ROW_HEIGHT)

    def _top(self) -> int:
        """Return the row of the most probable class."""
        return max(range(len(self._values)), key=lambda index: self._values[index][1])

    def _describe(self) -> None:
        """Describe the bars to assistive technology."""
        best = sorted(self._values, key=lambda value: -value[1])[:3]
        texts = [f"{label} {self._percent(probability)}" for label, probability in best]
        self.setAccessibleDescription(", ".join(texts + self._marks()) or self._text)

    def _marks(self) -> list[str]:
        """Return how rows are marked, for `_describe`."""
        return []

    def _paint_rows(self, painter: QPainter) -> None:
        heavy = QFont(self.font())
        heavy.setWeight(QFont.Weight.DemiBold)  # that of the highlighted row, the widest one
        metrics = QFontMetricsF(heavy)
        longest = max(metrics.horizontalAdvance(label) for label, _ in self._values)
        label_width = min(longest + 4, self.width() * MAX_LABEL_FRACTION)
        percent_width = metrics.horizontalAdvance("100 %") + 4
        top = self._top()
        for index in self.shown_rows():
            label, probability = self._values[index]
            row = self._paint_mark(painter, self.row_rect(index), index)
            is_top = index == top and self._highlight
            self._paint_row(painter, row, (label_width, percent_width), label, probability, is_top)

    def _paint_mark(self, painter: QPainter, row: QRectF, index: int) -> QRectF:
        """Paint how a row is marked, and return the rectangle that is left for it."""
        return row

    def _paint_row(
        self,
        painter: QPainter,
        row: QRectF,
        widths: tuple[float, float],
        label: str,
        probability: float,
        is_top: bool,
    ) -> None:
        colors = theme_colors.current()
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if is_top else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(colors.text if is_top else colors.muted))
        label_width, percent_width = widths
        elided = QFontMetricsF(font).elidedText(label, Qt.TextElideMode.ElideRight, label_width)
        painter.drawText(
            QRectF(row.left(), row.top(), label_width, row.height()), MIDDLE_LEFT, elided
        )
        painter.drawText(row, MIDDLE_RIGHT, self._percent(probability))
        left = row.left() + label_width + GAP
        top, width = row.center().y() - BAR_HEIGHT / 2, row.right() - percent_width - GAP - left
        track = QRectF(left, top, width, BAR_HEIGHT)
        _paint_bar(painter, track, probability, colors.accent if is_top else colors.muted)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(320, self._rows * 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, min(self._rows, MIN_SHOWN_ROWS) * MIN_ROW_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._values:
            self._paint_rows(painter)
        else:
            painter.setPen(QColor(theme_colors.current().muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 0, -16, 0), flags, self._text)
        painter.end()


def _paint_bar(painter: QPainter, track: QRectF, probability: float, color: str) -> None:
    radius = BAR_HEIGHT / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme_colors.current().pressed))
    painter.drawRoundedRect(track, radius, radius)
    if probability < 0.005:
        return
    painter.setBrush(QColor(color))
    width = max(BAR_HEIGHT, track.width() * min(probability, 1.0))
    bar = QRectF(track.topLeft(), QSize(round(width), BAR_HEIGHT))
    painter.drawRoundedRect(bar, radius, radius)
