"""Lies over the window while something is dragged across it, and says what a drop will do."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.ui import icons
from studio.ui.widgets import theme_colors

_EDGE, _RADIUS, _ICON = 16, 8, 48
_CARD = 560, 176


class DropOverlay(QWidget):
    """Hidden until `say`; the pointer passes through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("drop_cover")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._window = window
        self._words: str = ""
        self._more: str | None = None
        self.hide()

    def say(self, words: str, more: str | None) -> None:
        """Cover the window with these words; `more` explains them, None where no drop is taken."""
        self._words, self._more = words, more
        self.setAccessibleName(words)
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()
        self.update()

    def words(self) -> str:
        """What it says."""
        return self._words

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), theme_colors.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(colors.background)
        veil.setAlphaF(0.85)
        painter.fillRect(self.rect(), veil)
        tint = colors.muted if self._more is None else colors.accent
        painter.setPen(QPen(QColor(tint), 2, Qt.PenStyle.DashLine))
        frame = QRectF(self.rect()).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        painter.drawRoundedRect(frame, _RADIUS, _RADIUS)
        self._paint_words(painter, tint)

    def _paint_words(self, painter: QPainter, tint: str) -> None:
        colors = theme_colors.current()
        card = QRectF(0, 0, min(_CARD[0], self.width() - 4 * _EDGE), _CARD[1])
        card.moveCenter(QRectF(self.rect()).center())
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.setBrush(QColor(colors.raised))
        painter.drawRoundedRect(card, _RADIUS, _RADIUS)
        name = "info" if self._more is None else "folder"
        sign = icons.pixmap(name, _ICON, tint, self.devicePixelRatioF())
        painter.drawPixmap(round(card.center().x() - _ICON / 2), round(card.top() + 28), sign)
        self._paint_line(painter, self._words, card, 92, 15, colors.text)
        if self._more is not None:
            self._paint_line(painter, self._more, card, 124, 12, colors.muted)

    def _paint_line(
        self, painter: QPainter, text: str, card: QRectF, down: float, size: int, color: str
    ) -> None:
        font = painter.font()
        font.setPixelSize(size)
        painter.setFont(font)
        painter.setPen(QColor(color))
        line = QRectF(card.left() + _EDGE, card.top() + down, card.width() - 2 * _EDGE, 24)
        fitting = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideMiddle, int(line.width())
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, fitting)
