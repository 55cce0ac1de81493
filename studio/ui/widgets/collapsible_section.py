"""A section whose content can be collapsed; a summary stays visible beside its title."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.paint_helpers import MIDDLE_RIGHT, draw_elided, sized_font


class CollapsibleHeader(QAbstractButton):
    """The title bar: a chevron, the title and, at the right, a summary; 32 px high."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setCheckable(True)
        self.summary = ""
        self.changed_count = 0
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def _paint_chevron(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(theme_colors.current().muted), 1.5))
        x, y = 9.0, self.height() / 2
        if self.isChecked():
            points = [QPointF(x - 4, y - 2), QPointF(x, y + 2), QPointF(x + 4, y - 2)]
        else:
            points = [QPointF(x - 2, y - 4), QPointF(x + 2, y), QPointF(x - 2, y + 4)]
        painter.drawPolyline(points)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(160, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), theme_colors.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_chevron(painter)
        painter.setFont(sized_font(self.font(), 13, bold=True))
        title_width = painter.fontMetrics().horizontalAdvance(self.text())
        painter.setPen(QColor(colors.accent if self.underMouse() else colors.text))
        row = QRectF(self.rect()).adjusted(20, 0, -6, 0)
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, self.text())
        row.setLeft(row.left() + title_width + 12)
        if self.changed_count:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.accent))
            painter.drawEllipse(QPointF(row.left() - 3, self.height() / 2), 3, 3)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            row.setLeft(row.left() + 8)
        painter.setFont(sized_font(self.font(), 12))
        painter.setPen(QColor(colors.muted))
        draw_elided(painter, row, MIDDLE_RIGHT, self.summary)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)


class CollapsibleSection(QWidget):
    """A section with its content in the layout `body`, collapsed at first.

    The layout `head` takes widgets beside the title.
    """

    def __init__(self, title: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = CollapsibleHeader(title)
        self.header.setToolTip(tip)
        self.header.setAccessibleName(title)
        self._content = QWidget()
        self.body = QVBoxLayout(self._content)
        self.body.setContentsMargins(0, 4, 0, 8)
        self.body.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = QHBoxLayout()
        self.head.addWidget(self.header, 1)
        column.addLayout(self.head)
        column.addWidget(self._content)
        self._content.hide()
        self.header.toggled.connect(self._content.setVisible)

    def set_summary(self, text: str) -> None:
        """Set the summary of the content, shown at the right of the title."""
        self.header.summary = text
        self._update_description()

    def set_changed_count(self, count: int) -> None:
        """Mark the title while `count` values inside are changed."""
        self.header.changed_count = count
        self._update_description()

    def _update_description(self) -> None:
        count = self.header.changed_count
        changed = f"{count} changed" if count else ""
        self.header.setAccessibleDescription(
            ". ".join(text for text in (self.header.summary, changed) if text)
        )
        self.header.update()

    def set_expanded(self, expanded: bool) -> None:
        """Expand or collapse the content."""
        self.header.setChecked(expanded)
