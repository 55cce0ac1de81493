"""The top line of the Runs page: how many runs, the filter, and the way to other folders."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from studio.ui.shared.builders import text_button
from studio.ui.widgets.elided_label import ElidedLabel


class RunsHeader(QWidget):
    """`runs_count`, `runs_filter` and `open_folder`."""

    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel("Runs")
        title.setProperty("role", "title")
        self._count = QLabel()
        self._count.setObjectName("runs_count")
        self._count.setProperty("role", "muted")
        self._count.setContentsMargins(0, 5, 0, 0)  # onto the base line of the title
        self._hint = ElidedLabel("Select two or more runs with Ctrl+click to compare them")
        self._hint.setObjectName("compare_hint")
        self._hint.setProperty("role", "muted")
        self._hint.setContentsMargins(0, 5, 0, 0)
        self._hint.hide()  # until there are two
        self.filter = _filter_line()
        self.filter.hide()  # until there is something to filter
        self.open_button = text_button("open_folder", "Open folder…", "folder")
        self.open_button.setToolTip(
            "Also show the runs of another folder: of a cluster, or copied from a colleague.\n"
            "Runs that are in training there are followed. You can drop a run on the window too."
        )
        self.open_button.setEnabled(False)  # or it took the focus while there is no table yet
        self.open_button.clicked.connect(self.folder_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(title)
        row.addWidget(self._count)
        row.addWidget(self._hint)
        row.addStretch(1)
        row.addWidget(self.filter)
        row.addWidget(self.open_button)

    def show_count(self, runs: int) -> None:
        """Say how many runs there are."""
        self._count.setText({0: "", 1: "1 run"}.get(runs, f"{runs} runs"))
        self._hint.setVisible(runs > 1)
        self.filter.setVisible(runs > 0)
        self.open_button.setEnabled(True)


def _filter_line() -> QLineEdit:
    line = QLineEdit()
    line.setObjectName("runs_filter")
    line.setAccessibleName("Filter runs")
    line.setPlaceholderText("Filter")
    line.setToolTip("Show only runs that have these words in any column (Ctrl+F)")
    line.setClearButtonEnabled(True)
    line.setMinimumWidth(160)
    line.setMaximumWidth(240)
    return line
