"""Wrap text into a few lines of a width and elide the last one."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout


def wrapped_lines(text: str, font: QFont, width: float, max_lines: int) -> list[str]:
    """Return at most `max_lines` lines that are at most `width` pixels wide in `font`."""
    if max_lines <= 0 or width <= 0:
        return []
    starts: list[int] = []
    layout = QTextLayout(text, font)
    layout.beginLayout()
    while len(starts) <= max_lines and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        starts.append(line.textStart())
    layout.endLayout()
    lines = [text[a:b].rstrip() for a, b in zip(starts, [*starts[1:], None], strict=True)]
    if len(starts) <= max_lines:
        return lines
    remaining = text[starts[max_lines - 1] :]
    last = QFontMetricsF(font).elidedText(remaining, Qt.TextElideMode.ElideRight, width)
    return [*lines[: max_lines - 1], last]
