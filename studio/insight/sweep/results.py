"""What the trainings of a sweep show: a table of combinations, with intervals over the seeds."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from studio.insight.intervals import wilson_interval
from studio.insight.sweep.plan import Trial, trials
from studio.insight.sweep.sweep_file import SkippedTrial, Sweep
from studio.insight.sweep.values import Values
from studio.runs import RunStatus, RunSummary

TrialState = Literal["waiting", "running", "finished", "failed", "stopped", "diverged"]

_STATES: Final[Mapping[RunStatus, TrialState]] = {
    RunStatus.RUNNING: "running",
    RunStatus.PAUSED: "running",
    RunStatus.FINISHED: "finished",
    RunStatus.FAILED: "failed",
    RunStatus.DIVERGED: "diverged",
    RunStatus.STOPPED: "stopped",
    RunStatus.INTERRUPTED: "stopped",
}


@dataclass(frozen=True)
class MeanInterval:
    """A mean with its 95 % interval `low`..`high`, and the values it is the mean of.

    With `is_of_samples` there is one value only, an accuracy on `samples` samples: the interval
    then is that of the choice of the samples, and not of the seeds. Otherwise `samples` is how many
    samples each of the values was measured on, 0 if that is not known.
    """

    mean: float
    low: float
    high: float
    values: tuple[float, ...]
    is_of_samples: bool = False
    samples: int = 0

    @property
    def has_spread(self) -> bool:
        """Whether the interval has a width: equal values of a few seeds tell nothing about it."""
        return self.is_of_samples or min(self.values) < max(self.values)


@dataclass(frozen=True)
class TrialResult:
    """One training of a sweep. `run` is the key of its run, "" while there is none.

    `val_accuracy` is the fraction at the selected epoch, on `val_images` samples. `reason` says why
    it failed, diverged or is not trained.
    """

    trial: Trial
    state: TrialState
    run: str = ""
    val_accuracy: float | None = None
    val_images: int = 0
    seconds: float = 0.0
    reason: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it is no longer to be trained; a stopped run can be resumed."""
        return self.state in ("finished", "failed", "diverged")


@dataclass(frozen=True)
class CombinationResult:
    """The trainings of one combination, one for each seed in their order.

    `val_accuracy` is the mean over those that finished, None without one. `difference` is this
    accuracy minus that of the best combination, paired by seed; None for the best one itself and
    where fewer than two seeds finished in both. `seconds` is the mean time of a finished training.
    """

    number: int
    values: Values
    trials: tuple[TrialResult, ...]
    val_accuracy: MeanInterval | None = None
    difference: MeanInterval | None = None
    seconds: float | None = None

    @property
    def finished(self) -> tuple[TrialResult, ...]:
        """The trainings that finished with an accuracy."""
        return tuple(t for t in self.trials if t.state == "finished" and t.val_accuracy is not None)

    @property
    def is_complete(self) -> bool:
        """Whether the training of every seed finished."""
        return len(self.finished) == len(self.trials)

    @property
    def state(self) -> TrialState:
        """The state to show for all of its trainings: the one that matters most."""
        states = {trial.state for trial in self.trials}
        order: tuple[TrialState, ...] = ("running", "failed", "diverged", "stopped", "waiting")
        return next((state for state in order if state in states), "finished")

    @property
    def reason(self) -> str:
        """Why the first training without a result has none, or empty."""
        return next((trial.reason for trial in self.trials if trial.reason), "")


@dataclass(frozen=True)
class SweepResults:
    """All combinations in their order. `best` is the number of the best one, None without one.

    It has the highest mean validation accuracy of those that are complete.
    """

    sweep: str
    combinations: tuple[CombinationResult, ...]
    best: int | None = None

    @property
    def trials(self) -> tuple[TrialResult, ...]:
        """All trainings in their order."""
        return tuple(trial for one in self.combinations for trial in one.trials)

    @property
    def best_combination(self) -> CombinationResult | None:
        """The best combination."""
        return None if self.best is None else self.combinations[self.best]

    def count(self, *states: TrialState) -> int:
        """The number of trainings in one of these states."""
        return sum(trial.state in states for trial in self.trials)

    @property
    def is_over(self) -> bool:
        """Whether no training is left to be trained or resumed."""
        return all(trial.is_done for trial in self.trials)


