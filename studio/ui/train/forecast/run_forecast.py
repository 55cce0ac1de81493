"""The forecast of a running training: corrected by its steps, compared at its end. No Qt here."""

from dataclasses import dataclass

from studio.config import TrainConfig
from studio.data.dataset_shape import DatasetShape
from studio.training.events import Event, FitEnded, FitStarted, StepEnd
from studio.training.forecast import Forecast
from studio.training.forecast.correction import MeasuredRun
from studio.training.forecast.split_sizes import SplitSizes
from studio.ui.train.forecast.forecast_text import CostText, cost_text, ended_text, running_text

# A first correction needs so many steps and seconds: the first steps are slow.
_MIN_STEPS, _MIN_S = 10, 1.0


@dataclass(frozen=True)
class Plan:
    """A training that begins, what it is expected to cost, and its data."""

    config: TrainConfig
    cost: Forecast
    shape: DatasetShape
    sizes: SplitSizes


class RunForecast:
    """Follows one training by its events; times are seconds of any clock.

    Pauses do not count. A resumed training has done a part of its steps before: it is neither
    corrected nor compared.
    """

    def __init__(self, plan: Plan, now: float) -> None:
        self.plan = plan
        self._began, self._paused_at, self._paused_s = now, 0.0, 0.0
        self._setup_s = 0.0
        self._started: FitStarted | None = None
        self._step: StepEnd | None = None
        self._ended: FitEnded | None = None
        self._total_s = 0.0

    def set_paused(self, is_paused: bool, now: float) -> None:
        """Begin or end a pause."""
        if is_paused and not self._paused_at:
            self._paused_at = now
        elif not is_paused and self._paused_at:
            self._paused_s += now - self._paused_at
            self._paused_at = 0.0

    def add(self, event: Event, now: float) -> None:
        """Follow an event."""
        match event:
            case FitStarted() if self._started is None:
                self._started, self._setup_s = event, now - self._began
            case StepEnd():
                self._step = event
            case FitEnded():
                self._ended, self._total_s = event, now - self._began - self._paused_s

    @property
    def is_resumed(self) -> bool:
        """Whether the training had made steps before."""
        return self._started is not None and self._started.step > 0

    def text(self) -> CostText:
        """Return what the training will have cost, or has cost once it has finished."""
        cost, started, step = self.plan.cost, self._started, self._step
        if self._is_complete():
            return ended_text(cost, self._total_s)
        if started is None or step is None or self.is_resumed:
            return cost_text(cost, is_measuring=False)
        if step.step < _MIN_STEPS or step.seconds < _MIN_S:
            return cost_text(cost, is_measuring=False)
        return running_text(cost, cost.corrected(step.step, started.total_steps, step.seconds))

    def measured(self) -> MeasuredRun | None:
        """Return what the training took; None unless all of it was followed to its end."""
        ended, started = self._ended, self._started
        if ended is None or started is None or not self._is_complete():
            return None
        loading_s = min(self.plan.cost.loading_seconds, self._setup_s)  # only once in a process
        return MeasuredRun(
            self._total_s - loading_s,
            self._setup_s - loading_s,
            ended.seconds,
            started.total_steps,
            ended.epochs,
        )

    def _is_complete(self) -> bool:
        is_finished = self._ended is not None and self._ended.status == "finished"
        return is_finished and not self.is_resumed and not getattr(self._ended, "ended_by", "")
