"""Measures robustness in the background, one transformation after the other."""

from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.errors import DatasetError
from studio.insight.robustness import RobustnessCurve, measure_robustness
from studio.insight.sample_transforms import SampleTransform
from studio.ui.context import StudioContext
from studio.ui.tasks import NewestTask, spare_threads

if TYPE_CHECKING:
    from studio.inference import Predictor


@dataclass(frozen=True, eq=False)
class Samples:
    """Images uint8 [n, C, H, W] and their labels int64 [n], which index `class_names`."""

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    class_names: tuple[str, ...]


class RobustnessMeasurer(NewestTask):
    """`measured` carries a run and one of its curves; then `finished`, `failed` or `cancelled`."""

    measured = Signal(str, object)
    finished = Signal()

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(context.tasks, parent)
        self._context = context
        self._jobs: deque[tuple[str, SampleTransform]] = deque()
        self._run = ""  # the one being measured
        self._total = 0
        self._samples: Samples | None = None
        self._predictors: dict[str, Predictor] = {}  # used by one task at a time

    def measure(self, samples: Samples, jobs: list[tuple[str, SampleTransform]]) -> None:
        """Measure (run, transformation) pairs in this order, in place of those in progress."""
        self._samples, self._jobs, self._total = samples, deque(jobs), len(jobs)
        self._predictors = {}
        self._start_next()

    def _start_next(self) -> None:
        if not self._jobs:
            self._predictors = {}
            self.finished.emit()
            return
        assert self._samples is not None
        self._run, transform = self._jobs.popleft()
        work = partial(
            _measure, self._context, self._predictors, self._run, self._samples, transform
        )
        self.start(work, self._on_measured)

    def _on_measured(self, curve: RobustnessCurve) -> None:
        self.measured.emit(self._run, curve)
        self._start_next()

    def _report_progress(self, fraction: float, text: str) -> None:
        done = self._total - len(self._jobs) - 1 + fraction
        self.progressed.emit(done / self._total, text)


def _measure(
    context: StudioContext,
    predictors: "dict[str, Predictor]",
    run: str,
    samples: Samples,
    transform: SampleTransform,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> RobustnessCurve:
    from studio.inference import Predictor

    if run not in predictors:
        predictors[run] = Predictor.load(context.store.model_source(run))
    predictor = predictors[run]
    _require_same_inputs(predictor, samples)
    with spare_threads(should_stop) as should_stop_and_adapt:
        return measure_robustness(
            predictor,
            samples.images,
            samples.labels,
            transform,
            on_progress,
            should_stop_and_adapt,
        )


def _require_same_inputs(predictor: "Predictor", samples: Samples) -> None:
    """Raise DatasetError when a model has other classes or inputs than the samples."""
    model = predictor.card.model
    shape = (model.in_channels, model.image_size, model.image_size)
    if predictor.class_names != samples.class_names or shape != samples.images.shape[1:]:
        raise DatasetError(
            "The two runs have different classes or image sizes.",
            "Choose a run that was trained on the same dataset.",
        )
