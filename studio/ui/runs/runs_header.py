"""The top line of the Runs page: number of runs, filter, and a button to open a folder."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from studio.formatting import count
from studio.ui.shared.builders import label, text_button
from studio.ui.shared.shortcuts import with_keys
from studio.ui.widgets.elided_label import ElidedLabel


class RunsHeader(QWidget):
    """Filter and hint are hidden while they have nothing to act on."""

    open_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = label("muted", name="runs_count")
        self._count.setContentsMargins(0, 5, 0, 0)  # aligned to the baseline of the title
        self._hint = ElidedLabel("Select two or more runs with Ctrl+click to compare them")
        self._hint.setObjectName("compare_hint")
        self._hint.setProperty("role", "muted")
        self._hint.setContentsMargins(0, 5, 0, 0)
        self._hint.hide()  # until there are two runs
        self.filter = _filter_line()
        self.filter.hide()  # until there is a run
        self.open_button = text_button(
            "open_folder",
            "Open folder…",
            "folder",
            tooltip="Also show the runs of another folder, and follow those that train. "
            "A run can be dropped on the window too.",
        )
        self.open_button.setEnabled(False)  # or it would take the focus before there is a table
        self.open_button.clicked.connect(self.open_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(label("title", "Runs"))
        row.addWidget(self._count)
        row.addWidget(self._hint)
        row.addStretch(1)
        row.addWidget(self.filter)
        row.addWidget(self.open_button)

    def show_count(self, runs: int) -> None:
        """Show the number of runs."""
        self._count.setText(count(runs, "run") if runs else "")
        self._hint.setVisible(runs > 1)
        self.filter.setVisible(runs > 0)
        self.open_button.setEnabled(True)


def _filter_line() -> QLineEdit:
    line = QLineEdit()
    line.setObjectName("runs_filter")
    line.setAccessibleName("Filter runs")
    line.setPlaceholderText("Filter")
    line.setToolTip(
        with_keys("Show only runs that contain these words in any column", "filter_runs")
    )
    line.setClearButtonEnabled(True)
    line.setMinimumWidth(160)
    line.setMaximumWidth(240)
    return line
