"""A list of classes with images of each, which can be opened, renamed and excluded."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QSizePolicy, QToolTip, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.class_delegate import ClassDelegate, segment_colors
from studio.ui.widgets.class_model import ClassModel, ClassRow
from studio.ui.widgets.class_row_layout import ClassRowLayout, fit_row_layout
from studio.ui.widgets.paint_helpers import sized_font
from studio.ui.widgets.tooltip import wrap_tooltip

_TIPS = {
    "pencil": "Rename the class. Classes with the same name are merged",
    "name": "Double-click or press F2 to rename the class, press Delete to exclude it",
    "mean": "The mean of the training images, which shows what they have in common",
    "tiles": "Training images. Click to show all images of the class",
}


class ClassList(QListView):
    """A list with the name, mean image, some images and the counts of each class.

    `percent` formats a fraction. Signals: `opened(row)` to show all images of a class,
    `exclude_requested(row)` from the menu or the Delete key, `renamed(row, name)` with the name
    typed, and `row_layout_changed()`.
    """

    opened = Signal(int)
    exclude_requested = Signal(int)
    row_layout_changed = Signal()
    renamed = Signal(int, str)

    def __init__(self, percent: Callable[[float], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("class_board")
        self.setAccessibleName("Classes")
        self.classes = ClassModel(percent, self)
        self._delegate = ClassDelegate(self.classes, self)
        self._pressed: tuple[int, str] = (-1, "")
        self.setModel(self.classes)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setMouseTracking(True)
        # The surrounding card has the frame, and the delegate paints the background of rows.
        self.setStyleSheet("QListView { border: none; background: transparent; }")
        self.classes.renamed.connect(self.renamed)
        self._menu = self._make_menu()

    def set_rows(self, rows: Sequence[ClassRow], segment_names: Sequence[str]) -> None:
        """Replace the classes; the scroll position and the current row stay."""
        scrolled, current = self.verticalScrollBar().value(), self.currentIndex().row()
        self._delegate.clear_cache()
        self.classes.set_rows(rows, segment_names)
        self._fit_rows()
        self.setCurrentIndex(self.classes.index(current))
        self.doItemsLayout()
        self.verticalScrollBar().setValue(scrolled)

    def row_layout(self) -> ClassRowLayout:
        """Return the layout of every row."""
        return self._delegate.layout

    def edit_name(self, row: int) -> None:
        """Start editing the name of a class."""
        self.setCurrentIndex(self.classes.index(row))
        self.edit(self.currentIndex())

    def _fit_rows(self) -> None:
        size = self.viewport().size()
        layout = fit_row_layout(size.width(), size.height(), self.classes.rowCount())
        if self._delegate.set_layout(layout):
            self.row_layout_changed.emit()
            self.scheduleDelayedItemsLayout()

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName("class_menu")
        for text, slot in (
            ("Show all images\tEnter", self._open_current),
            ("Rename\tF2", self._edit_current),
            ("Exclude\tDel", self._exclude_current),
        ):
            menu.addAction(text).triggered.connect(slot)
        return menu

    def _open_current(self) -> None:
        self.opened.emit(self.currentIndex().row())

    def _edit_current(self) -> None:
        self.edit(self.currentIndex())

    def _exclude_current(self) -> None:
        self.exclude_requested.emit(self.currentIndex().row())

    def _row_part_at(self, point: QPoint) -> tuple[int, str]:
        index = self.indexAt(point)
        if not index.isValid():
            return (-1, "")
        inside = point - self.visualRect(index).topLeft()
        return (index.row(), self._delegate.layout.part_at(QPointF(inside)))

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._row_part_at(event.position().toPoint())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        row, part = self._row_part_at(event.position().toPoint())
        if row < 0 or (row, part) != self._pressed or event.button() != Qt.MouseButton.LeftButton:
            return
        if part == "pencil":
            self.edit_name(row)
        elif part not in ("name", "pencil"):
            self.opened.emit(row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row, part = self._row_part_at(event.position().toPoint())
        if part == "name":
            self.edit_name(row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        part = self._row_part_at(event.position().toPoint())[1]
        is_clickable = part not in ("", "name")
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if is_clickable else Qt.CursorShape.ArrowCursor
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # The editor of a name passes its Enter key on.
        is_editing = self.state() == QAbstractItemView.State.EditingState
        if is_editing or not self.currentIndex().isValid():
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_current()
        elif event.key() == Qt.Key.Key_Delete:
            self._exclude_current()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.currentIndex().isValid():
            self._menu.popup(event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row, part = self._row_part_at(event.pos())
            tip = _TIPS.get(part) or (self.classes.description(row) if row >= 0 else "")
            QToolTip.showText(event.globalPos(), wrap_tooltip(tip), self)
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_rows()
        super().resizeEvent(event)


class ClassListHeader(QWidget):
    """The column titles of a class list and the legend of its bars, 28 px high."""

    def __init__(self, class_list: ClassList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._class_list = class_list
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Name, mean image, training images and size of each class")
        class_list.classes.modelReset.connect(self.update)
        class_list.row_layout_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(320, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, layout = QPainter(self), self._class_list.row_layout()
        painter.setFont(sized_font(self.font(), 12))
        painter.setPen(QColor(theme_colors.current().muted))
        for left, text in ((layout.name.left(), "Class"), (layout.mean.left(), "Mean")):
            painter.drawText(QPointF(left, 18), text)
        if layout.tiles.width() > 0:
            painter.drawText(QPointF(layout.tiles.left(), 18), "Training images")
        self._paint_legend(painter, layout.width - 16)

    def _paint_legend(self, painter: QPainter, right: float) -> None:
        """Paint the colors and names of the segments, starting at the right edge."""
        names = self._class_list.classes.segment_names
        for name, color in reversed(list(zip(names, segment_colors(), strict=False))):
            right -= painter.fontMetrics().horizontalAdvance(name)
            painter.drawText(QPointF(right, 18), name)
            painter.fillRect(QRectF(right - 14, 10, 8, 8), color)
            right -= 26
