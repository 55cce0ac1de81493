"""Replaces a page that could not be created."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.shared.error_dialog import error_report, error_summary, report_view
from studio.ui.widgets.empty_state import EmptyState

REPORT_SIZE_PX = (720, 280)


class FailedPage(QWidget):
    """Says which page failed and why, and shows a report to copy."""

    def __init__(self, title: str, error: Exception, traceback_text: str) -> None:
        super().__init__()
        self.setObjectName("failed_page")
        self._report = error_report(error, traceback_text)
        explanation = EmptyState(
            f"The {title} page could not be opened",
            f"{error_summary(error)}. The other pages work. Restart the program to try again. "
            "If that does not help, send the report to the developers.",
            "Copy report",
        )
        explanation.action_clicked.connect(self._copy)
        view = report_view(self._report)
        view.setMaximumSize(*REPORT_SIZE_PX)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(view, 100)  # up to its maximum width
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.addStretch(1)
        column.addWidget(explanation)
        column.addLayout(row, 4)
        column.addStretch(1)

    def report(self) -> str:
        """Return the text that the button copies."""
        return self._report

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)
