"""Shows uncaught errors of any thread in a dialog, each distinct one once."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import Shiboken

from studio.crash_log import ErrorJournal, ErrorRecord
from studio.ui.frame.qt_messages import QtMessageLog
from studio.ui.frame.uncaught_error_dialog import UncaughtErrorDialog

MAX_DIALOGS = 5  # in one session; further errors are only logged


class ErrorHooks(QObject):
    """Shows the errors of a journal, and logs the messages of Qt, from `install` to `remove`.

    The dialog does not block the window. While it is open, it counts repetitions and adds other
    errors. An error that was shown is not shown again, so that no dialog returns at once.
    """

    recorded = Signal(object)

    def __init__(self, window: QWidget, journal: ErrorJournal | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._journal = journal or ErrorJournal()
        self._owns_journal = journal is None
        self._qt_messages = QtMessageLog()
        self._dialog: UncaughtErrorDialog | None = None
        self._dialog_count = 0
        self.recorded.connect(self._show)

    def install(self) -> None:
        """Show errors from now on, and those that were recorded before."""
        self._qt_messages.install()
        if self._owns_journal:
            self._journal.install()
        for record in self._journal.records():
            self.recorded.emit(record)
        self._journal.listen(self.recorded.emit)

    def remove(self) -> None:
        """Show no more errors."""
        self._journal.listen(None)
        if self._owns_journal:
            self._journal.remove()
        self._qt_messages.remove()

    def _show(self, record: ErrorRecord) -> None:
        if self._dialog is not None and Shiboken.isValid(self._dialog):
            self._dialog.add(record)
        elif self._dialog_count < MAX_DIALOGS and not self._is_closed():
            self._dialog_count += 1
            is_last = self._dialog_count == MAX_DIALOGS
            # A modal dialog blocks all other children of the window.
            parent = QApplication.activeModalWidget() or self._window
            self._dialog = UncaughtErrorDialog(self._journal, record, is_last, parent)
            self._dialog.finished.connect(self._on_finished)
            self._dialog.show()

    def _is_closed(self) -> bool:
        """Whether the window was shown and closed: a dialog would outlive it."""
        was_shown = self._window.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
        return was_shown and not self._window.isVisible()

    def _on_finished(self, _result: int) -> None:
        self._dialog = None
