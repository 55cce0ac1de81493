"""Cards side by side, one of them chosen: by mouse, arrows or letters."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QTextLayout,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio.ui.widgets import palette

Index = QModelIndex | QPersistentModelIndex
CARD_SIZE = QSize(188, 132)
_GAP = 8
_PAD = 12


@dataclass(frozen=True)
class Card:
    """`text` wraps over two lines, `foot` is one line at the bottom; `tip` shows on hover."""

    title: str
    text: str
    foot: str
    tip: str = ""


class CardModel(QAbstractListModel):
    """The cards as an item model; the whole card is under UserRole."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._cards: Sequence[Card] = ()

    def set_cards(self, cards: Sequence[Card]) -> None:
        """Replace all cards."""
        self.beginResetModel()
        self._cards = tuple(cards)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        card = self._cards[index.row()]
        values: dict[int, object] = {
            Qt.ItemDataRole.DisplayRole: card.title,
            Qt.ItemDataRole.ToolTipRole: card.tip,
            Qt.ItemDataRole.AccessibleTextRole: f"{card.title}. {card.text} {card.foot}",
            Qt.ItemDataRole.UserRole: card,
        }
        return values.get(role)


class CardDelegate(QStyledItemDelegate):
    """Paints one card."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        card: Card = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(option.rect).adjusted(1, 1, -1 - _GAP, -1)
        self._paint_frame(painter, rect, option.state)
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        self._paint_words(painter, rect.adjusted(_PAD, 10, -_PAD, -10), card, enabled)
        painter.restore()

    def _paint_frame(self, painter: QPainter, rect: QRectF, state: QStyle.StateFlag) -> None:
        colors = palette.current()
        chosen = state & QStyle.StateFlag.State_Selected
        over = state & QStyle.StateFlag.State_MouseOver
        painter.setBrush(QColor(colors.accent_soft if chosen else colors.raised))
        edge = colors.accent if chosen else colors.muted if over else colors.border
        wide = chosen and state & QStyle.StateFlag.State_HasFocus
        painter.setPen(QPen(QColor(edge), 2 if wide else 1))
        painter.drawRoundedRect(rect, 8, 8)

    def _paint_words(self, painter: QPainter, box: QRectF, card: Card, enabled: bool) -> None:
        colors, font = palette.current(), painter.font()
        font.setPixelSize(13)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(colors.text if enabled else colors.muted))
        two_lines = QRectF(box.topLeft(), QSizeF(box.width(), 2 * painter.fontMetrics().height()))
        bottom = _paint_wrapped(painter, two_lines, card.title)
        font.setPixelSize(12)
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(QColor(colors.muted))
        foot = painter.fontMetrics().elidedText(
            card.foot, Qt.TextElideMode.ElideRight, int(box.width())
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignBottom, foot)
        box.setTop(bottom + 4)
        box.setBottom(box.bottom() - painter.fontMetrics().height() - 4)
        _paint_wrapped(painter, box, card.text)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(CARD_SIZE.width() + _GAP, CARD_SIZE.height())


class CardList(QListView):
    """A row of cards that scrolls sideways; `chosen` tells the row a person picked.

    `chosen_again` follows a click or Return on the card that is chosen already.
    """

    chosen = Signal(int)
    chosen_again = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards = CardModel(self)
        self.setModel(self._cards)
        self.setItemDelegate(CardDelegate(self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setSpacing(0)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        # A row of cards is no box of its own, and their gap is part of each card's cell.
        self.setStyleSheet("QListView { border: none; background: transparent; }")
        self._was_chosen = False  # whether the mouse was pressed on the chosen card
        self.selectionModel().currentChanged.connect(self._tell)
        self.clicked.connect(self._on_clicked)

    def set_cards(self, cards: Sequence[Card]) -> None:
        """Show these cards."""
        self._cards.set_cards(cards)

    def choose(self, row: int) -> None:
        """Make a card the current one, as a click would."""
        index = self._cards.index(row)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def _tell(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(current.row())

    def _on_clicked(self, index: QModelIndex) -> None:
        if self._was_chosen:
            self.chosen_again.emit(index.row())

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._was_chosen = index.isValid() and index == self.currentIndex()
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.chosen_again.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(340, CARD_SIZE.height() + 14)

    def minimumSizeHint(self) -> QSize:
        return QSize(CARD_SIZE.width(), CARD_SIZE.height() + 14)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().x() or event.angleDelta().y()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - turned)
        event.accept()


def _paint_wrapped(painter: QPainter, box: QRectF, text: str) -> float:
    """Write as many whole lines as fit, the last one ending in dots when there is more.

    Returns the lower edge of what was written.
    """
    layout = QTextLayout(text, painter.font())
    layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
    metrics, top = painter.fontMetrics(), box.top()
    layout.beginLayout()
    while (line := layout.createLine()).isValid() and top + metrics.height() <= box.bottom() + 1:
        line.setLineWidth(box.width())
        start, last = line.textStart(), top + 2 * metrics.height() > box.bottom() + 1
        shown = text[start : start + line.textLength()]
        if last:
            shown = metrics.elidedText(
                text[start:], Qt.TextElideMode.ElideRight, int(box.width()) + 1
            )
        painter.drawText(QRectF(box.left(), top, box.width(), metrics.height()), 0, shown)
        top += metrics.height()
    layout.endLayout()
    return top
