"""Shows how busy the machine is while a training runs."""

from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QLabel

from studio.machine_load import LoadMeter, MachineLoad, describe_load
from studio.ui.tasks import LatestWorker

INTERVAL_MS = 2000


class LoadMonitor(QObject):
    """Fills a label every two seconds between `start` and `stop`; reads in a thread of its own."""

    def __init__(self, label: QLabel, parent: QObject) -> None:
        super().__init__(parent)
        self._label = label
        self._meter: LoadMeter | None = None
        self._worker = LatestWorker(self._read, self)
        self._worker.completed.connect(self._show)
        self._worker.failed.connect(self._give_up)
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._request)
        label.hide()

    def start(self) -> None:
        """Begin to show the load."""
        if not self._timer.isActive():
            self._timer.start()
            self._request()

    def stop(self) -> None:
        """Show nothing any more."""
        self._timer.stop()
        self._label.hide()

    def close(self) -> None:
        """End the thread."""
        self.stop()
        self._worker.close()

    @Slot()
    def _request(self) -> None:
        self._worker.submit(None)

    def _read(self, _request: None) -> MachineLoad:
        """Read the load, in the thread of the worker."""
        if self._meter is None:
            self._meter = LoadMeter()
        return self._meter.read()

    @Slot(object, object)
    def _show(self, _request: Any, load: MachineLoad) -> None:
        if self._timer.isActive():
            text = describe_load(load)
            self._label.setText(text)
            self._label.setAccessibleName(f"Machine: {text}")
            self._label.show()

    @Slot(object, str)
    def _give_up(self, _error: object, _traceback_text: str) -> None:
        """A system that does not tell its load is no reason to disturb a training."""
        self.stop()
