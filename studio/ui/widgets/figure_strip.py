"""One large figure that matters and a few small ones beside it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget


class FigureStrip(QWidget):
    """`set_main` for the large figure, `set_items` for (value, what it is) pairs behind it."""

    def __init__(self, items: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._main = _label("figure")
        self._caption = _label("muted")
        self._pairs = [(_label("heading"), _label("muted")) for _ in range(items)]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(32)
        row.addLayout(_column(self._main, self._caption))
        for value, caption in self._pairs:
            row.addLayout(_column(value, caption))
        row.addStretch(1)

    def set_main(self, value: str, caption: str) -> None:
        """Show the large figure; the caption stands under it."""
        self._main.setText(value)
        self._caption.setText(caption)
        self._tell()

    def set_items(self, items: Sequence[tuple[str, str]]) -> None:
        """Show (value, caption) pairs, at most as many as the strip was made for."""
        for place, (value, caption) in enumerate(self._pairs):
            text, what = items[place] if place < len(items) else ("", "")
            value.setText(text)
            caption.setText(what)
        self._tell()

    def text(self) -> str:
        """Everything shown, as one line."""
        pairs = [(self._main, self._caption), *self._pairs]
        return " · ".join(f"{v.text()} {c.text()}" for v, c in pairs if v.text())

    def _tell(self) -> None:
        self.setAccessibleName(self.text())


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _column(value: QLabel, caption: QLabel) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(0)
    column.addStretch(1)
    column.addWidget(value, 0, Qt.AlignmentFlag.AlignBottom)
    column.addWidget(caption)
    return column
