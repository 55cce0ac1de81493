"""One large figure that matters and a few small ones beside it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import palette

Pair = tuple[str, str]
_LARGE, _SMALL, _CAPTION = 28, 15, 12
_GAP = 32.0
_HEIGHT = 52


class FigureStrip(QWidget):
    """`set_main` for the large figure, `set_items` for (value, what it is) pairs behind it.

    Painted, not made of labels: figures that change many times a second must not move a layout.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._main: Pair = ("", "")
        self._items: tuple[Pair, ...] = ()
        self._widths: list[float] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_main(self, value: str, caption: str) -> None:
        """Show the large figure; the caption stands under it."""
        self._show((value, caption), self._items)

    def set_items(self, items: Sequence[Pair]) -> None:
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
        caption_metrics = QFontMetricsF(self._font(_CAPTION, False))
        widths = []
        for place, (value, caption) in enumerate(self._pairs()):
            metrics = QFontMetricsF(self._font(_SMALL if place else _LARGE, True))
            needed = max(
                metrics.horizontalAdvance(value), caption_metrics.horizontalAdvance(caption)
            )
            before = self._widths[place] if 0 < place < len(self._widths) else 0.0
            widths.append(max(needed, before))
        self._widths = widths
        return widths

    def _font(self, pixels: int, bold: bool) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(pixels)
        font.setBold(bold)
        return font

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(320, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), palette.current()
        base = self.height() - 6.0
        left = 0.0
        for place, ((value, caption), width) in enumerate(
            zip(self._pairs(), self._columns(), strict=True)
        ):
            painter.setFont(self._font(_SMALL if place else _LARGE, True))
            painter.setPen(QColor(colors.text))
            painter.drawText(QPointF(left, base - 17), value)
            painter.setFont(self._font(_CAPTION, False))
            painter.setPen(QColor(colors.muted))
            painter.drawText(QPointF(left, base), caption)
            left += width + _GAP

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self._widths = []
            self.update()
