"""The results of a sweep as plain values for JSON, and as a CSV file with a row for each one."""

import csv
import dataclasses
import io
from pathlib import Path
from typing import Any

from studio.data.csv_cells import to_cell
from studio.errors import StudioError
from studio.files import write_text
from studio.insight.sweep.honest import HonestNumber
from studio.insight.sweep.results import CombinationResult, MeanInterval, SweepResults, TrialResult
from studio.insight.sweep.sweep_file import Sweep


def results_to_dict(
    sweep: Sweep, results: SweepResults, honest: HonestNumber | None
) -> dict[str, Any]:
    """Return the plan, the combinations with their trainings, the best one, and the honest number.

    `best` is the number of a combination or None. Accuracies are fractions, times seconds.
    """
    plan = sweep.plan
    return {
        "sweep": sweep.id,
        "title": sweep.title,
        "recipe": plan.base.recipe,
        "kind": plan.kind,
        "settings": [axis.setting for axis in plan.axes],
        "seeds": list(plan.seeds),
        "combinations": [_combination_to_dict(one) for one in results.combinations],
        "best": results.best,
        "honest": _honest_to_dict(honest),
    }


def _combination_to_dict(one: CombinationResult) -> dict[str, Any]:
    return {
        "number": one.number,
        "values": dict(one.values),
        "state": one.state,
        "reason": one.reason,
        "val_accuracy": _interval_to_dict(one.val_accuracy),
        "difference_from_best": _interval_to_dict(one.difference),
        "seconds": one.seconds,
        "trainings": [_trial_to_dict(trial) for trial in one.trials],
    }


def _trial_to_dict(result: TrialResult) -> dict[str, Any]:
    return {
        "trial": result.trial.number,
        "seed": result.trial.seed,
        "state": result.state,
        "run": result.run or None,
        "val_accuracy": result.val_accuracy,
        "seconds": result.seconds,
        "reason": result.reason,
    }


def _interval_to_dict(interval: MeanInterval | None) -> dict[str, Any] | None:
    return dataclasses.asdict(interval) if interval else None


def _honest_to_dict(honest: HonestNumber | None) -> dict[str, Any] | None:
    if honest is None:
        return None
    values = dataclasses.asdict(honest)
    return values | {"test_accuracy": _interval_to_dict(honest.test_accuracy)}


def write_sweep_csv(sweep: Sweep, results: SweepResults, path: Path) -> None:
    """Write a row for each combination, with the accuracy of each seed. Raises StudioError."""
    try:
        write_text(path, sweep_csv(sweep, results))
    except OSError as error:
        raise StudioError(
            f"“{path}” cannot be written: {error.strerror or error}.", "Choose another folder."
        ) from None


def sweep_csv(sweep: Sweep, results: SweepResults) -> str:
    """The results as CSV: a row for each combination; what is not known is empty.

    The interval is that of the seeds, of a single one that of the validation samples.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [axis.setting for axis in sweep.plan.axes]
    writer.writerow(
        [
            "combination",
            *names,
            *_MEASURED,
            *(f"val_accuracy_seed_{seed}" for seed in sweep.plan.seeds),
        ]
    )
    for one in results.combinations:
        measured = _measured(sweep, results, one)
        accuracies = [t.val_accuracy if t.state == "finished" else None for t in one.trials]
        row = [one.number + 1, *(one.values[name] for name in names), *measured, *accuracies]
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


_MEASURED = (
    "best",
    "finished",
    "seeds",
    "val_accuracy",
    "val_accuracy_low",
    "val_accuracy_high",
    "interval_of",
    "test_accuracy",
    "seconds",
    "state",
    "reason",
)


def _measured(sweep: Sweep, results: SweepResults, one: CombinationResult) -> list[object]:
    accuracy, test = one.val_accuracy, sweep.test_of(one.number)
    of = ("samples" if accuracy.is_of_samples else "seeds") if accuracy else None
    return [
        int(one.number == results.best),
        len(one.finished),
        len(one.trials),
        accuracy.mean if accuracy else None,
        accuracy.low if accuracy else None,
        accuracy.high if accuracy else None,
        of,
        sum(run.accuracy for run in test.runs) / len(test.runs) if test and test.runs else None,
        one.seconds,
        one.state,
        one.reason,
    ]


def _cell(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.10g}"
    return to_cell(value) if isinstance(value, str) else value
