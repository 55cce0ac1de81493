"""Fetches a data set that is not on this computer yet."""

from pathlib import Path

from PySide6.QtCore import Signal

from studio.data.sources import find_source
from studio.ui.tasks import Progress, ShouldStop, Task, TaskHost
from studio.ui.train.work_row import WorkRow


class DownloadRow(WorkRow):
    """`said` tells how far it is; it ends in `downloaded`, `stopped` or `failed`."""

    said = Signal(str)
    downloaded = Signal(str)
    stopped = Signal()
    failed = Signal(object, str)

    def __init__(self, tasks: TaskHost, data_dir: Path) -> None:
        tip = "Fetch this data set from its home, checked against its checksums"
        stop_tip = "Stop the download; nothing half-written is left"
        super().__init__("download", "Download the data set", "download", tip, stop_tip)
        self._tasks, self._data_dir = tasks, data_dir
        self._source = ""
        self._task: Task | None = None
        self.wanted.connect(self._start)
        self.cancelled.connect(self._stop)

    @property
    def running(self) -> bool:
        """Whether a download is on its way."""
        return self._task is not None

    def offer(self, source_id: str) -> None:
        """Offer this set of the table."""
        self._source = source_id
        self.button.setText(f"Download ({find_source(source_id).download_mb} MB)")

    def _start(self) -> None:
        source_id, data_dir = self._source, self._data_dir

        def work(progress: Progress, should_stop: ShouldStop) -> str:
            from studio.data import download

            download(source_id, data_dir, progress, should_stop)
            return source_id

        self.set_running(True)
        self._task = self._tasks.start(work)
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

    def _on_succeeded(self, source_id: object) -> None:
        self._on_stopped()
        self.downloaded.emit(str(source_id))

    def _on_stopped(self) -> None:
        self._task = None
        self.set_running(False)
        self.stopped.emit()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self._on_stopped()
        self.failed.emit(error, traceback_text)
