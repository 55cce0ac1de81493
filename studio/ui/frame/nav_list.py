"""The list of pages at the left edge, each an icon above its title."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio.ui import icons
from studio.ui.widgets import theme_colors
from studio.ui.widgets.model_index import Index

ITEM_SIZE_PX = QSize(80, 60)
GAP_PX = 4
ICON_PX = 20
MARK_ROLE = Qt.ItemDataRole.UserRole + 1
ICON_ROLE = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True)
class NavEntry:
    """The title, icon and tooltip of a page."""

    title: str
    icon: str
    tooltip: str


class NavList(QListWidget):
    """Its current row is the page shown."""

    def __init__(self, entries: list[NavEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("nav")
        self.setAccessibleName("Pages")
        self.setMouseTracking(True)
        self.setItemDelegate(_NavDelegate(self))
        self.setSpacing(0)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for entry in entries:
            item = QListWidgetItem(entry.title, self)
            item.setData(ICON_ROLE, entry.icon)
            item.setToolTip(entry.tooltip)
        self.setFixedSize(ITEM_SIZE_PX.width(), (ITEM_SIZE_PX.height() + GAP_PX) * len(entries))

    def set_mark(self, row: int, shown: bool) -> None:
        """Show or hide the dot for work in progress on a page."""
        self.item(row).setData(MARK_ROLE, shown)


class _NavDelegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colors = theme_colors.current()
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        selected = enabled and bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        box = QRectF(option.rect).adjusted(1, 1, -1, -1 - GAP_PX)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected or hovered:
            fill = colors.accent_soft if selected else colors.hover
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(fill))
            painter.drawRoundedRect(box, 8, 8)
        by_keyboard = option.state & QStyle.StateFlag.State_KeyboardFocusChange
        if by_keyboard and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 8, 8)
        color = colors.accent if selected else colors.text if enabled else colors.muted
        self._paint_content(painter, box.toRect(), index, QColor(color), selected)
        painter.restore()

    def _paint_content(
        self, painter: QPainter, box: QRect, index: Index, color: QColor, bold: bool
    ) -> None:
        ratio = painter.device().devicePixelRatioF()
        pixmap = icons.pixmap(index.data(ICON_ROLE), ICON_PX, color.name(), ratio)
        left = box.center().x() - ICON_PX // 2 + 1
        painter.drawPixmap(left, box.top() + 9, pixmap)
        font = painter.font()
        font.setPixelSize(12)
        font.setWeight(font.Weight.DemiBold if bold else font.Weight.Normal)
        painter.setFont(font)
        painter.setPen(color)
        text_box = box.adjusted(0, 31, 0, -4)
        painter.drawText(text_box, Qt.AlignmentFlag.AlignCenter, index.data())
        if index.data(MARK_ROLE):
            colors = theme_colors.current()
            painter.setPen(QPen(QColor(colors.surface), 2))
            painter.setBrush(QColor(colors.accent))
            painter.drawEllipse(QRectF(left + ICON_PX - 4, box.top() + 6, 9, 9))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(ITEM_SIZE_PX.width(), ITEM_SIZE_PX.height() + GAP_PX)
