"""One large metric and a few small ones beside it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.paint_helpers import sized_font

Metric = tuple[str, str]  # the value and its caption

# Lengths and font sizes in pixels.
_PRIMARY_SIZE, _SECONDARY_SIZE, _CAPTION_SIZE = 28, 15, 12
_HEIGHT, _GAP = 52, 32.0
_COMPACT_PRIMARY_SIZE, _COMPACT_HEIGHT, _COMPACT_GAP = 20, 28, 20.0
_CAPTION_GAP = 6.0  # between a value and a caption beside it


class MetricStrip(QWidget):
    """Shows metrics with their captions in one row, 52 px high, or 28 px in compact form.

    The strip is painted instead of made of labels, because metrics that change many times per
    second must not trigger a new layout. Metrics without room at the right are omitted.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._primary: Metric = ("", "")
        self._secondary: tuple[Metric, ...] = ()
        self._widths: list[float] = []
        self._compact = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_compact(self, compact: bool) -> None:
        """Show each caption beside its value instead of below it."""
        if compact != self._compact:
            self._compact = compact
            self._widths = []
            self.updateGeometry()
            self.update()

    def set_primary(self, value: str, caption: str) -> None:
        """Set the large metric."""
        self._set_metrics((value, caption), self._secondary)

    def set_secondary(self, metrics: Sequence[Metric]) -> None:
        """Set the small metrics as (value, caption) pairs."""
        self._set_metrics(self._primary, tuple(metrics))

    def text(self) -> str:
        """Return all metrics as one line of text."""
        return " · ".join(f"{value} {caption}" for value, caption in self._metrics() if value)

    def _set_metrics(self, primary: Metric, secondary: tuple[Metric, ...]) -> None:
        if (primary, secondary) == (self._primary, self._secondary):
            return
        if [caption for _, caption in secondary] != [caption for _, caption in self._secondary]:
            self._widths = []
        self._primary, self._secondary = primary, secondary
        self.setAccessibleName(self.text())
        self.update()

    def _metrics(self) -> list[Metric]:
        return [self._primary, *self._secondary]

    def _column_widths(self) -> list[float]:
        """Return the width of each column; columns never shrink, so that metrics do not jump."""
        widths = []
        for index, metric in enumerate(self._metrics()):
            value, caption = self._text_widths(index, metric)
            needed = value + _CAPTION_GAP + caption if self._compact else max(value, caption)
            previous = self._widths[index] if 0 < index < len(self._widths) else 0.0
            widths.append(max(needed, previous))
        self._widths = widths
        return widths

    def _text_widths(self, index: int, metric: Metric) -> tuple[float, float]:
        """Return the widths of a value and its caption."""
        value, caption = metric
        return (
            QFontMetricsF(self._value_font(index)).horizontalAdvance(value),
            QFontMetricsF(self._caption_font()).horizontalAdvance(caption),
        )

    def _value_font(self, index: int) -> QFont:
        primary = _COMPACT_PRIMARY_SIZE if self._compact else _PRIMARY_SIZE
        return sized_font(self.font(), _SECONDARY_SIZE if index else primary, bold=True)

    def _caption_font(self) -> QFont:
        return sized_font(self.font(), _CAPTION_SIZE)

    def _paint_metric(self, painter: QPainter, left: float, index: int, metric: Metric) -> None:
        colors, baseline = theme_colors.current(), self.height() - 6.0
        value, caption = metric
        indent = self._text_widths(index, metric)[0] + _CAPTION_GAP if self._compact else 0.0
        painter.setFont(self._value_font(index))
        painter.setPen(QColor(colors.text))
        painter.drawText(QPointF(left, baseline if self._compact else baseline - 17), value)
        painter.setFont(self._caption_font())
        painter.setPen(QColor(colors.muted))
        painter.drawText(QPointF(left + indent, baseline), caption)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(320, _COMPACT_HEIGHT if self._compact else _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, left = QPainter(self), 0.0
        columns = zip(self._metrics(), self._column_widths(), strict=True)
        for index, (metric, width) in enumerate(columns):
            if index and left + width > self.width():
                break
            self._paint_metric(painter, left, index, metric)
            left += width + (_COMPACT_GAP if self._compact else _GAP)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._widths = []
