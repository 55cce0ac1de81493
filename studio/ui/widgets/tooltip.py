"""Line breaks for tooltips: Qt shows plain text as one line, however long it is."""

from textwrap import wrap

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

MAX_LINE_LENGTH = 56  # characters: about 360 px


def wrap_tooltip(text: str) -> str:
    """Break plain text into lines of at most `MAX_LINE_LENGTH` characters.

    Rich text, which Qt wraps itself, is returned unchanged.
    """
    if text.startswith("<"):
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        # Joining the words first removes characters that only `split` takes for spaces.
        words = " ".join(line.split())
        lines += wrap(words, MAX_LINE_LENGTH, break_on_hyphens=False) or [""]
    return "\n".join(lines)


def wrap_tooltips(root: QWidget) -> None:
    """Wrap the tooltips of `root`, of its children and of the items of combo boxes."""
    for widget in (root, *root.findChildren(QWidget)):
        text = widget.toolTip()
        if len(text) > MAX_LINE_LENGTH:
            widget.setToolTip(wrap_tooltip(text))
        if isinstance(widget, QComboBox):
            _wrap_items(widget)


def _wrap_items(combo: QComboBox) -> None:
    for row in range(combo.count()):
        text = combo.itemData(row, Qt.ItemDataRole.ToolTipRole)
        if text:
            combo.setItemData(row, wrap_tooltip(text), Qt.ItemDataRole.ToolTipRole)
