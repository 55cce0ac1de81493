"""A grid of cards, all visible where there is room, of which one is chosen."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio.ui.widgets.card_geometry import GAP, arrange_cards, card_span
from studio.ui.widgets.card_painter import CardState, GridCard, paint_card
from studio.ui.widgets.model_index import Index
from studio.ui.widgets.tooltip import wrap_tooltip

_CHOOSE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class CardModel(QAbstractListModel):
    """Item model of the cards; UserRole returns the `GridCard`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.cards: tuple[GridCard, ...] = ()
        self.chosen = ""

    def set_cards(self, cards: Sequence[GridCard]) -> None:
        """Replace all cards."""
        self.beginResetModel()
        self.cards = tuple(cards)
        self.endResetModel()

    def update_cards(self, cards: Sequence[GridCard]) -> None:
        """Show new content on the same cards."""
        self.cards = tuple(cards)
        if cards:
            self.dataChanged.emit(self.index(0), self.index(len(cards) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        card = self.cards[index.row()]
        values: dict[int, object] = {
            Qt.ItemDataRole.DisplayRole: card.title,
            Qt.ItemDataRole.ToolTipRole: wrap_tooltip(card.tooltip),
            Qt.ItemDataRole.AccessibleTextRole: self._accessible_text(card),
            Qt.ItemDataRole.UserRole: card,
        }
        return values.get(role)

    def _accessible_text(self, card: GridCard) -> str:
        return card.description + (". Chosen" if card.key == self.chosen else "")


class _Delegate(QStyledItemDelegate):
    """Paints a card into its cell."""

    def __init__(self, grid: "CardGrid") -> None:
        super().__init__(grid)
        self._grid = grid

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        card: GridCard = index.data(Qt.ItemDataRole.UserRole)
        flags = QStyle.StateFlag
        state = CardState(
            is_chosen=card.key == self._grid.chosen(),
            has_focus=bool(option.state & flags.State_HasFocus),
            is_hovered=bool(option.state & flags.State_MouseOver),
            is_enabled=bool(option.state & flags.State_Enabled),
        )
        painter.save()
        paint_card(painter, self._grid.card_rect(index), card, state)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._grid.gridSize()


class CardGrid(QListView):
    """Cards in rows; `card_chosen` carries the key of a card.

    A click, Enter and Space choose a card; the arrow keys move the focus only. Making a card the
    current one in any other way, as assistive technology does, chooses it too.
    """

    card_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards = CardModel(self)
        self._count = 0  # of the cards that the arrangement has room for
        self._columns = 1
        self._is_moving = False  # while the current card follows the keyboard or the mouse
        self.setModel(self._cards)
        self.setItemDelegate(_Delegate(self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setStyleSheet("QListView { border: none; background: transparent; }")
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        self.clicked.connect(self._choose)

    def set_cards(self, cards: Sequence[GridCard], count: int = 0) -> None:
        """Show these cards; `count` is the number to make room for, at least that of the cards.

        The focus stays on its card if that is still shown.
        """
        keys = [card.key for card in cards]
        if keys == [card.key for card in self._cards.cards]:
            self._cards.update_cards(cards)
        else:
            current = self.current_key() or self.chosen()
            with self._moving():
                self._cards.set_cards(cards)
                self.set_current(current if current in keys else "")
        self._count = max(count, len(cards))
        self._arrange()

    def set_chosen(self, key: str) -> None:
        """Mark the card of `key` and give it the focus; `card_chosen` is not emitted."""
        self._cards.chosen = key
        self.set_current(key)
        self.viewport().update()

    def chosen(self) -> str:
        """Return the key of the marked card."""
        return self._cards.chosen

    def set_current(self, key: str) -> None:
        """Move the focus to the card of `key`, to the first one if it is not shown."""
        keys = [card.key for card in self._cards.cards]
        with self._moving():
            self.setCurrentIndex(self._cards.index(keys.index(key) if key in keys else 0))

    def current_key(self) -> str:
        """Return the key of the card with the focus, or an empty text."""
        row = self.currentIndex().row()
        return self._cards.cards[row].key if 0 <= row < len(self._cards.cards) else ""

    def card_rect(self, index: Index) -> QRectF:
        """Return where the card of `index` is painted, in pixels of the viewport."""
        cell = super().visualRect(index)
        column = index.row() % self._columns
        left, width = card_span(column, self._columns, self.viewport().width())
        return QRectF(left, cell.top(), width, cell.height() - GAP)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.card_chosen.emit(self._cards.cards[index.row()].key)

    def _on_current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        if not self._is_moving:
            self._choose(current)

    @contextmanager
    def _moving(self) -> Iterator[None]:
        """Let the current card change without being chosen."""
        before, self._is_moving = self._is_moving, True
        try:
            yield
        finally:
            self._is_moving = before

    def _arrange(self) -> None:
        """Give the cards the size at which most of them are visible."""
        size = self.contentsRect().size()
        columns, row_height = arrange_cards(self._count, size.width(), size.height())
        rows = -(-self._cards.rowCount() // columns)
        width, is_scrolled = size.width(), rows * row_height > size.height()
        if is_scrolled:
            width -= self.verticalScrollBar().sizeHint().width()
        # As needed, QListView would leave room for the bar without showing it.
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOn if is_scrolled else policy.ScrollBarAlwaysOff
        )
        self._columns = columns
        # QListView wraps a row that is exactly as wide as it is.
        cell = QSize(max(1, (width - 1) // columns), row_height)
        if cell != self.gridSize():
            self.setGridSize(cell)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _CHOOSE_KEYS:
            self._choose(self.currentIndex())
            return
        with self._moving():
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        with self._moving():
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        with self._moving():
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        with self._moving():
            super().mouseReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        with self._moving():
            super().focusInEvent(event)

    def visualRect(self, index: Index) -> QRect:
        """Return the card without the gap in its cell."""
        return self.card_rect(index).toAlignedRect() if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:  # noqa: N802 - Qt's own name
        """Return the card at a point; the gaps between the cards belong to none."""
        index: Any = super().indexAt(point)
        inside = index.isValid() and self.card_rect(index).contains(point.toPointF())
        return index if inside else QModelIndex()
