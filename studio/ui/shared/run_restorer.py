"""Offers to restore a run where a page shows that one of its files is damaged."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.errors import DamagedRunError
from studio.runs import Run, RunStatus
from studio.runs.run_folders import run_key
from studio.ui.context import StudioContext

RESTORE = "Restore"


class RunRestorer(QObject):
    """Restores damaged runs in a thread.

    `restored` carries the key of the run, what was restored in sentences, and whether the run can
    be resumed; `failed` an error and its traceback.
    """

    restored = Signal(str, str, bool)
    failed = Signal(object, str)

    def __init__(self, context: StudioContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._folder: Path | None = None

    def offer(self, error: object) -> str:
        """Return the text of a message that offers to restore; empty if `error` is another one.

        `start` restores the run of the last error that was offered.
        """
        self._folder = None
        if not isinstance(error, DamagedRunError) or error.run is None or not error.remedy:
            return ""
        self._folder = error.run
        return f"{error.message} {RESTORE} {error.remedy}."

    @property
    def has_offer(self) -> bool:
        """Whether the last error was offered, and its run was not restored since."""
        return self._folder is not None

    def forget(self) -> None:
        """Withdraw the offer, as another message is shown."""
        self._folder = None

    def start(self) -> None:
        """Restore the run; `restored` or `failed` follows."""
        folder, self._folder = self._folder, None
        if folder is not None:
            task = self._context.tasks.start(_Restoring(folder))
            task.succeeded.connect(self._on_restored)
            task.failed.connect(self.failed)

    def _on_restored(self, result: tuple[Path, str, bool]) -> None:
        folder, text, can_resume = result
        self._context.runs_changed.emit()
        self.restored.emit(run_key(folder, self._context.runs_dir), text, can_resume)


class _Restoring:
    """The work of the thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, on_progress: OnProgress, should_stop: ShouldStop) -> tuple[Path, str, bool]:
        from studio.runs.recovery import describe_restored, restore_previous

        on_progress(0.0, "Restoring the run")
        run = Run(self._folder)
        text = describe_restored(restore_previous(run))
        status = run.status
        return self._folder, text, status is None or status.observed is not RunStatus.FINISHED
