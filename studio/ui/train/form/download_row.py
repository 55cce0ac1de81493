"""Fetches what is not on this computer yet: a data set, or weights to start from."""

from PySide6.QtCore import Signal

from studio.ui.tasks import Task, TaskHost, Work
from studio.ui.train.form.task_row import TaskRow


class DownloadRow(TaskRow):
    """`said` tells how far it is; it ends in `downloaded` with what came, `stopped` or `failed`."""

    said = Signal(str)
    downloaded = Signal(str)
    stopped = Signal()
    failed = Signal(object, str)

    def __init__(self, tasks: TaskHost, name: str, words: str, tip: str, stop_tip: str) -> None:
        super().__init__(name, words, "download", tip, stop_tip)
        self._tasks = tasks
        self._work: Work | None = None
        self._task: Task | None = None
        self.wanted.connect(self._start)
        self.cancelled.connect(self._stop)

    @property
    def running(self) -> bool:
        """Whether a download is on its way."""
        return self._task is not None

    def offer_work(self, megabytes: int, work: Work) -> None:
        """Offer to fetch so much by `work`."""
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
            self.said.emit("Stopping the download")
            self._task.request_stop()

    def _on_progress(self, share: float, text: str) -> None:
        self.set_share(share)
        self.said.emit(text)

    def _on_succeeded(self, result: object) -> None:
        self._on_stopped()
        self.downloaded.emit(str(result))

    def _on_stopped(self) -> None:
        self._task = None
        self.set_running(False)
        self.stopped.emit()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self._on_stopped()
        self.failed.emit(error, traceback_text)
