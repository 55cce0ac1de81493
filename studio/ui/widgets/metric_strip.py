"""One large figure that matters and a few small ones beside it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors

Pair = tuple[str, str]
_LARGE, _SMALL, _CAPTION = 28, 15, 12
_GAP = 32.0
_HEIGHT = 52
_COMPACT_LARGE, _COMPACT_HEIGHT, _COMPACT_GAP = 20, 28, 20.0
_BESIDE = 6.0  # between a figure and a caption beside it


class MetricStrip(QWidget):
    """`set_main` for the large figure, `set_items` for (value, what it is) pairs behind it.

    Painted, not made of labels: figures that change many times a second must not move a layout.
    Figures that find no room at the right are left out.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._main: Pair = ("", "")
        self._items: tuple[Pair, ...] = ()
        self._widths: list[float] = []
        self._compact = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_compact(self, compact: bool) -> None:
        """Put each caption beside its figure instead of under it, in one low line."""
        if compact != self._compact:
            self._compact = compact
            self._widths = []
            self.updateGeometry()
            self.update()

    def set_primary(self, value: str, caption: str) -> None:
        """Show the large figure; the caption stands under it."""
        self._show((value, caption), self._items)

    def set_secondary(self, items: Sequence[Pair]) -> None:
        """Show (value, caption) pairs."""
        self._show(self._main, tuple(items))

    def text(self) -> str:
        """Everything shown, as one line."""
        return " · ".join(f"{value} {caption}" for value, caption in self._pairs() if value)

    def _show(self, main: Pair, items: tuple[Pair, ...]) -> None:
        if (main, items) == (self._main, self._items):
            return
        if [caption for _, caption in items] != [caption for _, caption in self._items]:
            self._widths = []
        self._main, self._items = main, items
        self.setAccessibleName(self.text())
        self.update()

    def _pairs(self) -> list[Pair]:
        return [self._main, *self._items]

    def _columns(self) -> list[float]:
        """Width of each column: never less than before, so that figures do not jump about."""
        widths = []
        for place, pair in enumerate(self._pairs()):
            value, caption = self._widths_of(place, pair)
            needed = value + _BESIDE + caption if self._compact else max(value, caption)
            before = self._widths[place] if 0 < place < len(self._widths) else 0.0
            widths.append(max(needed, before))
        self._widths = widths
        return widths

    def _widths_of(self, place: int, pair: Pair) -> tuple[float, float]:
        """Pixels that a value and its caption take."""
        value, caption = pair
        return (
            QFontMetricsF(self._value_font(place)).horizontalAdvance(value),
            QFontMetricsF(self._font(_CAPTION, False)).horizontalAdvance(caption),
        )

    def _value_font(self, place: int) -> QFont:
        large = _COMPACT_LARGE if self._compact else _LARGE
        return self._font(_SMALL if place else large, True)

    def _font(self, pixels: int, bold: bool) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(pixels)
        font.setBold(bold)
        return font

    def _paint_pair(self, painter: QPainter, left: float, place: int, pair: Pair) -> None:
        colors, base = theme_colors.current(), self.height() - 6.0
        value = QPointF(left, base if self._compact else base - 17)
        beside = self._widths_of(place, pair)[0] + _BESIDE if self._compact else 0.0
        painter.setFont(self._value_font(place))
        painter.setPen(QColor(colors.text))
        painter.drawText(value, pair[0])
        painter.setFont(self._font(_CAPTION, False))
        painter.setPen(QColor(colors.muted))
        painter.drawText(QPointF(left + beside, base), pair[1])

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(320, _COMPACT_HEIGHT if self._compact else _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, left = QPainter(self), 0.0
        for place, (pair, width) in enumerate(zip(self._pairs(), self._columns(), strict=True)):
            if place and left + width > self.width():
                break
            self._paint_pair(painter, left, place, pair)
            left += width + (_COMPACT_GAP if self._compact else _GAP)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self._widths = []
            self.update()
