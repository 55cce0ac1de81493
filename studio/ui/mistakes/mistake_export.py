"""Exports the samples shown as a CSV table or an HTML page, in the background."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.ui.icons import BESIDE_TEXT, icon
from studio.ui.shared.save_dialog import open_save_dialog
from studio.ui.tasks import TaskHost

if TYPE_CHECKING:
    from studio.insight import Evaluation
    from studio.ui.mistakes.samples.sample_filter import Positions

FORMATS = {"csv": "CSV table", "html": "HTML page"}
REPORT = "report"


class ExportButton(QPushButton):
    """A button with a menu of formats; `chosen` carries the suffix of one, or `REPORT`."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(icon("download"), "Export")
        self.setObjectName("export_button")
        self.setAccessibleName("Export")
        self.setIconSize(BESIDE_TEXT)
        self.setToolTip(
            "Save the samples shown as a CSV table or an HTML page, or a report of the run"
        )
        menu = QMenu(self)
        menu.setObjectName("export_menu")
        menu.setAccessibleName("Export")
        for suffix, title in FORMATS.items():
            action = menu.addAction(f"{title}…")
            action.setObjectName(f"export_{suffix}")
            action.triggered.connect(partial(self.chosen.emit, suffix))
        menu.addSeparator()
        report = menu.addAction("Report of the run…")
        report.setObjectName("export_report")
        report.setToolTip("Write figures, curves, mistakes and settings as one HTML page")
        report.triggered.connect(partial(self.chosen.emit, REPORT))
        self.setMenu(menu)


class MistakeExporter(QObject):
    """Asks for a file and writes samples to it.

    `written` carries the path and the number of samples.
    """

    written = Signal(object, int)
    failed = Signal(object, str)

    def __init__(self, tasks: TaskHost, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = parent
        self._tasks = tasks
        self._samples: tuple[Evaluation, Positions] | None = None

    def open_dialog(self, evaluation: "Evaluation", positions: "Positions", suffix: str) -> None:
        """Open a file dialog for these samples, in this order, and return at once.

        `suffix` is a key of `FORMATS`.
        """
        self._samples = (evaluation, positions)
        open_save_dialog(
            self._page,
            "export_dialog",
            f"Export the samples shown as {FORMATS[suffix]}",
            f"mistakes.{suffix}",
            f"{FORMATS[suffix]} (*.{suffix})",
            self._write,
        )

    def _write(self, path: str) -> None:
        if self._samples is not None:
            task = self._tasks.start(partial(_write_samples, *self._samples, Path(path)))
            task.succeeded.connect(self._on_written)
            task.failed.connect(self.failed)

    def _on_written(self, result: tuple[Path, int]) -> None:
        self.written.emit(*result)


def _write_samples(
    evaluation: "Evaluation",
    positions: "Positions",
    path: Path,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> tuple[Path, int]:
    from studio.insight import write_mistakes

    write_mistakes(evaluation, path, positions, on_progress, should_stop)
    return path, len(positions)
