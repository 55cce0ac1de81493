"""The list of pages at the window's left edge, painted as an icon above a word."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
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

ITEM_SIZE = QSize(80, 60)
GAP = 4
ICON_SIZE = 20
MARK_ROLE = Qt.ItemDataRole.UserRole + 1
ICON_ROLE = Qt.ItemDataRole.UserRole + 2
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class NavEntry:
    """One page in the navigation: its word, its icon, and what the tooltip says."""

    title: str
    icon: str
    tip: str


class NavList(QListWidget):
    """The pages; the current row is the page shown."""

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
            item.setToolTip(entry.tip)
        self.setFixedSize(ITEM_SIZE.width(), (ITEM_SIZE.height() + GAP) * len(entries))

    def set_mark(self, row: int, shown: bool) -> None:
        """Show or hide the dot that says that work goes on behind this page."""
        self.item(row).setData(MARK_ROLE, shown)


class _NavDelegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colors = theme_colors.current()
        awake = bool(option.state & QStyle.StateFlag.State_Enabled)
        chosen = awake and bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        box = QRectF(option.rect).adjusted(1, 1, -1, -1 - GAP)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or hovered:
            fill = colors.accent_soft if chosen else colors.hover
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(fill))
            painter.drawRoundedRect(box, 8, 8)
        if option.state & QStyle.StateFlag.State_HasFocus and _by_keyboard(option):
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 8, 8)
        color = colors.accent if chosen else colors.text if awake else colors.muted
        self._paint_content(painter, box.toRect(), index, QColor(color), chosen)
        painter.restore()

    def _paint_content(
        self, painter: QPainter, box: QRect, index: Index, color: QColor, bold: bool
    ) -> None:
        ratio = painter.device().devicePixelRatioF()
        picture = icons.pixmap(index.data(ICON_ROLE), ICON_SIZE, color.name(), ratio)
        left = box.center().x() - ICON_SIZE // 2 + 1
        painter.drawPixmap(left, box.top() + 9, picture)
        font = painter.font()
        font.setPixelSize(12)
        font.setWeight(font.Weight.DemiBold if bold else font.Weight.Normal)
        painter.setFont(font)
        painter.setPen(color)
        word = box.adjusted(0, 31, 0, -4)
        painter.drawText(word, Qt.AlignmentFlag.AlignCenter, index.data())
        if index.data(MARK_ROLE):
            colors = theme_colors.current()
            painter.setPen(QPen(QColor(colors.surface), 2))
            painter.setBrush(QColor(colors.accent))
            painter.drawEllipse(QRectF(left + ICON_SIZE - 4, box.top() + 6, 9, 9))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(ITEM_SIZE.width(), ITEM_SIZE.height() + GAP)


def _by_keyboard(option: QStyleOptionViewItem) -> bool:
    return bool(option.state & QStyle.StateFlag.State_KeyboardFocusChange)
