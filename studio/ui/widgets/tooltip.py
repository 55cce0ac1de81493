"""Tooltips in short lines: Qt shows plain text as one line, however long."""

from textwrap import wrap

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

LINE_LENGTH = 56  # characters: about 360 px


def wrap_tooltip(text: str) -> str:
    """Break every line of plain text into lines of at most `LINE_LENGTH` characters.

    Rich text, which Qt wraps by itself, and text that is wrapped already come back unchanged.
    """
    if text.startswith("<"):
        return text
    lines = [wrap(line, LINE_LENGTH, break_on_hyphens=False) or [""] for line in text.split("\n")]
    return "\n".join(part for parts in lines for part in parts)


def wrap_tooltips(root: QWidget) -> None:
    """Wrap the tooltips of `root` and of everything in it, items of combo boxes included."""
    for widget in (root, *root.findChildren(QWidget)):
        text = widget.toolTip()
        if len(text) > LINE_LENGTH:
            widget.setToolTip(wrap_tooltip(text))
        if isinstance(widget, QComboBox):
            _wrap_items(widget)


def _wrap_items(combo: QComboBox) -> None:
    for row in range(combo.count()):
        text = combo.itemData(row, Qt.ItemDataRole.ToolTipRole)
        if text:
            combo.setItemData(row, wrap_tooltip(text), Qt.ItemDataRole.ToolTipRole)
