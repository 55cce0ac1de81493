"""Chooses which network and which split to look at."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.formatting import percent
from studio.runs import RunStore, RunSummary, run_title
from studio.ui.context import StudioContext
from studio.ui.mistakes.loader import BUNDLED
from studio.ui.widgets.picker_combo import PickerCombo

if TYPE_CHECKING:
    from studio.data import Split

TOOL_TIP = Qt.ItemDataRole.ToolTipRole
SPLITS = {
    "test": ("Test", "Pictures the network has never met: the honest measure"),
    "val": ("Validation", "Pictures that chose the best epoch, but were not learnt"),
    "train": ("Training", "Pictures the network learnt from; mistakes here are often wrong labels"),
}


class RunPicker(QWidget):
    """Every run with weights, newest first, then the bundled model; and the split."""

    chosen = Signal(str, str)
    refreshed = Signal()

    def __init__(self, context: StudioContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._run = ""
        self.runs: list[RunSummary] = []
        self.run_combo = _combo("mistakes_run_combo", "Run", "The network whose mistakes you see")
        self.run_combo.setPlaceholderText("Choose a network")
        self.run_combo.setMinimumWidth(160)
        self.run_combo.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.run_combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.split_combo = _combo("mistakes_split_combo", "Split", "Which part of the data to read")
        self.split_combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for split, (name, teaches) in SPLITS.items():
            self.split_combo.addItem(name, split)
            self.split_combo.setItemData(self.split_combo.count() - 1, teaches, TOOL_TIP)
        self._fill()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.run_combo)
        row.addWidget(self.split_combo)
        self.run_combo.activated.connect(self._on_activated)
        self.split_combo.activated.connect(self._on_activated)

    def refresh(self) -> None:
        """Read the list of runs again, in the background; `refreshed` follows."""
        task = self._context.tasks.start(partial(_list_runs, self._context.store))
        task.succeeded.connect(self._on_listed)
        task.failed.connect(self._on_list_failed)

    def run(self) -> str:
        """The run shown, "bundled", or "" while nothing was chosen."""
        return self._run

    def split(self) -> "Split":
        """The split chosen: test, val or train."""
        return cast("Split", self.split_combo.currentData())

    def show_run(self, run: str) -> None:
        """Show this choice without telling anybody."""
        self._run = run
        self._fill()

    def newest_run(self) -> str:
        """The newest run with weights, or "" when there is none."""
        return self.runs[0].id if self.runs else ""

    def _on_listed(self, runs: list[RunSummary]) -> None:
        self.runs = [run for run in runs if run.has_weights]
        self._fill()
        self.refreshed.emit()

    def _on_list_failed(self, _error: object, _traceback_text: str) -> None:
        self._on_listed([])  # a runs folder that cannot be read holds no run to choose

    def _on_activated(self, _index: int) -> None:
        self._run = str(self.run_combo.currentData() or "")
        if self._run:
            self.chosen.emit(self._run, self.split())

    def _fill(self) -> None:
        self.run_combo.clear()
        entries = [(run.title, run.id, run_facts(run)) for run in self.runs]
        entries.append(("Bundled network", BUNDLED, "Trained on MNIST; comes with the program"))
        if self._run and self._run not in {key for _, key, _ in entries}:
            # Shown before the list is read.
            entries.insert(0, (run_title(Path(self._run).name), self._run, self._run))
        for place, (title, key, facts) in enumerate(entries):
            self.run_combo.addItem(title, key)
            self.run_combo.setItemData(place, facts, TOOL_TIP)
        self.run_combo.setCurrentIndex(self.run_combo.findData(self._run) if self._run else -1)


def run_facts(run: RunSummary) -> str:
    """What tells a run from others of its recipe: "21 Nov 14:05, 97.8 % test accuracy"."""
    facts = [f"{run.started.day} {run.started:%b %H:%M}"] if run.started else []
    for accuracy, split in ((run.test_accuracy, "test"), (run.val_accuracy, "validation")):
        if accuracy is not None:
            return ", ".join([*facts, f"{percent(accuracy)} {split} accuracy"])
    return ", ".join([*facts, "accuracy not measured"])


def _list_runs(
    store: RunStore, _on_progress: OnProgress, _should_stop: ShouldStop
) -> list[RunSummary]:
    return store.list()


def _combo(name: str, said: str, teaches: str) -> PickerCombo:
    combo = PickerCombo()
    combo.setObjectName(name)
    combo.setAccessibleName(said)
    combo.setToolTip(teaches)
    return combo