def read_results(sweep: Sweep, summaries: Iterable[RunSummary]) -> SweepResults:
    """The results of a sweep from the summaries of all runs; nothing is read.

    Of several runs of a trial the newest finished one counts, without one the newest. The first
    intervals over seeds import scipy, which takes too long for the thread of a window.
    """
    chosen = _choose_runs(sweep, summaries)
    skipped = {trial.number: trial for trial in sweep.skipped}
    rows: dict[int, list[TrialResult]] = {}
    for trial in trials(sweep.plan):
        result = _trial_result(trial, chosen.get(trial.number), skipped.get(trial.number))
        rows.setdefault(trial.combination, []).append(result)
    combined = [_combine(number, tuple(row)) for number, row in rows.items()]
    best = _find_best(combined)
    if best is not None:
        combined = [_compare(one, combined[best]) for one in combined]
    return SweepResults(sweep.id, tuple(combined), best)


def _choose_runs(sweep: Sweep, summaries: Iterable[RunSummary]) -> dict[int, RunSummary]:
    prefix = f"{sweep.id}/"
    chosen: dict[int, RunSummary] = {}
    for summary in summaries:
        number = summary.sweep.removeprefix(prefix)
        if number == summary.sweep or not number.isdecimal():
            continue
        known = chosen.get(int(number))
        if known is None or _rank(summary) > _rank(known):
            chosen[int(number)] = summary
    return chosen


def _rank(summary: RunSummary) -> tuple[bool, float, str]:
    started = summary.started.timestamp() if summary.started else 0.0
    return summary.status is RunStatus.FINISHED, started, summary.id


def _trial_result(
    trial: Trial, run: RunSummary | None, skipped: SkippedTrial | None
) -> TrialResult:
    if run is None:
        if skipped is None:
            return TrialResult(trial, "waiting")
        return TrialResult(trial, skipped.state, reason=skipped.reason)
    state = _STATES[run.status]
    return TrialResult(
        trial,
        state,
        run.key,
        run.val_accuracy,
        run.val_images,
        run.seconds,
        run.reason if state != "finished" else "",
    )


def _combine(number: int, row: tuple[TrialResult, ...]) -> CombinationResult:
    result = CombinationResult(number, row[0].trial.values, row)
    done = result.finished
    if not done:
        return result
    values = [trial.val_accuracy for trial in done if trial.val_accuracy is not None]
    seconds = sum(trial.seconds for trial in done) / len(done)
    accuracy = accuracy_interval(values, done[0].val_images)
    return replace(result, val_accuracy=accuracy, seconds=seconds)


def _find_best(combined: Sequence[CombinationResult]) -> int | None:
    """The highest mean among complete combinations; of equal ones the fastest, then the first."""
    complete = [one for one in combined if one.is_complete and one.val_accuracy]
    if not complete:
        return None
    return max(complete, key=_score).number


def _score(one: CombinationResult) -> tuple[float, float, int]:
    mean = one.val_accuracy.mean if one.val_accuracy else -math.inf
    return round(mean, 12), -(one.seconds or 0.0), -one.number


def _compare(one: CombinationResult, best: CombinationResult) -> CombinationResult:
    """Add the difference from the best combination, over the seeds that finished in both."""
    if one.number == best.number:
        return one
    of_best = {trial.trial.seed: trial.val_accuracy for trial in best.finished}
    differences = [
        trial.val_accuracy - reference
        for trial in one.finished
        if trial.val_accuracy is not None
        and (reference := of_best.get(trial.trial.seed)) is not None
    ]
    if len(differences) < 2:
        return one
    return replace(one, difference=student_interval(differences))


def accuracy_interval(accuracies: Sequence[float], samples: int) -> MeanInterval:
    """The mean of accuracies, one for each seed, with its 95 % interval within 0..1.

    For two or more it is the interval of Student's t over the seeds, else the Wilson interval of
    the only accuracy on `samples` samples (0..1 where their number is not known).
    """
    if len(accuracies) > 1:
        of_seeds = student_interval(accuracies)
        low, high = max(of_seeds.low, 0.0), min(of_seeds.high, 1.0)
        return replace(of_seeds, low=low, high=high, samples=samples)
    (value,) = accuracies
    low, high = wilson_interval(round(value * samples), samples)
    return MeanInterval(value, low, high, (value,), is_of_samples=True, samples=samples)


def student_interval(values: Sequence[float]) -> MeanInterval:
    """The mean of two or more values with the 95 % interval of Student's t.

    mean ± t(0.975, n - 1) · s / √n, with the standard deviation s of n - 1 degrees of freedom
    (Student, The Probable Error of a Mean, Biometrika 6, 1908). It assumes that the values are
    independent and about normally distributed.
    """
    from scipy.special import stdtrit  # the quantile that scipy.stats.t has, without its imports

    number = len(values)
    mean = math.fsum(values) / number
    variance = math.fsum((value - mean) ** 2 for value in values) / (number - 1)
    margin = float(stdtrit(number - 1, 0.975)) * math.sqrt(variance / number)
    return MeanInterval(mean, mean - margin, mean + margin, tuple(values))
