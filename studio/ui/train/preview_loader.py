"""Brings previews of data sets from a worker thread and remembers them."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.config import DataConfig
from studio.ui.tasks import LatestWorker
from studio.ui.train.preview import Preview, make_preview


class PreviewLoader(QObject):
    """`loaded` brings the preview wanted last, or None while it is being read."""

    loaded = Signal(object)
    failed = Signal(object, str)

    def __init__(self, data_dir: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._data_dir = data_dir
        self._wanted: DataConfig | None = None
        self._made: dict[DataConfig, Preview] = {}
        self._worker = LatestWorker(self._load, self)
        self._worker.answered.connect(self._keep)
        self._worker.failed.connect(self.failed)

    def want(self, config: DataConfig | None) -> None:
        """Ask for the preview of `config`; None for a set that is not there."""
        self._wanted = config
        self.loaded.emit(self._made.get(config) if config is not None else None)
        if config is not None and config not in self._made:
            self._worker.submit(config)

    def close(self) -> None:
        """End the thread."""
        self._worker.close()

    def _load(self, config: DataConfig) -> Preview:
        return make_preview(config, self._data_dir)

    def _keep(self, config: DataConfig, preview: Preview) -> None:
        self._made[config] = preview
        if config == self._wanted:
            self.loaded.emit(preview)
