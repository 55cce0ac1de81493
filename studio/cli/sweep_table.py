"""The results of a sweep as a table in the terminal."""

from studio.cli.output import out, print_table
from studio.config import setting
from studio.formatting import UNKNOWN, count, duration, percent
from studio.insight.sweep.honest import HonestNumber
from studio.insight.sweep.results import CombinationResult, MeanInterval, SweepResults
from studio.insight.sweep.sweep_file import Sweep
from studio.insight.sweep.values import format_value

_EQUAL = "all seeds equal"


def print_results(sweep: Sweep, results: SweepResults, honest: HonestNumber | None) -> None:
    """Print a row for each combination, what the intervals are, and the honest number."""
    labels = [setting(axis.setting).label for axis in sweep.plan.axes]
    measured = ["#validation", "#95 % interval", "#from best", "#seeds", "#time", "", ""]
    print_table(["#", *labels, *measured], [_row(one, results) for one in results.combinations])
    for line in _notes(results):
        out.print(line)
    if honest is not None:
        out.print("")
        for line in honest.text:
            out.print(line)


def _row(one: CombinationResult, results: SweepResults) -> tuple[object, ...]:
    accuracy = one.val_accuracy
    return (
        one.number + 1,
        *(format_value(name, value) for name, value in one.values.items()),
        percent(accuracy.mean, 2) if accuracy else UNKNOWN,
        _interval(accuracy),
        _difference(one.difference),
        f"{len(one.finished)}/{len(one.trials)}",
        duration(one.seconds),
        "best" if one.number == results.best else "" if one.state == "finished" else one.state,
        one.reason,
    )


def _interval(accuracy: MeanInterval | None) -> str:
    if accuracy is None:
        return UNKNOWN
    if not accuracy.has_spread:
        return _EQUAL
    return f"{100 * accuracy.low:.2f} to {100 * accuracy.high:.2f}"


def _difference(difference: MeanInterval | None) -> str:
    if difference is None:
        return ""
    if not difference.has_spread:
        return f"{100 * difference.mean:+.2f} ({_EQUAL})"
    low, high = 100 * difference.low, 100 * difference.high
    return f"{100 * difference.mean:+.2f} ({low:+.2f} to {high:+.2f})"


def _notes(results: SweepResults) -> list[str]:
    """What the columns are, in a sentence each."""
    known = [one.val_accuracy for one in results.combinations if one.val_accuracy]
    notes = []
    if any(not accuracy.is_of_samples for accuracy in known):
        notes.append("Intervals are over the seeds (Student's t).")
    samples = next((one.samples for one in known if one.is_of_samples), 0)
    if samples:
        of = count(samples, "validation sample")
        notes.append(
            f"The interval of a single seed is that of its {of} (Wilson), not of the seed."
        )
    if any(one.difference for one in results.combinations):
        notes.append(
            "“From best” is in percentage points, paired by seed; with many combinations the best "
            "one is partly luck."
        )
    return notes
