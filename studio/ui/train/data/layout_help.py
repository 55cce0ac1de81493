"""What went wrong with the user's own pictures, beside drawings of what would go right."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.ui.train.data.folder_tree import Branch, FolderTree
from studio.ui.widgets import theme_colors
from studio.ui.widgets.painted_icons import icon_pixmap

_CLASSES = (
    Branch(0, "my-pictures"),
    Branch(1, "cats", pictures=3),
    Branch(1, "dogs", pictures=3),
)
_PARTS = (
    Branch(0, "my-pictures"),
    Branch(1, "train"),
    Branch(2, "cats", pictures=3),
    Branch(2, "dogs", pictures=3),
    Branch(1, "test"),
    Branch(2, "cats", pictures=2),
    Branch(2, "dogs", pictures=2),
)
_LIST_FOLDER = (
    Branch(0, "my-pictures"),
    Branch(1, "labels.csv", icon="runs"),
    Branch(1, "tom.jpg", icon="image"),
    Branch(1, "rex.jpg", icon="image"),
)
_LIST = "file,label\ntom.jpg,cats\nrex.jpg,dogs"


class LayoutHelp(QScrollArea):
    """The message, what to do, and the three layouts that can be read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layout_help")
        self.setAccessibleName("What can be read")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._mark, self._message = QLabel(), QLabel()
        self._hint, self._found = QLabel(), QLabel()
        self._found.setObjectName("layout_found")
        self._message.setObjectName("layout_message")
        self._hint.setObjectName("layout_hint")
        for label, role in (
            (self._message, "heading"),
            (self._hint, "body"),
            (self._found, "muted"),
        ):
            label.setProperty("role", role)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out()

    def show_message(self, message: str, hint: str, found: Sequence[str] | None) -> None:
        """Say what happened; for a wrong layout also what was found, beside the drawings."""
        mark = icon_pixmap("bad", 20, theme_colors.current().bad, self.devicePixelRatioF())
        self._mark.setPixmap(mark)
        self._message.setText(message)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._found.setText("\n".join(["Found there:", *(found or ())]))
        self._found.setVisible(bool(found))
        self._drawings.setVisible(found is not None)
        self.setAccessibleName(f"Problem: {message} {hint}".strip())

    def _lay_out(self) -> None:
        body = QWidget()
        body.setProperty("clear", True)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._message)
        words.addWidget(self._hint)
        words.addSpacing(8)
        words.addWidget(self._found)
        head.addLayout(words, 1)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 8, 12, 8)
        column.setSpacing(24)
        column.addLayout(head)
        column.addWidget(self._make_drawings())
        column.addStretch(1)
        self.setWidget(body)

    def _make_drawings(self) -> QWidget:
        self._drawings = QWidget()
        column = QVBoxLayout(self._drawings)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        title = QLabel("Any of these can be read, also as a .zip or .tar.gz:")
        title.setWordWrap(True)
        column.addWidget(title)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addLayout(
            _stack(
                _card("A folder for each class", FolderTree(_CLASSES)),
                _card("A list of labels", FolderTree(_LIST_FOLDER), _listing()),
            ),
            1,
        )
        row.addLayout(_stack(_card("Parts on top", FolderTree(_PARTS))), 1)
        column.addLayout(row)
        return self._drawings


def _stack(*cards: QFrame) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(16)
    for card in cards:
        column.addWidget(card)
    column.addStretch(1)
    return column


def _card(title: str, *content: QWidget) -> QFrame:
    frame = QFrame()
    frame.setProperty("card", True)
    column = QVBoxLayout(frame)
    column.setContentsMargins(16, 12, 16, 16)
    column.setSpacing(8)
    label = QLabel(title)
    label.setProperty("role", "field")
    column.addWidget(label)
    for part in content:
        column.addWidget(part)
    column.addStretch(1)
    return frame


def _listing() -> QLabel:
    """The lines of a list of labels, as a text editor shows them."""
    label = QLabel(_LIST)
    label.setObjectName("csv_example")
    label.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    label.setContentsMargins(0, 8, 0, 0)
    label.setAccessibleName("Example of a list of labels")
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
