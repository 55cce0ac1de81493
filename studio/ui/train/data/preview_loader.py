"""Load previews of datasets in a thread, one at a time, and keep the latest ones."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.config import DataConfig
from studio.ui.tasks import Task, TaskHost
from studio.ui.train.data.preview import Preview, make_preview

MAX_CACHED = 2  # a preview keeps its whole dataset in memory


class PreviewLoader(QObject):
    """`loaded` carries the preview that was requested last; earlier requests are stopped."""

    loaded = Signal(object)
    progressed = Signal(float, str)
    stopped = Signal()
    failed = Signal(object, str)

    def __init__(self, tasks: TaskHost, data_dir: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._data_dir = tasks, data_dir
        self._requested: DataConfig | None = None
        self._reading: DataConfig | None = None  # what the task reads, None when it has ended
        self._task: Task
        self._cancelled = False
        self._cache: dict[DataConfig, Preview] = {}

    @property
    def is_busy(self) -> bool:
        """Whether the requested preview is not loaded yet."""
        return self._requested is not None and self._requested not in self._cache

    def cached(self) -> tuple[DataConfig, ...]:
        """Return the configurations of the previews in memory, the latest last."""
        return tuple(self._cache)

    def load(self, config: DataConfig | None) -> None:
        """Request the preview of `config`, or none.

        A cached preview is emitted at once; one that is being read is not started again.
        """
        self._requested, self._cancelled = config, False
        if self._reading not in (None, config):
            self._task.request_stop()
        if config in self._cache:
            self._store(self._cache[config])
        self._read_requested()

    def cancel(self) -> None:
        """Cancel the request; `stopped` follows when its thread has ended."""
        self._requested = None
        if self._reading is not None:
            self._cancelled = True
            self._task.request_stop()

    def forget(self) -> None:
        """Empty the cache, so that the next request reads the disk."""
        self._cache.clear()

    def _read_requested(self) -> None:
        config = self._requested
        if self._reading is not None or config is None or config in self._cache:
            return
        self._reading = config
        self._task = self._tasks.start(partial(make_preview, config, self._data_dir))
        self._task.progressed.connect(self._on_progress)
        self._task.succeeded.connect(self._on_succeeded)
        self._task.stopped.connect(self._on_task_ended)
        self._task.failed.connect(self._on_failed)

    def _store(self, preview: Preview) -> None:
        """Cache a preview as the latest one, and emit it if it is the requested one."""
        self._cache.pop(preview.config, None)
        self._cache[preview.config] = preview
        while len(self._cache) > MAX_CACHED:
            self._cache.pop(next(iter(self._cache)))
        if preview.config == self._requested:
            self.loaded.emit(preview)

    def _on_task_ended(self) -> None:
        """Report a cancelled task, and read what was requested meanwhile."""
        self._reading = None
        if self._cancelled:
            self._cancelled = False
            self.stopped.emit()
        self._read_requested()

    def _on_progress(self, fraction: float, text: str) -> None:
        if self._reading == self._requested:
            self.progressed.emit(fraction, text)

    def _on_succeeded(self, preview: Preview) -> None:
        self._store(preview)
        self._on_task_ended()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        if self._reading == self._requested:
            self._requested = None
            self.failed.emit(error, traceback_text)
        self._on_task_ended()
