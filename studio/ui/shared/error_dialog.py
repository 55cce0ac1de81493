"""Shows an error, with a report to copy if it was unexpected."""

import platform
import sys

import PySide6
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio import __version__
from studio.crash_log import ErrorRecord, log_path, shorten_paths, summarize
from studio.errors import StudioError
from studio.ui.shared.builders import label, row_layout, text_button
from studio.ui.shared.desktop import open_path


def show_error(
    parent: QWidget | None, error: object, traceback_text: str = "", has_report: bool = False
) -> "ErrorDialog":
    """Open a dialog about `error` and return at once; the program stays usable."""
    dialog = ErrorDialog(error, traceback_text, parent, has_report)
    dialog.open()
    return dialog


def error_text(error: object) -> tuple[str, str]:
    """Return what happened and what to do, one line each."""
    if is_expected(error):
        return error.message, error.hint  # type: ignore[attr-defined]  # both kinds have them
    return (
        "Something went wrong",
        f"{error_summary(error)}. The program continues, and your runs are saved.",
    )


def is_expected(error: object) -> bool:
    """Whether an error, or the record of one, says itself what happened and what to do next."""
    is_expected_record = isinstance(error, ErrorRecord) and error.is_expected
    return is_expected_record or isinstance(error, StudioError)


def error_summary(error: object) -> str:
    """Return the type of an error and the first line of its message, without a full stop."""
    if isinstance(error, ErrorRecord):
        return error.summary
    return summarize(type(error).__name__, error)


def error_report(error: object, traceback_text: str) -> str:
    """Return a report to send: versions, system and traceback, without the user's name in paths."""
    head = (
        f"VGG Studio {__version__}\n"
        f"Python {platform.python_version()}, PySide6 {PySide6.__version__}\n"
        f"{platform.platform()}\n"
    )
    loaded = sys.modules.get("torch")
    torch_version = getattr(loaded, "__version__", "")  # missing while torch is being imported
    torch_line = f"torch {torch_version}\n" if torch_version else ""
    return shorten_paths(f"{head}{torch_line}\n{traceback_text or repr(error)}".strip())


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

    def __init__(
        self,
        error: object,
        traceback_text: str,
        parent: QWidget | None = None,
        has_report: bool = False,
    ) -> None:
        """`error` is an exception or an `ErrorRecord`; it is not kept.

        With `has_report` an expected error has a report too.
        """
        super().__init__(parent)
        self.setObjectName("error_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("VGG Studio")
        self._title, self._hint = error_text(error)
        self._report = error_report(error, traceback_text)
        self._view: QPlainTextEdit | None = None
        self._column, self._buttons = QVBoxLayout(self), row_layout(spacing=8)
        self._lay_out(has_report or not is_expected(error))

    def message(self) -> str:
        """Return both lines of the dialog."""
        return f"{self._title}\n{self._hint}".strip()

    def report(self) -> str:
        """Return the text that the copy button copies."""
        return self._report

    def set_report(self, traceback_text: str) -> None:
        """Replace the report, where one is shown; the position in it is kept."""
        self._report = error_report(None, traceback_text)
        if self._view is not None and self._view.toPlainText() != self._report:
            position = self._view.verticalScrollBar().value()
            self._view.setPlainText(self._report)
            self._view.verticalScrollBar().setValue(position)

    def _lay_out(self, has_report: bool) -> None:
        self.setMinimumWidth(560 if has_report else 440)
        self._column.setContentsMargins(24, 24, 24, 24)
        self._column.setSpacing(16)
        self._buttons.addStretch(1)
        for text, role in ((self._title, "heading"), (self._hint, "body")):
            if text:
                self._column.addWidget(_paragraph(role, text))
        if has_report:
            self._view = report_view(self._report)
            self._column.addWidget(self._view, 1)
            if log_path().is_file():
                self._buttons.addWidget(self._log_button())
            self._buttons.addWidget(self._copy_button())
        self._buttons.addWidget(self._close_button())
        self._column.addLayout(self._buttons)

    def _log_button(self) -> QPushButton:
        log = text_button(
            "error_log", "Open log", "external", tooltip="Open the file of all errors"
        )
        log.clicked.connect(self._open_log)
        return log

    def _copy_button(self) -> QPushButton:
        copy = text_button(
            "error_copy", "Copy report", "copy", tooltip="Copy the report to the clipboard"
        )
        copy.clicked.connect(self._copy)
        return copy

    def _close_button(self) -> QPushButton:
        close = text_button("error_close", "Close", tooltip="Close this message")
        close.setProperty("kind", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        return close

    def _open_log(self) -> None:
        if problem := open_path(log_path()):
            show_error(self, StudioError("The log could not be opened.", problem))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)


def _paragraph(role: str, text: str) -> QLabel:
    line = label(role, text, selectable=True)
    line.setTextFormat(Qt.TextFormat.PlainText)  # a message may look like HTML
    line.setWordWrap(True)
    return line
