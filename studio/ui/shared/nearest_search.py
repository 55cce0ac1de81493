"""Searches the nearest training samples in the background."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.runs import RunStore
from studio.ui.context import StudioContext
from studio.ui.tasks import LatestWorker, NewestTask, one_thread, spare_threads

if TYPE_CHECKING:
    from studio.insight.nearest import NearestSamples, Neighbor


class ComparedClass(NamedTuple):
    """A class whose nearest samples are searched, and its role, such as "Predicted"."""

    number: int
    role: str
    name: str


@dataclass(frozen=True, eq=False)
class NearestRequest:
    """Asks for the nearest training samples of each of the classes to an image uint8 [C, h, w].

    `run` is a run id or "bundled", `index` the row of the image in the dataset, or -1.
    """

    run: str
    image: NDArray[np.uint8]
    index: int
    classes: Sequence[ComparedClass]
    count: int


class NearestSearch(QObject):
    """Loads the training samples of a run once, then answers the newest request.

    `found` carries a request and a list of neighbors for each of its classes. `loading` says that
    the samples are being loaded, which ends in `loaded`, `failed` or `cancelled`.
    """

    loading = Signal()
    progressed = Signal(float, str)
    loaded = Signal(object)  # NearestSamples
    found = Signal(object, object)
    failed = Signal(object, str)
    cancelled = Signal()

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._loading = NewestTask(context.tasks, self)
        self._loading.progressed.connect(self.progressed)
        self._loading.cancelled.connect(self._on_cancelled)
        self._loading.failed.connect(self._on_load_failed)
        self._run = ""  # whose samples are loaded or being loaded
        self._samples: NearestSamples | None = None
        self._request: NearestRequest | None = None
        self._worker = LatestWorker(_find, self)
        self._worker.completed.connect(self._on_completed)
        self._worker.failed.connect(self.failed)

    def search(self, request: NearestRequest) -> None:
        """Answer a request, after loading the samples of its run if necessary."""
        self._request = request
        if request.run != self._run:
            self._load(request.run)
        elif self._samples is not None:
            self._worker.submit((self._samples, request))

    def cancel(self) -> None:
        """Ask the loading to stop; `cancelled` follows, unless it just ended."""
        self._loading.cancel()

    def shutdown(self) -> None:
        """End the loading and the thread."""
        self._loading.stop()
        self._worker.close()

    def _load(self, run: str) -> None:
        self._run, self._samples = run, None
        work = partial(_load, self._context.store, run, self._context.data_dir)
        self._loading.start(work, self._on_loaded)
        self.loading.emit()

    def _on_loaded(self, samples: "NearestSamples") -> None:
        self._samples = samples
        self.loaded.emit(samples)
        if self._request is not None:
            self._worker.submit((samples, self._request))

    def _on_cancelled(self) -> None:
        self._run = ""
        self.cancelled.emit()

    def _on_load_failed(self, error: object, traceback_text: str) -> None:
        self._run = ""
        self.failed.emit(error, traceback_text)

    def _on_completed(
        self, job: tuple[object, NearestRequest], rows: "list[list[Neighbor]]"
    ) -> None:
        if job[1] is self._request:
            self.found.emit(job[1], rows)


def _load(
    store: RunStore, run: str, data_dir: Path, on_progress: OnProgress, should_stop: ShouldStop
) -> "NearestSamples":
    from studio.insight.nearest import load_nearest

    source = store.weights_source(run)
    with spare_threads(should_stop) as should_stop_and_adapt:
        return load_nearest(source, data_dir, on_progress, should_stop_and_adapt)


def _find(job: "tuple[NearestSamples, NearestRequest]") -> "list[list[Neighbor]]":
    samples, request = job
    with one_thread():
        wanted = [compared.number for compared in request.classes]
        return samples.find(request.image, wanted, request.count, request.index)
