"""A board of classes: a row each, that can be opened and renamed."""

from collections.abc import Sequence

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
from studio.ui.widgets.class_delegate import ClassDelegate, part_colors
from studio.ui.widgets.class_model import ClassModel, ClassRow
from studio.ui.widgets.class_row_layout import ClassRowLayout, fit_row_layout
from studio.ui.widgets.tooltip import wrap_tooltip

_TIPS = {
    "pencil": "Give the class another name. Two classes of one name are one class",
    "name": "Double-click or press F2 to give the class another name, Delete to leave it out",
    "mean": "The mean of the training pictures: what they have in common",
    "tiles": "Training pictures. Click to see all of the class",
}


class ClassList(QListView):
    """`opened` tells the row whose pictures are wanted, `renamed` a row and what was typed.

    `dropped` tells the row of a class that is to be left out: by its menu or the Delete key.
    `laid_out` when the parts of the rows have other places.
    """

    opened = Signal(int)
    exclude_requested = Signal(int)
    laid_out = Signal()
    renamed = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("class_board")
        self.setAccessibleName("Classes")
        self.classes = ClassModel(self)
        self._tile = ClassDelegate(self.classes, self)
        self._pressed: tuple[int, str] = (-1, "")
        self.setModel(self.classes)
        self.setItemDelegate(self._tile)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setMouseTracking(True)
        # The card around it has the frame, and a row its own ground.
        self.setStyleSheet("QListView { border: none; background: transparent; }")
        self.classes.renamed.connect(self.renamed)
        self._menu = self._make_menu()

    def set_rows(self, rows: Sequence[ClassRow], parts: Sequence[str]) -> None:
        """Show these classes; the place scrolled to and the current row stay."""
        scrolled, current = self.verticalScrollBar().value(), self.currentIndex().row()
        self._tile.refit()
        self.classes.set_rows(rows, parts)
        self._fit()
        self.setCurrentIndex(self.classes.index(current))
        self.doItemsLayout()
        self.verticalScrollBar().setValue(scrolled)

    def row_layout(self) -> ClassRowLayout:
        """Where the parts of each row are."""
        return self._tile.layout

    def edit_name(self, row: int) -> None:
        """Open the name of a class for a change."""
        self.setCurrentIndex(self.classes.index(row))
        self.edit(self.currentIndex())

    def _fit(self) -> None:
        room = self.viewport().size()
        layout = fit_row_layout(room.width(), room.height(), self.classes.rowCount())
        if self._tile.set_layout(layout):
            self.laid_out.emit()
            self.scheduleDelayedItemsLayout()

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName("class_menu")
        for text, act in (
            ("See all pictures\tEnter", self._open_current),
            ("Rename\tF2", self._edit_current),
            ("Leave out\tDel", self._drop_current),
        ):
            menu.addAction(text).triggered.connect(act)
        return menu

    def _open_current(self) -> None:
        self.opened.emit(self.currentIndex().row())

    def _edit_current(self) -> None:
        self.edit(self.currentIndex())

    def _drop_current(self) -> None:
        self.exclude_requested.emit(self.currentIndex().row())

    def _part(self, point: QPoint) -> tuple[int, str]:
        index = self.indexAt(point)
        if not index.isValid():
            return (-1, "")
        inside = point - self.visualRect(index).topLeft()
        return (index.row(), self._tile.layout.part_at(QPointF(inside)))

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._part(event.position().toPoint())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        row, part = self._part(event.position().toPoint())
        if row < 0 or (row, part) != self._pressed or event.button() != Qt.MouseButton.LeftButton:
            return
        if part == "pencil" and self.classes.editable:
            self.edit_name(row)
        elif part not in ("name", "pencil"):
            self.opened.emit(row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row, part = self._part(event.position().toPoint())
        if part == "name" and self.classes.editable:
            self.edit_name(row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        part = self._part(event.position().toPoint())[1]
        hand = part not in ("", "name")
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # A name being edited passes its Enter on.
        editing = self.state() == QAbstractItemView.State.EditingState
        if editing or not self.currentIndex().isValid():
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_current()
        elif event.key() == Qt.Key.Key_Delete and self.classes.editable:
            self._drop_current()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self.currentIndex().isValid():
            return
        for action in self._menu.actions()[1:]:
            action.setEnabled(self.classes.editable)
        self._menu.popup(event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row, part = self._part(event.pos())
            tip = _TIPS.get(part) or (self.classes.description(row) if row >= 0 else "")
            QToolTip.showText(event.globalPos(), wrap_tooltip(tip), self)
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)


class ClassListHeader(QWidget):
    """The line above a board: what stands where, and which tone is which part."""

    def __init__(self, board: ClassList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Name, mean picture, training pictures, share of each class")
        board.classes.modelReset.connect(self.update)
        board.laid_out.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(320, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, layout = QPainter(self), self._board.row_layout()
        font = self.font()
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(QColor(theme_colors.current().muted))
        for left, text in ((layout.name.left(), "Class"), (layout.mean.left(), "Mean")):
            painter.drawText(QPointF(left, 18), text)
        if layout.tiles.width() > 0:
            painter.drawText(QPointF(layout.tiles.left(), 18), "Training pictures")
        self._paint_legend(painter, layout.width - 16)

    def _paint_legend(self, painter: QPainter, right: float) -> None:
        """Tones and their words, from the right edge."""
        parts = list(zip(self._board.classes.segment_names, part_colors(), strict=False))
        for word, color in reversed(parts):
            right -= painter.fontMetrics().horizontalAdvance(word)
            painter.drawText(QPointF(right, 18), word)
            painter.fillRect(QRectF(right - 14, 10, 8, 8), color)
            right -= 26
