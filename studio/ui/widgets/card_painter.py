"""Paints one card of a grid: a title, a text beside a bar chart, and facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from studio.ui.widgets import theme_colors
from studio.ui.widgets.paint_helpers import (
    MIDDLE_LEFT,
    MIDDLE_RIGHT,
    draw_elided,
    mix_colors,
    sized_font,
)
from studio.ui.widgets.painted_icons import draw_icon
from studio.ui.widgets.wrapped_text import wrapped_lines

_RADIUS, _PADDING = 8, 14
_TITLE_HEIGHT, _LINE, _FACT_LINE = 20, 16, 17
_CAPTION_WIDTH = 72
_BAR, _BAR_GAP, _BARS_HEIGHT = 2.0, 1.0, 28.0
_CHECK, _DOTS_WIDTH = 16, 28


class Fact(NamedTuple):
    """A line of a card; a value that is not known is muted.

    `short` is shown where the value does not fit.
    """

    caption: str
    value: str
    short: str = ""
    is_known: bool = True


@dataclass(frozen=True)
class GridCard:
    """A card; `bars` are the heights 0..1 of a small bar chart.

    `rating` is the last of its facts; with a `level`, that many of three dots are filled before it.
    """

    key: str
    title: str
    text: str = ""
    facts: tuple[Fact, ...] = ()
    rating: Fact | None = None
    level: int = 0
    bars: tuple[float, ...] = ()
    tooltip: str = ""

    @property
    def all_facts(self) -> tuple[Fact, ...]:
        """The facts with the rating."""
        return self.facts if self.rating is None else (*self.facts, self.rating)

    @property
    def description(self) -> str:
        """The whole card as text, for a screen reader."""
        facts = [f"{fact.caption}: {fact.value}" for fact in self.all_facts]
        return ". ".join(part for part in (self.title, self.text.rstrip("."), *facts) if part)


@dataclass(frozen=True)
class CardState:
    """How a card is shown."""

    is_chosen: bool = False
    has_focus: bool = False
    is_hovered: bool = False
    is_enabled: bool = True


def paint_card(painter: QPainter, rect: QRectF, card: GridCard, state: CardState) -> None:
    """Paint a card into `rect`, in the colors of the theme."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_frame(painter, rect, state)
    box = rect.adjusted(_PADDING, 10, -_PADDING, -10)
    _paint_title(painter, QRectF(box.left(), box.top(), box.width(), _TITLE_HEIGHT), card, state)
    box.setTop(box.top() + _TITLE_HEIGHT + 2)
    # In a low card two facts share a line, and the rating is beside the last of them.
    is_low = box.height() < len(card.all_facts) * _FACT_LINE
    facts = _joined(card) if is_low else card.all_facts
    top = box.bottom() - len(facts) * _FACT_LINE
    _paint_text(painter, QRectF(box.left(), box.top(), box.width(), top - box.top()), card)
    for row, fact in enumerate(facts):
        line = QRectF(box.left(), top + row * _FACT_LINE, box.width(), _FACT_LINE)
        is_rating = fact is card.rating
        if is_low and row == len(facts) - 1:
            line = _paint_low_rating(painter, line, card)
        elif is_rating and card.level:
            _paint_dots(painter, line.left() + _CAPTION_WIDTH, line, card.level)
        _paint_fact(painter, line, fact, state, _DOTS_WIDTH if is_rating and card.level else 0)


def _joined(card: GridCard) -> tuple[Fact, ...]:
    """Return two facts per line, without captions."""
    facts = card.facts
    return tuple(_joined_fact(facts[i : i + 2]) for i in range(0, len(facts), 2))


def _joined_fact(facts: Sequence[Fact]) -> Fact:
    """Return what is known of some facts in one line."""
    known = [fact.short or fact.value for fact in facts if fact.is_known]
    return Fact("", " · ".join(known) or facts[0].value, is_known=bool(known))


