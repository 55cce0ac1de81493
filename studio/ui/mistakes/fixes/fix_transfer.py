"""Exports label fixes as CSV and imports them, in the background."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.data.overlay import Fixes, ImportResult, Overlay, OverlayDocument, import_csv
from studio.data.overlay.fixes_csv import write_fixes
from studio.formatting import count
from studio.ui.mistakes.fixes.controller import FixesController
from studio.ui.tasks import TaskHost, Work

if TYPE_CHECKING:
    from studio.insight import Evaluation

_FILTER = "CSV table (*.csv)"
_MAX_NAMES = 3  # of what an import skipped


class FixTransfer(QObject):
    """`reported` carries a message and its kind, `failed` an error and its traceback."""

    reported = Signal(str, str)
    failed = Signal(object, str)

    def __init__(self, fixes: FixesController, tasks: TaskHost, page: QWidget) -> None:
        super().__init__(page)
        self._fixes, self._tasks, self._page = fixes, tasks, page

    def open_export_dialog(self) -> None:
        """Ask where to write the fixes."""
        name = self._fixes.path.stem if self._fixes.path else "label"
        dialog = self._create_dialog("Export label fixes", f"{name}-fixes.csv")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    def open_import_dialog(self) -> None:
        """Ask which file to import."""
        dialog = self._create_dialog("Import label fixes", "")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.import_from)
        dialog.open()

    def export_to(self, path: str) -> None:
        """Write all fixes of the dataset to a file."""
        evaluation = self._fixes.evaluation
        source = evaluation.source if evaluation else None
        work = partial(_export, dict(self._fixes.fixes), Path(path), source)
        self._start(work, self._on_exported)

    def import_from(self, path: str) -> None:
        """Add the fixes of a file, as one change that can be undone."""
        evaluation, overlay = self._fixes.evaluation, self._fixes.overlay
        if evaluation is not None and overlay is not None:
            work = partial(_import, overlay.document(), evaluation, Path(path))
            self._start(work, self._on_imported)

    def _start(self, work: Work, slot: Callable[..., None]) -> None:
        task = self._tasks.start(work)
        task.succeeded.connect(slot)
        task.failed.connect(self.failed)

    def _on_exported(self, result: tuple[Path, int]) -> None:
        path, number = result
        self.reported.emit(f"{count(number, 'fixed sample')} exported to {path.name}", "good")

    def _on_imported(self, result: tuple[Path, Fixes, ImportResult]) -> None:
        path, fixes, report = result
        self._fixes.apply_import(fixes, f"Import {path.name}")
        text = f"{count(len(report.changed), 'sample')} changed by {path.name}."
        self.reported.emit(f"{text} {describe_skipped(report)}".strip(), _kind(report))

    def _create_dialog(self, title: str, name: str) -> QFileDialog:
        dialog = QFileDialog(self._page, title, name, _FILTER)
        dialog.setObjectName("fixes_file_dialog")
        dialog.setDefaultSuffix("csv")
        dialog.finished.connect(dialog.deleteLater)
        return dialog


def describe_skipped(report: ImportResult) -> str:
    """Describe what an import did not understand: "Skipped: 2 unknown samples (a, b)."."""
    reasons = (
        ("unknown sample", report.unknown_samples),
        ("unknown class", report.unknown_classes),
        ("unknown action", report.unknown_actions),
    )
    texts = [
        f"{count(len(names), reason)} ({', '.join(names[:_MAX_NAMES])}"
        f"{', …' if len(names) > _MAX_NAMES else ''})"
        for reason, names in reasons
        if names
    ]
    return f"Skipped: {', '.join(texts)}." if texts else ""


def _kind(report: ImportResult) -> str:
    return "warn" if report.skipped else "good"


def _export(
    fixes: Fixes,
    path: Path,
    source: Path | None,
    _on_progress: OnProgress,
    _should_stop: ShouldStop,
) -> tuple[Path, int]:
    write_fixes(fixes, path, source)
    return path, len(fixes)


def _import(
    document: OverlayDocument,
    evaluation: "Evaluation",
    path: Path,
    _on_progress: OnProgress,
    _should_stop: ShouldStop,
) -> tuple[Path, Fixes, ImportResult]:
    """Import into a copy, so that the user can go on meanwhile; returns the fixes that changed."""
    copy = Overlay(document.dataset, document.operations, document.cursor)
    report = import_csv(copy, path, evaluation.ids, evaluation.class_names)
    return path, {sample: copy.fix(sample) for sample in report.changed}, report
