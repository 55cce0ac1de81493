"""Computes maps in the background: first by PCA, then by t-SNE."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.ui.context import StudioContext
from studio.ui.tasks import NewestTask, spare_threads

if TYPE_CHECKING:
    from studio.insight import Evaluation
    from studio.insight.embedding import SampleMap


class MapLoader(NewestTask):
    """Runs one computation at a time, and emits nothing more about one that is replaced.

    `prepare` ends in `prepared(SampleMap)`, `compute_tsne` in `embedded(positions)`, either in
    `failed` or `cancelled` instead.
    """

    prepared = Signal(object)
    embedded = Signal(object)

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(context.tasks, parent)
        self._store = context.store

    def prepare(self, run: str, evaluation: "Evaluation") -> None:
        """Compute features and a map by PCA for the evaluation of a run id or "bundled"."""
        source = self._store.model_source(run)
        self.start(partial(_prepare, source, evaluation), self.prepared.emit)

    def compute_tsne(self, run: str, evaluation: "Evaluation", sample_map: "SampleMap") -> None:
        """Compute the positions by t-SNE."""
        source = self._store.model_source(run)
        self.start(partial(_compute_tsne, source, evaluation, sample_map), self.embedded.emit)


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
