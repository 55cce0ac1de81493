"""Badges: short texts in color over the image of a tile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from studio.ui.widgets import theme_colors
from studio.ui.widgets.paint_helpers import sized_font

BadgeColor = Literal["accent", "good", "bad", "warn", "muted"]
_TEXT_PX, _HEIGHT_PX, _PADDING_PX, _GAP_PX = 11, 16, 5, 2


@dataclass(frozen=True)
class TileBadge:
    """A text such as "→ 9" or "excluded"; `fades_image` shows the image pale."""

    text: str
    color: BadgeColor = "accent"
    fades_image: bool = False


BadgeSource = Callable[[int], Sequence[TileBadge]]


def no_badges(_position: int) -> Sequence[TileBadge]:
    """Return no badges."""
    return ()


def paint_badges(painter: QPainter, area: QRectF, badges: Sequence[TileBadge]) -> None:
    """Paint badges below each other from the top left of `area`.

    They cover about half of it; those that do not fit are counted: "+2".
    """
    painter.setFont(sized_font(painter.font(), _TEXT_PX, bold=True))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    fitting = max(1, int((area.height() / 2 + _GAP_PX) // (_HEIGHT_PX + _GAP_PX)))
    shown = list(badges)
    if len(shown) > fitting:
        hidden = len(shown) - fitting + 1
        shown = [*shown[: fitting - 1], TileBadge(f"+{hidden}", "muted")]
        if fitting == 1:
            shown = [badges[0]]
    top = area.top()
    for badge in shown:
        _paint_badge(painter, QRectF(area.left(), top, area.width(), _HEIGHT_PX), badge)
        top += _HEIGHT_PX + _GAP_PX


def _paint_badge(painter: QPainter, line: QRectF, badge: TileBadge) -> None:
    metrics, colors = QFontMetricsF(painter.font()), theme_colors.current()
    available = line.width() - 2 * _PADDING_PX
    text = metrics.elidedText(badge.text, Qt.TextElideMode.ElideRight, available)
    line.setWidth(metrics.horizontalAdvance(text) + 2 * _PADDING_PX)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(getattr(colors, badge.color)))
    painter.drawRoundedRect(line, 4, 4)
    painter.setPen(QColor(colors.on_accent if badge.color == "accent" else colors.surface))
    painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)
