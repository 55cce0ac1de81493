"""Tells the person about an error, with a report to copy where it was not foreseen."""

import platform
import sys

import PySide6
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio import __version__
from studio.errors import StudioError
from studio.ui.shared.builders import text_button


def show_error(parent: QWidget | None, error: object, traceback_text: str = "") -> "ErrorDialog":
    """Open a dialog about `error` and return at once; the program stays usable behind it."""
    dialog = ErrorDialog(error, traceback_text, parent)
    dialog.open()
    return dialog


def error_words(error: object) -> tuple[str, str]:
    """What to say about `error`: one line on what happened, one on what to do."""
    if isinstance(error, StudioError):
        return error.message, error.hint
    return (
        "Something went wrong",
        f"{error_summary(error)}. The program goes on; your runs are on disk.",
    )


def error_summary(error: object) -> str:
    """The type of an unexpected error and the first line of its message, without a full stop."""
    name = type(error).__name__
    lines = str(error).strip().splitlines()
    return f"{name}: {lines[0].rstrip('.')}" if lines else name


def error_report(error: object, traceback_text: str) -> str:
    """The text a person can send: versions, the system, the traceback."""
    head = (
        f"VGG Studio {__version__}\n"
        f"Python {platform.python_version()}, PySide6 {PySide6.__version__}\n"
        f"{platform.platform()}\n"
    )
    loaded = sys.modules.get("torch")
    torch_line = f"torch {loaded.__version__}\n" if loaded is not None else ""
    return f"{head}{torch_line}\n{traceback_text or repr(error)}".strip()


def report_view(report: str) -> QPlainTextEdit:
    """A read-only view of a report, from which it can be selected."""
    view = QPlainTextEdit(report)
    view.setObjectName("error_report")
    view.setAccessibleName("Error report")
    view.setToolTip("The report to send when you ask for help")
    view.setReadOnly(True)
    view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    view.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    view.setMinimumHeight(160)
    return view


class ErrorDialog(QDialog):
    """One error: words for everybody, and the report behind it if it was not foreseen."""

    def __init__(self, error: object, traceback_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("error_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("VGG Studio")
        self._title, self._hint = error_words(error)
        self._foreseen = isinstance(error, StudioError)
        self._report = error_report(error, traceback_text)
        self.setMinimumWidth(440 if self._foreseen else 560)
        self._lay_out()

    def message(self) -> str:
        """What the dialog says, both lines."""
        return f"{self._title}\n{self._hint}".strip()

    def report(self) -> str:
        """The text that the copy button puts on the clipboard."""
        return self._report

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        for text, role in ((self._title, "heading"), (self._hint, "body")):
            if text:
                column.addWidget(_label(text, role))
        if not self._foreseen:
            column.addWidget(report_view(self._report), 1)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        if not self._foreseen:
            copy = text_button("error_copy", "Copy report", "copy")
            copy.setToolTip("Put the report on the clipboard")
            copy.clicked.connect(self._copy)
            row.addWidget(copy)
        close = QPushButton("Close")
        close.setObjectName("error_close")
        close.setToolTip("Go back to the studio")
        close.setProperty("kind", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row.addWidget(close)
        return row

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
