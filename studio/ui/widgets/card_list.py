"""A list of one-line cards, all visible, of which one is selected."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio.ui.widgets import theme_colors
from studio.ui.widgets.model_index import Index
from studio.ui.widgets.paint_helpers import MIDDLE_LEFT, MIDDLE_RIGHT, draw_elided, sized_font

ROW_HEIGHT = 26
_PADDING = 10
_GAP = 10
_HEADER_HEIGHT = 18
_ACTIVATE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True)
class Card:
    """A card: a title, an accessible description, one detail per column and a tooltip."""

    title: str
    description: str
    details: tuple[str, ...]
    tooltip: str = ""


class CardModel(QAbstractListModel):
    """Item model of the cards; UserRole returns the `Card`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._cards: Sequence[Card] = ()

    def set_cards(self, cards: Sequence[Card]) -> None:
        """Replace all cards."""
        self.beginResetModel()
        self._cards = tuple(cards)
        self.endResetModel()

    def column_widths(self, font: QFont) -> list[float]:
        """Return the width of each column in pixels: that of its widest text."""
        metrics = QFontMetricsF(font)
        columns = zip(*(card.details for card in self._cards), strict=True)
        return [max(metrics.horizontalAdvance(text) for text in column) for column in columns]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        card = self._cards[index.row()]
        values: dict[int, object] = {
            Qt.ItemDataRole.DisplayRole: card.title,
            Qt.ItemDataRole.ToolTipRole: card.tooltip,
            Qt.ItemDataRole.AccessibleTextRole: ". ".join(
                (card.title, card.description.rstrip("."), ", ".join(card.details))
            ),
            Qt.ItemDataRole.UserRole: card,
        }
        return values.get(role)


class CardDelegate(QStyledItemDelegate):
    """Paints the title of a card and its details, aligned in columns."""

    def __init__(self, model: CardModel) -> None:
        super().__init__(model)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        card: Card = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(option.rect).adjusted(1, 1, -1, -1)
        self._paint_frame(painter, rect, option.state)
        self._paint_text(painter, rect.adjusted(_PADDING, 0, -_PADDING, 0), card, option.state)
        painter.restore()

    def _paint_frame(self, painter: QPainter, rect: QRectF, state: QStyle.StateFlag) -> None:
        colors = theme_colors.current()
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = selected and bool(state & QStyle.StateFlag.State_HasFocus)
        painter.setPen(QPen(QColor(colors.accent), 2) if focused else Qt.PenStyle.NoPen)
        fill = colors.accent_soft if selected else colors.hover
        painter.setBrush(QColor(fill) if selected or hovered else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, 6, 6)

    def _paint_text(
        self, painter: QPainter, box: QRectF, card: Card, state: QStyle.StateFlag
    ) -> None:
        colors = theme_colors.current()
        painter.setFont(sized_font(painter.font(), 12))
        painter.setPen(QColor(colors.muted))
        widths = self._model.column_widths(painter.font())
        for text, width in reversed(list(zip(card.details, widths, strict=True))):
            column = QRectF(box.right() - width, box.top(), width, box.height())
            painter.drawText(column, MIDDLE_RIGHT, text)
            box.setRight(column.left() - _GAP)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        enabled = bool(state & QStyle.StateFlag.State_Enabled)
        painter.setFont(sized_font(painter.font(), 13, bold=selected))
        painter.setPen(QColor(colors.text if enabled else colors.muted))
        draw_elided(painter, box, MIDDLE_LEFT, card.title)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, ROW_HEIGHT)


class _Header(QWidget):
    """The titles of the columns, aligned to the right."""

    def __init__(self, columns: Sequence[str], model: CardModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._columns, self._model = columns, model

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(sized_font(self.font(), 11))
        painter.setPen(QColor(theme_colors.current().muted))
        widths = self._model.column_widths(sized_font(self.font(), 12))
        right = self.width() - 1.0 - _PADDING
        for text, width in reversed(list(zip(self._columns, widths, strict=True))):
            painter.drawText(QRectF(0, 0, right, self.height()), MIDDLE_RIGHT, text)
            right -= width + _GAP


class CardList(QListView):
    """A list of one-line cards that is as tall as all of them; `columns` names their details.

    Signals: `card_selected(row)` when the current card changes; `card_activated(row)` on Enter,
    Space or a click on the card that is already current.
    """

    card_selected = Signal(int)
    card_activated = Signal(int)

    def __init__(self, columns: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards = CardModel(self)
        self._header = _Header(columns, self._cards, self)
        self.setViewportMargins(0, _HEADER_HEIGHT, 0, 0)
        self.setModel(self._cards)
        self.setItemDelegate(CardDelegate(self._cards))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setStyleSheet("QListView { border: none; background: transparent; }")
        self._pressed_current = False  # whether the mouse was pressed on the current card
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        self.clicked.connect(self._on_clicked)

    def set_cards(self, cards: Sequence[Card]) -> None:
        """Replace the cards; each has one detail per column."""
        self._cards.set_cards(cards)
        self.updateGeometry()

    def select_card(self, row: int) -> None:
        """Make a card the current one, as a click does."""
        self.setCurrentIndex(self._cards.index(row))

    def _on_current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.card_selected.emit(current.row())

    def _on_clicked(self, index: QModelIndex) -> None:
        if self._pressed_current:
            self.card_activated.emit(index.row())

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._pressed_current = index.isValid() and index == self.currentIndex()
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ACTIVATE_KEYS and self.currentIndex().isValid():
            self.card_activated.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(340, _HEADER_HEIGHT + ROW_HEIGHT * self._cards.rowCount())

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._header.setGeometry(0, 0, self.width(), _HEADER_HEIGHT)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # let the surrounding form scroll
