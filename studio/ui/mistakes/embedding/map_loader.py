"""Computes maps in the background: first by PCA, then by t-SNE."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.paths import BUNDLED
from studio.ui.context import StudioContext
from studio.ui.tasks import Task, Work, spare_threads

if TYPE_CHECKING:
    from studio.insight import Evaluation
    from studio.insight.embedding import SampleMap


class MapLoader(QObject):
    """Runs one computation at a time, and emits nothing more about one that is replaced.

    `prepare` ends in `prepared(SampleMap)`, `compute_tsne` in `embedded(positions)`, either in
    `failed` or `cancelled` instead.
    """

    progressed = Signal(float, str)
    prepared = Signal(object)
    embedded = Signal(object)
    failed = Signal(object, str)
    cancelled = Signal()

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._task: Task | None = None

    def prepare(self, run: str, evaluation: "Evaluation") -> None:
        """Compute features and a map by PCA for the evaluation of a run id or "bundled"."""
        work = partial(_prepare, self._source(run), evaluation)
        self._start(work).succeeded.connect(self._on_prepared)

    def compute_tsne(self, run: str, evaluation: "Evaluation", sample_map: "SampleMap") -> None:
        """Compute the positions by t-SNE."""
        work = partial(_compute_tsne, self._source(run), evaluation, sample_map)
        self._start(work).succeeded.connect(self._on_embedded)

    def cancel(self) -> None:
        """Ask the computation in progress to stop; `cancelled` follows, unless it just ended."""
        if self._task is not None:
            self._task.request_stop()

    def shutdown(self) -> None:
        """Stop the computation in progress and emit nothing about it any more."""
        self.cancel()
        self._task = None

    def _source(self, run: str) -> str | Path:
        return BUNDLED if run == BUNDLED else self._context.store.open(run).path

    def _start(self, work: Work) -> Task:
        self.shutdown()
        task = self._task = self._context.tasks.start(work)
        task.progressed.connect(self._on_progressed)
        task.stopped.connect(self._on_stopped)
        task.failed.connect(self._on_failed)
        return task

    def _on_progressed(self, fraction: float, text: str) -> None:
        if self.sender() is self._task:
            self.progressed.emit(fraction, text)

    def _on_prepared(self, sample_map: object) -> None:
        if self.sender() is self._task:
            self.prepared.emit(sample_map)

    def _on_embedded(self, positions: object) -> None:
        if self.sender() is self._task:
            self.embedded.emit(positions)

    def _on_stopped(self) -> None:
        if self.sender() is self._task:
            self.cancelled.emit()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        if self.sender() is self._task:
            self.failed.emit(error, traceback_text)


def _prepare(
    source: str | Path, evaluation: "Evaluation", on_progress: OnProgress, should_stop: ShouldStop
) -> "SampleMap":
    from studio.insight.embedding import prepare_map

    with spare_threads(should_stop) as should_stop_and_adapt:
        return prepare_map(source, evaluation, on_progress, should_stop_and_adapt)


def _compute_tsne(
    source: str | Path,
    evaluation: "Evaluation",
    sample_map: "SampleMap",
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> NDArray[np.float32]:
    from studio.insight.embedding import compute_tsne

    with spare_threads(should_stop) as should_stop_and_adapt:
        return compute_tsne(source, evaluation, sample_map, on_progress, should_stop_and_adapt)
