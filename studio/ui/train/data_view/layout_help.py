"""Why a dataset cannot be read, with examples of folder layouts that can."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.ui.shared.builders import card, column_layout, label, row_layout
from studio.ui.train.data_view.folder_tree import FolderTree, TreeEntry
from studio.ui.widgets import theme_colors
from studio.ui.widgets.painted_icons import icon_pixmap

_CLASSES = (
    TreeEntry(0, "my-images"),
    TreeEntry(1, "cats", images=3),
    TreeEntry(1, "dogs", images=3),
)
_SPLITS = (
    TreeEntry(0, "my-images"),
    TreeEntry(1, "train"),
    TreeEntry(2, "cats", images=3),
    TreeEntry(2, "dogs", images=3),
    TreeEntry(1, "test"),
    TreeEntry(2, "cats", images=2),
    TreeEntry(2, "dogs", images=2),
)
_WITH_LIST = (
    TreeEntry(0, "my-images"),
    TreeEntry(1, "labels.csv", icon="runs"),
    TreeEntry(1, "tom.jpg", icon="image"),
    TreeEntry(1, "rex.jpg", icon="image"),
)
_LIST_LINES = "file,label\ntom.jpg,cats\nrex.jpg,dogs"


class LayoutHelp(QScrollArea):
    """The message, what to do, and three layouts that can be read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layout_help")
        self.setAccessibleName("Folder layouts that can be read")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._mark = QLabel()
        self._message = label("heading", name="layout_message", selectable=True)
        self._hint = label("body", name="layout_hint", selectable=True)
        self._found = label("muted", name="layout_found", selectable=True)
        for text in (self._message, self._hint, self._found):
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setWordWrap(True)
        self._lay_out()

    def show_message(self, message: str, hint: str, found: Sequence[str] | None) -> None:
        """Show a message; for a wrong layout also what was `found`, above the examples."""
        mark = icon_pixmap("bad", 20, theme_colors.current().bad, self.devicePixelRatioF())
        self._mark.setPixmap(mark)
        self._message.setText(message)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._found.setText("\n".join(["Found:", *(found or ())]))
        self._found.setVisible(bool(found))
        self._examples.setVisible(found is not None)
        self.setAccessibleName(f"Problem: {message} {hint}".strip())

    def _lay_out(self) -> None:
        body = QWidget()
        body.setProperty("clear", True)
        head = row_layout(spacing=12)
        head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        texts = column_layout(spacing=4)
        texts.addWidget(self._message)
        texts.addWidget(self._hint)
        texts.addSpacing(8)
        texts.addWidget(self._found)
        head.addLayout(texts, 1)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 8, 12, 8)
        column.setSpacing(24)
        column.addLayout(head)
        column.addWidget(self._make_examples())
        column.addStretch(1)
        self.setWidget(body)

    def _make_examples(self) -> QWidget:
        self._examples = QWidget()
        column = column_layout(self._examples, spacing=16)
        title = QLabel("Each of these layouts can be read, also as a .zip or .tar.gz:")
        title.setWordWrap(True)
        column.addWidget(title)
        row = row_layout(spacing=16)
        row.addLayout(
            _stack(
                card(label("field", "One folder for each class"), FolderTree(_CLASSES)),
                card(label("field", "A list of labels"), FolderTree(_WITH_LIST), _example_list()),
            ),
            1,
        )
        row.addLayout(_stack(card(label("field", "Splits on top"), FolderTree(_SPLITS))), 1)
        column.addLayout(row)
        return self._examples


def _stack(*cards: QFrame) -> QVBoxLayout:
    column = column_layout(spacing=16)
    for widget in cards:
        column.addWidget(widget)
    column.addStretch(1)
    return column


def _example_list() -> QLabel:
    """Return the lines of a list of labels in a fixed-width font."""
    lines = label("body", _LIST_LINES, name="csv_example", selectable=True)
    lines.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    lines.setContentsMargins(0, 8, 0, 0)
    lines.setAccessibleName("Example of a list of labels")
    return lines
