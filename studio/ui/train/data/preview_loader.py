"""Brings previews of data sets from a thread, one at a time, and remembers the latest."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.config import DataConfig
from studio.ui.tasks import Task, TaskHost
from studio.ui.train.data.preview import Preview, make_preview

KEPT = 2  # a preview holds its whole set


class PreviewLoader(QObject):
    """`loaded` brings the preview wanted last; what is wanted before that is stopped."""

    loaded = Signal(object)
    progressed = Signal(float, str)
    stopped = Signal()
    failed = Signal(object, str)

    def __init__(self, tasks: TaskHost, data_dir: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._data_dir = tasks, data_dir
        self._wanted: DataConfig | None = None
        self._reading: DataConfig | None = None  # what the task is about, None when it has ended
        self._task: Task
        self._cancelled = False
        self._kept: dict[DataConfig, Preview] = {}

    @property
    def busy(self) -> bool:
        """Whether the preview wanted is still to come."""
        return self._wanted is not None and self._wanted not in self._kept

    def want(self, config: DataConfig | None) -> None:
        """Ask for the preview of `config`; None for none.

        One that is remembered comes at once. One that is being read already is waited for.
        """
        self._wanted, self._cancelled = config, False
        if self._reading not in (None, config):
            self._task.request_stop()
        if config in self._kept:
            self._keep(self._kept[config])
        self._read_wanted()

    def cancel(self) -> None:
        """Give up the preview that is wanted; `stopped` follows when its thread has ended."""
        self._wanted = None
        if self._reading is not None:
            self._cancelled = True
            self._task.request_stop()

    def forget(self) -> None:
        """Read from disk again what is wanted next."""
        self._kept.clear()

    def _read_wanted(self) -> None:
        config = self._wanted
        if self._reading is not None or config is None or config in self._kept:
            return

        def work(on_progress: OnProgress, should_stop: ShouldStop) -> Preview:
            return make_preview(config, self._data_dir, on_progress, should_stop)

        self._reading = config
        self._task = self._tasks.start(work)
        self._task.progressed.connect(self._on_progress)
        self._task.succeeded.connect(self._on_succeeded)
        self._task.stopped.connect(self._go_on)
        self._task.failed.connect(self._on_failed)

    def _keep(self, preview: Preview) -> None:
        """Remember it as the latest; tell it if it is wanted."""
        self._kept.pop(preview.config, None)
        self._kept[preview.config] = preview
        while len(self._kept) > KEPT:
            self._kept.pop(next(iter(self._kept)))
        if preview.config == self._wanted:
            self.loaded.emit(preview)

    def _go_on(self) -> None:
        """The task has ended: say so to those who cancelled it, and read what came up meanwhile."""
        self._reading = None
        if self._cancelled:
            self._cancelled = False
            self.stopped.emit()
        self._read_wanted()

    def _on_progress(self, share: float, text: str) -> None:
        if self._reading == self._wanted:
            self.progressed.emit(share, text)

    def _on_succeeded(self, preview: Preview) -> None:
        self._keep(preview)
        self._go_on()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        if self._reading == self._wanted:
            self._wanted = None
            self.failed.emit(error, traceback_text)
        self._go_on()
