"""Fetches a data set that is not on this computer yet."""

from pathlib import Path

from studio.callbacks import OnProgress, ShouldStop
from studio.data.datasets import find_dataset
from studio.ui.tasks import TaskHost
from studio.ui.train.form.download_row import DownloadRow


class DatasetDownloadRow(DownloadRow):
    """`downloaded` brings the id of the set."""

    def __init__(self, tasks: TaskHost, data_dir: Path) -> None:
        tip = "Fetch this data set from its home, checked against its checksums"
        stop_tip = "Stop the download; nothing half-written is left"
        super().__init__(tasks, "download", "Download the data set", tip, stop_tip)
        self._data_dir = data_dir

    def offer(self, source_id: str) -> None:
        """Offer this set of the table."""
        data_dir = self._data_dir

        def work(on_progress: OnProgress, should_stop: ShouldStop) -> str:
            from studio.data import download_dataset

            download_dataset(source_id, data_dir, on_progress, should_stop)
            return source_id

        self.offer_work(find_dataset(source_id).download_mb, work)
