"""Which data: the set, what is in it, and the way to get it."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from studio.data.sources import SOURCES, is_available
from studio.ui.icons import text_button
from studio.ui.tasks import Progress, ShouldStop, Task, TaskHost
from studio.ui.train.preview import Preview
from studio.ui.train.section import FormSection, filled_combo
from studio.ui.widgets.thumbnail_strip import ThumbnailStrip


class DataSection(FormSection):
    """`dataset_combo` with real pictures under it, or a download when there are none."""

    downloaded = Signal(str)
    download_failed = Signal(object, str)

    def __init__(self, tasks: TaskHost, data_dir: Path) -> None:
        super().__init__()
        self._tasks, self._data_dir = tasks, data_dir
        self._task: Task | None = None
        self._loading_id = ""
        combo = filled_combo({name: source.title for name, source in SOURCES.items()})
        tip = "The pictures the network learns from"
        self.column.addWidget(
            self.add_field("data.source", "Data", combo, tip, "dataset_combo", True)
        )
        self._samples = ThumbnailStrip(columns=10, count=10)
        self._samples.setObjectName("sample_strip")
        self._samples.setAccessibleName("One picture of each class")
        self._samples.setToolTip("One picture of each class; the bar is the class's share")
        self._facts = QLabel()
        self._facts.setObjectName("data_facts")
        self._facts.setProperty("role", "muted")
        self._facts.setWordWrap(True)
        self.column.addWidget(self._samples)
        self.column.addWidget(self._facts)
        self.column.addWidget(self._download_row())
        combo.currentIndexChanged.connect(self.refresh)

    @property
    def source(self) -> str:
        """Id of the chosen set."""
        return str(self.values()["data.source"])

    def available(self) -> bool:
        """Whether the chosen set is on this computer."""
        return is_available(self.source, self._data_dir)

    def refresh(self) -> None:
        """Show what is known without reading the pictures."""
        source, there = SOURCES[self.source], self.available()
        self._samples.clear()
        self._samples.setVisible(there)
        classes = len(source.class_names)
        words = f"{source.count:,} images · {classes} classes"
        self._facts.setText(words if there else f"{words} · not downloaded")
        self._row.setVisible(not there or self._task is not None)
        self._button.setText(f"Download ({source.download_mb} MB)")

    def show_preview(self, preview: Preview) -> None:
        """Show the pictures and counts of the chosen set."""
        splits = preview.splits
        self._samples.set_images(preview.samples, preview.class_names, preview.shares)
        self._facts.setText(
            f"{splits['train']:,} to learn from · {splits['val']:,} to validate · "
            f"{splits['test']:,} to test"
        )

    def facts(self) -> str:
        """The lines under the pictures."""
        return self._facts.text()

    def _download_row(self) -> QWidget:
        self._row = QWidget()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._button = text_button("download_button", "Download", "download")
        self._button.setAccessibleName("Download the data set")
        self._button.setToolTip("Fetch this data set from its home, checked against its checksums")
        self._progress = QProgressBar()
        self._progress.setObjectName("download_progress")
        self._progress.setRange(0, 1000)
        self._progress.setAccessibleName("Download")
        self._cancel = QPushButton("Cancel")
        self._cancel.setObjectName("download_cancel")
        self._cancel.setAccessibleName("Cancel the download")
        self._cancel.setToolTip("Stop the download; nothing half-written is left")
        for part in (self._button, self._progress, self._cancel):
            row.addWidget(part)
        self._button.clicked.connect(self._download)
        self._cancel.clicked.connect(self._stop_download)
        self._show_download(False)
        return self._row

    def _show_download(self, running: bool) -> None:
        self._button.setVisible(not running)
        self._progress.setVisible(running)
        self._cancel.setVisible(running)
        self._cancel.setEnabled(running)

    def _download(self) -> None:
        source_id, data_dir = self.source, self._data_dir

        def work(progress: Progress, should_stop: ShouldStop) -> str:
            from studio.data import download

            download(source_id, data_dir, progress, should_stop)
            return source_id

        self._loading_id = source_id
        self._progress.setValue(0)
        self._show_download(True)
        self._task = self._tasks.start(work)
        self._task.progressed.connect(self._on_progress)
        self._task.succeeded.connect(self._on_downloaded)
        self._task.stopped.connect(self._on_stopped)
        self._task.failed.connect(self._on_failed)

    def _stop_download(self) -> None:
        if self._task is not None:
            self._cancel.setEnabled(False)
            self._facts.setText(f"Stopping the download of {SOURCES[self._loading_id].title}")
            self._task.request_stop()

    def _on_progress(self, share: float, text: str) -> None:
        self._progress.setValue(round(1000 * share))
        self._facts.setText(text)

    def _on_downloaded(self, source_id: object) -> None:
        self._on_stopped()
        self.downloaded.emit(str(source_id))

    def _on_stopped(self) -> None:
        self._task = None
        self._show_download(False)
        self.refresh()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self._on_stopped()
        self.download_failed.emit(error, traceback_text)
