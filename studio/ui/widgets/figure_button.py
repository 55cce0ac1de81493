"""A button with a number in front of a sentence that wraps."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.paint_helpers import MIDDLE_LEFT, sized_font

_PADDING, _GAP = 6, 12
_FIGURE_WIDTH = 36  # at least; a longer number moves the text
_WRAP = Qt.TextFlag.TextWordWrap | MIDDLE_LEFT
_HEIGHT_LIMIT = 10_000


class FigureButton(QAbstractButton):
    """Shows `figure` large and `text` beside it; Enter and Space click it."""

    def __init__(self, figure: str, text: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figure = figure
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(tooltip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _text_rect(self, width: int) -> QRect:
        figure = QFontMetrics(self._figure_font()).horizontalAdvance(self._figure)
        left = _PADDING + max(figure, _FIGURE_WIDTH) + _GAP
        return QRect(left, 0, max(width - left - _PADDING, 40), _HEIGHT_LIMIT)

    def _figure_font(self) -> QFont:
        return sized_font(self.font(), 15, bold=True)

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        metrics = QFontMetrics(self.font())
        needed = metrics.boundingRect(self._text_rect(width), int(_WRAP), self.text()).height()
        return max(needed, metrics.height()) + 2 * _PADDING

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(320))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, QFontMetrics(self.font()).height() + 2 * _PADDING)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = theme_colors.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colors.accent) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.hover) if self.underMouse() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(QColor(colors.text))
        text = self._text_rect(self.width())
        text.setHeight(self.height())
        painter.setFont(self._figure_font())
        painter.drawText(self.rect().adjusted(_PADDING, 0, 0, 0), MIDDLE_LEFT, self._figure)
        painter.setFont(self.font())
        painter.drawText(text, int(_WRAP), self.text())