def _paint_low_rating(painter: QPainter, line: QRectF, card: GridCard) -> QRectF:
    """Paint the rating at the right end of a line, as dots if it has a level; return the rest."""
    if card.rating is None:
        return line
    if card.level:
        _paint_dots(painter, line.right() - _DOTS_WIDTH + 6, line, card.level)
        return line.adjusted(0, 0, -_DOTS_WIDTH, 0)
    painter.setFont(sized_font(painter.font(), 12))
    painter.setPen(QColor(theme_colors.current().muted))
    painter.drawText(line, MIDDLE_RIGHT, card.rating.value)
    width = QFontMetricsF(painter.font()).horizontalAdvance(card.rating.value)
    return line.adjusted(0, 0, -width - 8, 0)


def _paint_dots(painter: QPainter, left: float, line: QRectF, level: int) -> None:
    """Paint three dots, of which `level` are filled."""
    colors = theme_colors.current()
    for dot in range(3):
        painter.setPen(QPen(QColor(colors.muted), 1))
        painter.setBrush(QColor(colors.muted) if dot < level else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(left + 3 + dot * 8, line.center().y() + 0.5), 2.5, 2.5)


def _paint_frame(painter: QPainter, rect: QRectF, state: CardState) -> None:
    colors = theme_colors.current()
    edge = colors.accent if state.is_chosen or state.has_focus else colors.border
    width = 2 if state.has_focus else 1
    fill = colors.accent_soft if state.is_chosen else colors.raised
    if state.is_hovered and state.is_enabled and not state.is_chosen:
        fill = colors.hover
    painter.setPen(QPen(QColor(edge), width))
    painter.setBrush(QColor(fill))
    inset = width / 2
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), _RADIUS, _RADIUS)


def _paint_title(painter: QPainter, row: QRectF, card: GridCard, state: CardState) -> None:
    colors = theme_colors.current()
    if state.is_chosen:
        square = QRectF(row.right() - _CHECK, row.center().y() - _CHECK / 2, _CHECK, _CHECK)
        draw_icon(painter, "good", square, colors.accent)
        row.setRight(square.left() - 4)
    painter.setFont(sized_font(painter.font(), 14, bold=True))
    painter.setPen(QColor(colors.text if state.is_enabled else colors.muted))
    draw_elided(painter, row, MIDDLE_LEFT, card.title)


def _paint_text(painter: QPainter, box: QRectF, card: GridCard) -> None:
    """Paint the text and, right of it, the bars, as far as there is room for a line."""
    max_lines = int((box.height() - 6) // _LINE)
    if max_lines < 1:
        return
    chart_width = len(card.bars) * (_BAR + _BAR_GAP)
    has_chart = bool(card.bars) and box.height() >= _BARS_HEIGHT + 6
    if has_chart:
        _paint_bars(painter, QPointF(box.right() - chart_width, box.top() + 2), card.bars)
    width = box.width() - (chart_width + 12 if has_chart else 0)
    painter.setFont(sized_font(painter.font(), 12))
    painter.setPen(QColor(theme_colors.current().muted))
    for row, line in enumerate(wrapped_lines(card.text, painter.font(), width, max_lines)):
        place = QRectF(box.left(), box.top() + row * _LINE, width, _LINE)
        painter.drawText(place, MIDDLE_LEFT, line)


def _paint_bars(painter: QPainter, corner: QPointF, bars: tuple[float, ...]) -> None:
    """Paint bars that are centered on one line; a height of 0 leaves a gap."""
    colors = theme_colors.current()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mix_colors(colors.accent, colors.raised, 0.6))
    for column, height in enumerate(bars):
        size = height * _BARS_HEIGHT
        x, y = corner.x() + column * (_BAR + _BAR_GAP), corner.y() + (_BARS_HEIGHT - size) / 2
        painter.drawRect(QRectF(x, y, _BAR, size))


def _paint_fact(
    painter: QPainter, line: QRectF, fact: Fact, state: CardState, indent: float
) -> None:
    colors = theme_colors.current()
    painter.setFont(sized_font(painter.font(), 12))
    if fact.caption:
        painter.setPen(QColor(colors.muted))
        painter.drawText(line, MIDDLE_LEFT, fact.caption)
        line = line.adjusted(_CAPTION_WIDTH + indent, 0, 0, 0)
    is_plain = state.is_enabled and fact.is_known
    painter.setPen(QColor(colors.text if is_plain else colors.muted))
    is_long = QFontMetricsF(painter.font()).horizontalAdvance(fact.value) > line.width()
    draw_elided(painter, line, MIDDLE_LEFT, (is_long and fact.short) or fact.value)
