"""The probability of each class: a name, a bar and a percentage, the highest one highlighted."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors

ROW, ROW_MOST, BAR, GAP = 17, 44, 10, 12
LABEL_SHARE = 0.4


class PredictionBars(QWidget):
    """Keeps its height while values change, so that nothing below it jumps."""

    def __init__(self, rows: int = 10, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("prediction_bars")
        self.setAccessibleName("Prediction")
        self.setToolTip("The predicted probability of each class; together they make 100 %")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._rows = rows
        self._values: list[tuple[str, float]] = []
        self._text = ""
        self._highlight = True

    def values(self) -> list[tuple[str, float]]:
        """The classes shown, top to bottom, each with its probability 0..1."""
        return list(self._values)

    def set_values(self, values: list[tuple[str, float]], highlight: bool = True) -> None:
        """Show classes in the order given, the most probable one highlighted or all muted."""
        self._values = list(values)
        self._highlight = highlight
        best = sorted(values, key=lambda value: -value[1])[:3]
        said = ", ".join(f"{label} {percent(share)}" for label, share in best)
        self.setAccessibleDescription(said)
        self.update()

    def clear_values(self, text: str = "") -> None:
        """Show no bars but a quiet line that says why."""
        self._values = []
        self._text = text
        self.setAccessibleDescription(text)
        self.update()

    def text(self) -> str:
        """The quiet line shown in place of bars, empty while there are any."""
        return "" if self._values else self._text

    def set_rows(self, rows: int) -> None:
        """Make room for a number of classes."""
        if rows != self._rows:
            self._rows = rows
            self.updateGeometry()
            self.update()

    def _paint_rows(self, painter: QPainter) -> None:
        height = min(self.height() / max(self._rows, len(self._values)), ROW_MOST)
        heavy = QFont(self.font())
        heavy.setWeight(QFont.Weight.DemiBold)  # that of the surest class, and the widest
        metrics = QFontMetricsF(heavy)
        widest = max(metrics.horizontalAdvance(label) for label, _ in self._values)
        label_width = min(widest + 4, self.width() * LABEL_SHARE)
        figure_width = metrics.horizontalAdvance("100 %") + 4
        top = max(range(len(self._values)), key=lambda index: self._values[index][1])
        for index, (label, share) in enumerate(self._values):
            row = QRectF(0, index * height, self.width(), height)
            is_top = index == top and self._highlight
            self._paint_row(painter, row, (label_width, figure_width), label, share, is_top)

    def _paint_row(
        self,
        painter: QPainter,
        row: QRectF,
        widths: tuple[float, float],
        label: str,
        share: float,
        is_top: bool,
    ) -> None:
        colors = theme_colors.current()
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if is_top else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(colors.text if is_top else colors.muted))
        centre_left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        name = QFontMetricsF(font).elidedText(label, Qt.TextElideMode.ElideRight, widths[0])
        painter.drawText(QRectF(row.left(), row.top(), widths[0], row.height()), centre_left, name)
        centre_right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(row, centre_right, percent(share))
        left = row.left() + widths[0] + GAP
        track = QRectF(left, row.center().y() - BAR / 2, row.right() - widths[1] - GAP - left, BAR)
        _paint_bar(painter, track, share, colors.accent if is_top else colors.muted)

    def sizeHint(self) -> QSize:
        return QSize(320, self._rows * 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self._rows * ROW)

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

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()


def percent(share: float) -> str:
    """A probability as whole percent; only what is certain is called 0 % or 100 %."""
    if 0.995 <= share < 1:
        return ">99 %"
    if 0 < share < 0.005:
        return "<1 %"
    return f"{share:.0%}".replace("%", " %")


def _paint_bar(painter: QPainter, track: QRectF, share: float, color: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme_colors.current().pressed))
    painter.drawRoundedRect(track, BAR / 2, BAR / 2)
    if share < 0.005:
        return
    painter.setBrush(QColor(color))
    width = max(BAR, track.width() * min(share, 1.0))
    painter.drawRoundedRect(QRectF(track.topLeft(), QSize(round(width), BAR)), BAR / 2, BAR / 2)
