"""Lies over the window while something is dragged across it, and says what a drop will do."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.ui import icons
from studio.ui.widgets import palette

_EDGE, _RADIUS, _ICON = 16, 12, 48
_MORE = "Class folders, an archive of them, or a list of labels"


class DropCover(QWidget):
    """Hidden until `say`; the pointer passes through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("drop_cover")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words, self._welcome = "", True
        self.hide()

    def say(self, words: str, welcome: bool) -> None:
        """Cover the window with these words; `welcome` is whether a drop is taken."""
        self._words, self._welcome = words, welcome
        self.setAccessibleName(words)
        self.setGeometry(self.parentWidget().rect())
        self.raise_()
        self.show()
        self.update()

    def words(self) -> str:
        """What it says."""
        return self._words

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), palette.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(colors.background)
        veil.setAlphaF(0.92)
        painter.fillRect(self.rect(), veil)
        tint = colors.accent if self._welcome else colors.muted
        painter.setPen(QPen(QColor(tint), 2, Qt.PenStyle.DashLine))
        frame = QRectF(self.rect()).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        painter.drawRoundedRect(frame, _RADIUS, _RADIUS)
        self._paint_words(painter, tint)

    def _paint_words(self, painter: QPainter, tint: str) -> None:
        middle = QRectF(self.rect()).center()
        name = "folder" if self._welcome else "info"
        sign = icons.pixmap(name, _ICON, tint, self.devicePixelRatioF())
        painter.drawPixmap(round(middle.x() - _ICON / 2), round(middle.y() - 72), sign)
        colors = palette.current()
        self._paint_line(painter, self._words, middle.y() - 12, 20, colors.text)
        if self._welcome:
            self._paint_line(painter, _MORE, middle.y() + 20, 13, colors.muted)

    def _paint_line(self, painter: QPainter, text: str, top: float, size: int, color: str) -> None:
        font = painter.font()
        font.setPixelSize(size)
        painter.setFont(font)
        painter.setPen(QColor(color))
        room = self.width() - 4 * _EDGE
        fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room)
        line = QRectF(2 * _EDGE, top, room, 1.6 * size)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, fitting)
