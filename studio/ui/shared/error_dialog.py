"""Shows an error, with a report to copy if it was unexpected."""

import platform
import sys

import PySide6
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from studio import __version__
from studio.errors import StudioError
from studio.ui.shared.builders import label, text_button


def show_error(parent: QWidget | None, error: object, traceback_text: str = "") -> "ErrorDialog":
    """Open a dialog about `error` and return at once; the program stays usable."""
    dialog = ErrorDialog(error, traceback_text, parent)
    dialog.open()
    return dialog


def error_text(error: object) -> tuple[str, str]:
    """Return what happened and what to do, one line each."""
    if isinstance(error, StudioError):
        return error.message, error.hint
    return (
        "Something went wrong",
        f"{error_summary(error)}. The program continues, and your runs are saved.",
    )


def error_summary(error: object) -> str:
    """Return the type of an error and the first line of its message, without a full stop."""
    name = type(error).__name__
    lines = str(error).strip().splitlines()
    return f"{name}: {lines[0].rstrip('.')}" if lines else name


def error_report(error: object, traceback_text: str) -> str:
    """Return a report to send: versions, system and traceback."""
    head = (
        f"VGG Studio {__version__}\n"
        f"Python {platform.python_version()}, PySide6 {PySide6.__version__}\n"
        f"{platform.platform()}\n"
    )
    loaded = sys.modules.get("torch")
    torch_line = f"torch {loaded.__version__}\n" if loaded is not None else ""
    return f"{head}{torch_line}\n{traceback_text or repr(error)}".strip()


def report_view(report: str) -> QPlainTextEdit:
    """Build a read-only view of a report, from which it can be copied."""
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
    """Shows what happened and what to do, and a report if the error was unexpected."""

    def __init__(self, error: object, traceback_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("error_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("VGG Studio")
        self._title, self._hint = error_text(error)
        self._is_expected = isinstance(error, StudioError)
        self._report = error_report(error, traceback_text)
        self.setMinimumWidth(440 if self._is_expected else 560)
        self._lay_out()

    def message(self) -> str:
        """Return both lines of the dialog."""
        return f"{self._title}\n{self._hint}".strip()

    def report(self) -> str:
        """Return the text that the copy button copies."""
        return self._report

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        for text, role in ((self._title, "heading"), (self._hint, "body")):
            if text:
                line = label(role, text, selectable=True)
                line.setWordWrap(True)
                column.addWidget(line)
        if not self._is_expected:
            column.addWidget(report_view(self._report), 1)
        column.addLayout(self._button_row())

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        if not self._is_expected:
            copy = text_button(
                "error_copy", "Copy report", "copy", tooltip="Copy the report to the clipboard"
            )
            copy.clicked.connect(self._copy)
            row.addWidget(copy)
        close = text_button("error_close", "Close", tooltip="Close this message")
        close.setProperty("kind", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row.addWidget(close)
        return row

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)
