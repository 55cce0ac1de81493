"""Covers the window while files are dragged over it, and shows what a drop does."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.ui import icons
from studio.ui.widgets import theme_colors
from studio.ui.widgets.paint_helpers import sized_font

_MARGIN_PX, _RADIUS_PX, _ICON_PX = 16, 8, 48
_CARD_PX = 560, 176


class DropOverlay(QWidget):
    """Hidden until `show_action`; transparent to the mouse."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("drop_cover")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._window = window
        self._text = ""
        self._detail: str | None = None
        self.hide()

    def show_action(self, text: str, detail: str | None) -> None:
        """Show a text and its detail, which is None if the drop is refused."""
        self._text, self._detail = text, detail
        self.setAccessibleName(text)
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()
        self.update()

    def text(self) -> str:
        """Return the text shown."""
        return self._text

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), theme_colors.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        background = QColor(colors.background)
        background.setAlphaF(0.85)
        painter.fillRect(self.rect(), background)
        tint = colors.muted if self._detail is None else colors.accent
        painter.setPen(QPen(QColor(tint), 2, Qt.PenStyle.DashLine))
        frame = QRectF(self.rect()).adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
        painter.drawRoundedRect(frame, _RADIUS_PX, _RADIUS_PX)
        self._paint_card(painter, tint)

    def _paint_card(self, painter: QPainter, tint: str) -> None:
        colors = theme_colors.current()
        card = QRectF(0, 0, min(_CARD_PX[0], self.width() - 4 * _MARGIN_PX), _CARD_PX[1])
        card.moveCenter(QRectF(self.rect()).center())
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.setBrush(QColor(colors.raised))
        painter.drawRoundedRect(card, _RADIUS_PX, _RADIUS_PX)
        name = "info" if self._detail is None else "folder"
        pixmap = icons.pixmap(name, _ICON_PX, tint, self.devicePixelRatioF())
        painter.drawPixmap(round(card.center().x() - _ICON_PX / 2), round(card.top() + 28), pixmap)
        self._paint_line(painter, self._text, card, 92, 15, colors.text)
        if self._detail is not None:
            self._paint_line(painter, self._detail, card, 124, 12, colors.muted)

    def _paint_line(
        self, painter: QPainter, text: str, card: QRectF, down: float, size: int, color: str
    ) -> None:
        painter.setFont(sized_font(painter.font(), size))
        painter.setPen(QColor(color))
        line = QRectF(
            card.left() + _MARGIN_PX, card.top() + down, card.width() - 2 * _MARGIN_PX, 24
        )
        fitting = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideMiddle, int(line.width())
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, fitting)
