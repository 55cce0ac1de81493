"""The table of a sweep as plain rows: one for each combination. No Qt here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan

from studio.formatting import UNKNOWN, count, duration, percent
from studio.insight.sweep.axes import find_setting
from studio.insight.sweep.plan import SweepPlan
from studio.insight.sweep.results import (
    CombinationResult,
    MeanInterval,
    SweepResults,
    TrialResult,
)
from studio.insight.sweep.values import Value, describe_values

SAME_SETTINGS = "As in the form"
# From the state of a trial to its text and its tone; the first one that occurs describes the row.
_STATES = {
    "running": ("Training", "accent"),
    "failed": ("failed", "bad"),
    "diverged": ("diverged", "bad"),
    "stopped": ("stopped", "warn"),
    "waiting": ("Waiting", "muted"),
}


@dataclass(frozen=True)
class SeedRow:
    """The training of one seed: its state, its accuracy (None without one) and both as text."""

    seed: int
    state: str
    accuracy: float | None
    run: str
    text: str


@dataclass(frozen=True)
class SweepRow:
    """A combination: accuracies as fractions, NaN without any; `seconds` of one training.

    `versus_best` compares it with the best combination, seed by seed.
    """

    combination: int
    values: Mapping[str, Value]
    seeds: tuple[SeedRow, ...]
    mean: float = nan
    low: float = nan
    high: float = nan
    seconds: float | None = None
    state: str = ""
    tone: str = ""
    versus_best: str = ""
    is_best: bool = False

    @property
    def has_accuracy(self) -> bool:
        """Whether a training of it has finished with an accuracy."""
        return isfinite(self.mean)

    @property
    def seed_values(self) -> tuple[float, ...]:
        """The accuracies of the single seeds."""
        return tuple(seed.accuracy for seed in self.seeds if seed.accuracy is not None)

    @property
    def runs(self) -> tuple[str, ...]:
        """The keys of its runs."""
        return tuple(seed.run for seed in self.seeds if seed.run)

    @property
    def title(self) -> str:
        """Its values as text: "Learning rate 0.01 · Dropout 20 %"."""
        return describe_values(self.values) or SAME_SETTINGS

    @property
    def accuracy_text(self) -> str:
        """Its accuracy and interval: "97.2 % (96.1 % to 98.3 %)"."""
        if not self.has_accuracy:
            return self.state
        text = percent(self.mean)
        if not isfinite(self.low):
            return text
        return f"{text} ({percent(self.low)} to {percent(self.high)})"

    @property
    def spoken(self) -> str:
        """The row in one line, for the plot."""
        seeds = f", {count(len(self.seed_values), 'seed')}" if self.has_accuracy else ""
        return f"{self.title}: {self.accuracy_text}{seeds}"

    @property
    def tooltip(self) -> str:
        """The row with each of its seeds."""
        lines = [self.title, *(seed.text for seed in self.seeds), self.versus_best]
        return "\n".join(line for line in lines if line)


@dataclass(frozen=True)
class SweepColumn:
    """A column of the table."""

    name: str
    title: str
    tooltip: str
    is_text: bool = False

    def text(self, row: SweepRow) -> str:
        """Return the text of a row in this column."""
        return _TEXTS[self.name](row) if self.name in _TEXTS else self._value_text(row)

    def sort_value(self, row: SweepRow) -> Value:
        """Return what the rows are sorted by; unknown numbers are below all others."""
        if self.name in _SORT_VALUES:
            return _SORT_VALUES[self.name](row)
        value = row.values.get(self.name, "")
        return str(value) if isinstance(value, bool) else value

    def _value_text(self, row: SweepRow) -> str:
        if self.name not in row.values:
            return SAME_SETTINGS
        return find_setting(self.name).format(row.values[self.name])


def _interval_text(row: SweepRow) -> str:
    return f"{percent(row.low)} to {percent(row.high)}" if isfinite(row.low) else UNKNOWN


def _or_below(value: float | None) -> float:
    return value if value is not None and isfinite(value) else -1.0


_TEXTS: dict[str, Callable[[SweepRow], str]] = {
    "accuracy": lambda row: percent(row.mean),
    "interval": _interval_text,
    "seeds": lambda row: f"{len(row.seed_values)}/{len(row.seeds)}",
    "time": lambda row: duration(row.seconds),
    "state": lambda row: row.state,
}
_SORT_VALUES: dict[str, Callable[[SweepRow], Value]] = {
    "accuracy": lambda row: _or_below(row.mean),
    "interval": lambda row: _or_below(row.low),
    "seeds": lambda row: len(row.seed_values),
    "time": lambda row: _or_below(row.seconds),
    "state": lambda row: row.state,
}


def columns_of(plan: SweepPlan) -> tuple[SweepColumn, ...]:
    """Return the columns of a sweep: its settings, and the results."""
    settings = [find_setting(axis.setting) for axis in plan.axes]
    varied = [
        SweepColumn(known.name, known.label, known.help, is_text=bool(known.choices))
        for known in settings
    ] or [SweepColumn("settings", "Settings", "All trainings have the same settings.", True)]
    seeds = len(plan.seeds)
    mean = "Mean validation accuracy of the seeds" if seeds > 1 else "Validation accuracy"
    return (
        *varied,
        SweepColumn("accuracy", "Validation", f"{mean}, at the epoch that each run keeps."),
        SweepColumn(
            "interval",
            f"95 % ({'seeds' if seeds > 1 else 'samples'})",
            f"95 % interval. {interval_explanation(seeds)}",
            is_text=True,
        ),
        SweepColumn("seeds", "Seeds", "Trainings that have finished, of all seeds."),
        SweepColumn("time", "Time", "What one training took; the mean of the finished ones."),
        SweepColumn("state", "State", "Where the trainings of this row are.", is_text=True),
    )


def interval_explanation(seeds: int) -> str:
    """Return what the interval of so many seeds covers."""
    if seeds == 1:
        return (
            "How well the validation samples measure this one model (Wilson). With a single seed "
            "nothing is known about how another one would do."
        )
    return (
        "The mean over the randomness of a training: initial weights, order of the samples, "
        "augmentation (Student t). It does not cover the choice of the samples."
    )


def rows_of(results: SweepResults) -> tuple[SweepRow, ...]:
    """Return a row for each combination, in their order."""
    best = results.best if len(results.combinations) > 1 else None
    return tuple(_row(one, is_best=one.number == best) for one in results.combinations)


def _row(result: CombinationResult, is_best: bool) -> SweepRow:
    interval = result.val_accuracy
    state, tone = _state(result.trials)
    return SweepRow(
        combination=result.number,
        values=result.values,
        seeds=tuple(_seed_row(trial) for trial in result.trials),
        mean=interval.mean if interval else nan,
        low=interval.low if interval else nan,
        high=interval.high if interval else nan,
        seconds=result.seconds,
        state="Best" if is_best else state,
        tone="good" if is_best else tone,
        versus_best=_versus_best(result.difference),
        is_best=is_best,
    )


def _seed_row(trial: TrialResult) -> SeedRow:
    has_finished = trial.state == "finished"
    accuracy = trial.val_accuracy if has_finished else None
    parts = [f"Seed {trial.trial.seed}: {percent(accuracy) if has_finished else trial.state}"]
    if trial.reason:
        parts.append(trial.reason)
    return SeedRow(trial.trial.seed, trial.state, accuracy, trial.run, " · ".join(parts))


def _state(trials: Sequence[TrialResult]) -> tuple[str, str]:
    """Return the state of a row and its tone: "Training", "1 failed", "Waiting", "Done"."""
    states: list[str] = [trial.state for trial in trials]
    for state, (text, tone) in _STATES.items():
        if number := states.count(state):
            is_count = text[0].islower()
            return (f"{number} {text}" if is_count else text), tone
    return "Done", ""


def _versus_best(difference: MeanInterval | None) -> str:
    """Return how far a combination is below the best one: points of accuracy, paired by seed."""
    if difference is None:
        return ""
    low, high = 100 * difference.low, 100 * difference.high
    text = (
        f"{100 * difference.mean:+.1f} points against the best, 95 % interval {low:+.1f} to "
        f"{high:+.1f}, paired by seed."
    )
    if low <= 0 <= high:
        text += " Seeds alone could explain it."
    return text
