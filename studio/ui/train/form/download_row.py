"""A button that downloads a dataset or pretrained weights."""

from PySide6.QtCore import Signal

from studio.ui.tasks import Task, TaskHost, Work
from studio.ui.train.form.task_row import TaskRow


class DownloadRow(TaskRow):
    """Runs a download as a task; `downloaded` is emitted when it is complete.

    `stopped` is emitted at the end of every download, before `downloaded` or `failed`.
    """

    status_changed = Signal(str)
    downloaded = Signal()
    stopped = Signal()
    failed = Signal(object, str)

    def __init__(self, tasks: TaskHost, name: str, text: str, tip: str, cancel_tip: str) -> None:
        super().__init__(name, text, "download", tip, cancel_tip)
        self._tasks = tasks
        self._work: Work | None = None
        self._task: Task | None = None
        self.started.connect(self._start)
        self.cancelled.connect(self._stop)

    @property
    def is_running(self) -> bool:
        """Whether a download is running."""
        return self._task is not None

    def offer(self, megabytes: int, work: Work) -> None:
        """Offer a download of this size, which `work` performs."""
        self._work = work
        self.button.setText(f"Download ({megabytes} MB)")

    def _start(self) -> None:
        if self._work is None:
            return
        self.set_running(True)
        self._task = self._tasks.start(self._work)
        self._task.progressed.connect(self._on_progress)
        self._task.succeeded.connect(self._on_succeeded)
        self._task.stopped.connect(self._on_stopped)
        self._task.failed.connect(self._on_failed)

    def _stop(self) -> None:
        if self._task is not None:
            self.status_changed.emit("Cancelling the download")
            self._task.request_stop()

    def _on_progress(self, fraction: float, text: str) -> None:
        self.set_fraction(fraction)
        self.status_changed.emit(text)

    def _on_succeeded(self, _result: object) -> None:
        self._on_stopped()
        self.downloaded.emit()

    def _on_stopped(self) -> None:
        self._task = None
        self.set_running(False)
        self.stopped.emit()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self._on_stopped()
        self.failed.emit(error, traceback_text)
