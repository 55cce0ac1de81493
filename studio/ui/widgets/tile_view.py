"""A list view of equal tiles whose layout takes constant time, also for 60,000 tiles.

QListView visits every row on each resize (0.12 s for 60,000 rows of a Python model). This view
computes the position of a tile from its row; keys and accessibility are QListView's.
"""

from collections.abc import Iterable

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from studio.ui.widgets.model_index import Index
from studio.ui.widgets.tile_layout import GAP, TileLayout

Action = QAbstractItemView.CursorAction
Flag = QItemSelectionModel.SelectionFlag
_BAND_OPACITY = 0.15


class TileView(QListView):
    """Shows tiles of equal size in as many columns as fit, scrolling by pixels.

    The delegate finds the current tile by `State_On`, which need not be selected.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tile = QSize(96, 128)
        self._hovered = -1
        self._pressed = QPoint()  # where a selection by the mouse begins, in the content
        self._band = QRect()  # the rubber band, in the content
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        # Opaque, so that scrolling moves the pixels and paints only the uncovered strip.
        self.setViewportMargins(GAP, GAP, GAP, GAP)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.entered.connect(self._on_entered)

    def set_multiple(self, multiple: bool) -> None:
        """Let the user select several tiles: Shift, Ctrl, Ctrl+A, or a rubber band."""
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if multiple else mode.SingleSelection)

    def set_tile_size(self, size: QSize) -> None:
        """Set the size of all tiles in logical pixels; the tile looked at stays in its place."""
        anchor = self._anchor_row()
        top = self._tile_rect(anchor).top()
        self._tile = size
        self.updateGeometries()
        if anchor >= 0:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self._tile_rect(anchor).top() - top)
        self.viewport().update()

    def tile_size(self) -> QSize:
        """Return the size of all tiles in logical pixels."""
        return self._tile

    def columns(self) -> int:
        """Return the number of tiles per line."""
        return self._layout().columns

    def selected_rows(self) -> list[range]:
        """Return the selected rows as ranges, in ascending order."""
        selection = self.selectionModel().selection()
        found = [selection.at(index) for index in range(selection.count())]
        return sorted(
            (range(rows.top(), rows.bottom() + 1) for rows in found), key=lambda rows: rows.start
        )

    def select_rows(self, ranges: Iterable[range]) -> None:
        """Select exactly these rows; the current tile stays."""
        self.selectionModel().select(self._selection(ranges), Flag.ClearAndSelect)

    def _layout(self) -> TileLayout:
        return TileLayout(self._tile, self.viewport().width(), self._count())

    def _count(self) -> int:
        model = self.model()
        return model.rowCount() if isinstance(model, QAbstractItemModel) else 0

    def _offset(self) -> QPoint:
        return QPoint(0, self.verticalOffset())

    def _tile_rect(self, row: int) -> QRect:
        return self._layout().rect(row).translated(-self._offset())

    def _rows_in(self, area: QRect) -> range:
        offset = self.verticalOffset()
        return self._layout().rows_in(area.top() + offset, area.bottom() + offset)

    def _anchor_row(self) -> int:
        """Return the current row if it is visible, else the first visible row; -1 without rows."""
        visible, current = self._rows_in(self.viewport().rect()), self.currentIndex().row()
        if not visible:
            return -1
        return current if current in visible else visible[0]

    def _selection(self, ranges: Iterable[range]) -> QItemSelection:
        model, selection = self.model(), QItemSelection()
        for rows in ranges:
            selection.select(model.index(rows[0], 0), model.index(rows[-1], 0))
        return selection

    def _rows_between(self, first: QPoint, last: QPoint) -> list[range]:
        """Return the rows from the tile at one point of the viewport to that at another one."""
        layout, offset = self._layout(), self._offset()
        rows = [layout.row_at(point + offset) for point in (first, last)]
        return [range(min(rows), max(rows) + 1)] if min(rows) >= 0 else []

    def _on_entered(self, index: QModelIndex) -> None:
        self._set_hovered(index.row())

    def _set_hovered(self, row: int) -> None:
        for changed in {self._hovered, row} - {-1}:
            self.viewport().update(self._tile_rect(changed))
        self._hovered = row

    def _option(self, index: Index, rect: QRect) -> QStyleOptionViewItem:
        option, state = QStyleOptionViewItem(), QStyle.StateFlag
        self.initViewItemOption(option)
        option.rect = rect
        if index.row() == self._hovered:
            option.state |= state.State_MouseOver
        if self.selectionModel().isSelected(index):
            option.state |= state.State_Selected
        if index.row() == self.currentIndex().row():
            option.state |= state.State_On
        if not self.hasFocus():
            option.state &= ~state.State_HasFocus
        return option

    # Geometry, for Qt

    def visualRect(self, index: Index) -> QRect:
        return self._tile_rect(index.row()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:  # noqa: N802
        if not self.viewport().rect().contains(point):
            return QModelIndex()
        row = self._layout().row_at(point + self._offset())
        return self.model().index(row, 0) if row >= 0 else QModelIndex()

    def verticalOffset(self) -> int:  # noqa: N802
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:  # noqa: N802
        return 0

    def isIndexHidden(self, index: Index) -> bool:  # noqa: N802
        return False

    def doItemsLayout(self) -> None:
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:  # noqa: N802
        QAbstractItemView.updateGeometries(self)
        layout, bar = self._layout(), self.verticalScrollBar()
        bar.setRange(0, max(0, layout.height - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(max(1, layout.line_height // 3))

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        if self._band.isNull():
            self.viewport().scroll(dx, dy)
        else:
            self.viewport().update()

    def scrollTo(  # noqa: N802
        self, index: Index, hint: QAbstractItemView.ScrollHint = QListView.ScrollHint.EnsureVisible
    ) -> None:
        if not index.isValid():
            return
        rect, bar = self._tile_rect(index.row()), self.verticalScrollBar()
        below = rect.bottom() + 1 - self.viewport().height()
        if rect.top() < 0 or hint == QListView.ScrollHint.PositionAtTop:
            bar.setValue(bar.value() + rect.top())
        elif below > 0:
            bar.setValue(bar.value() + below)

    # Keys and selection, for Qt

    def keyboardSearch(self, search: str) -> None:  # noqa: N802
        """Leave letters and digits to the shortcuts of the page."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text().strip()
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if typed and typed.isprintable() and not held:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def moveCursor(  # noqa: N802
        self, action: Action, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        layout, count = self._layout(), self._count()
        if not count:
            return QModelIndex()
        columns = layout.columns
        page = max(1, self.viewport().height() // layout.line_height) * columns
        steps = {
            Action.MoveLeft: -1,
            Action.MovePrevious: -1,
            Action.MoveRight: 1,
            Action.MoveNext: 1,
            Action.MoveUp: -columns,
            Action.MoveDown: columns,
            Action.MovePageUp: -page,
            Action.MovePageDown: page,
            Action.MoveHome: -count,
            Action.MoveEnd: count,
        }
        current = self.currentIndex().row()
        wanted = 0 if current < 0 else current + steps[action]
        if action in (Action.MoveUp, Action.MoveDown) and not 0 <= wanted < count:
            # Down from a full line leads to the end of a shorter last line; otherwise stay.
            on_last_line = current // columns == (count - 1) // columns
            wanted = count - 1 if wanted >= count and not on_last_line else current
        return self.model().index(min(max(wanted, 0), count - 1), 0)

    def selectAll(self) -> None:  # noqa: N802
        """Select all tiles; QListView would visit each row."""
        several = self.selectionMode() != QAbstractItemView.SelectionMode.SingleSelection
        if several and self._count():
            self.select_rows([range(self._count())])

    def setSelection(self, rect: QRect, command: Flag) -> None:  # noqa: N802
        first, last = rect.topLeft(), rect.bottomRight()
        if self.selectionMode() == QAbstractItemView.SelectionMode.SingleSelection:
            last = first
        if self.state() == QAbstractItemView.State.DragSelectingState and last != first:
            offset = self._offset()
            ranges = self._layout().rows_touched(_spanned(first + offset, last + offset))
        else:
            ranges = self._rows_between(first, last)
        self.selectionModel().select(self._selection(ranges), command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:  # noqa: N802
        visible, region = self._rows_in(self.viewport().rect()), QRegion()
        for found in (selection.at(index) for index in range(selection.count())):
            first, last = max(found.top(), visible.start), min(found.bottom(), visible.stop - 1)
            for row in range(first, last + 1):
                region += self._tile_rect(row)
        return region

    # Mouse and painting, for Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint() + self._offset()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        several = self.selectionMode() != QAbstractItemView.SelectionMode.SingleSelection
        if several and self.state() == QAbstractItemView.State.DragSelectingState:
            self._band = _spanned(self._pressed, event.position().toPoint() + self._offset())
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if not self._band.isNull():
            self._band = QRect()
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._set_hovered(-1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self.palette().base())
        delegate, model = self.itemDelegate(), self.model()
        layout, offset = self._layout(), self._offset()
        for row in self._rows_in(event.rect()):
            rect = layout.rect(row).translated(-offset)
            if event.region().intersects(rect):
                index = model.index(row, 0)
                delegate.paint(painter, self._option(index, rect), index)
        if not self._band.isNull():
            self._paint_band(painter)

    def _paint_band(self, painter: QPainter) -> None:
        accent = self.palette().highlight().color()
        painter.setPen(QPen(accent, 1))
        soft = QColor(accent)
        soft.setAlphaF(_BAND_OPACITY)
        painter.setBrush(soft)
        painter.drawRect(self._band.translated(-self._offset()))


def _spanned(a: QPoint, b: QPoint) -> QRect:
    """Return the rectangle between two points; QRect.normalized is off by one for some."""
    left, right = sorted((a.x(), b.x()))
    top, bottom = sorted((a.y(), b.y()))
    return QRect(QPoint(left, top), QPoint(right, bottom))
