"""The honest number of a sweep: the test accuracy of one combination, and what it can tell.

The combination is chosen by validation accuracy. Only then is the test split opened, once for each
of its runs.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.errors import RunError, Stopped
from studio.formatting import count, percent
from studio.insight.intervals import wilson_interval
from studio.insight.sweep.results import (
    CombinationResult,
    MeanInterval,
    SweepResults,
    accuracy_interval,
    read_results,
)
from studio.insight.sweep.sweep_file import (
    RunTest,
    Sweep,
    TestResult,
    add_test,
    load_sweep,
    save_sweep,
)
from studio.insight.sweep.values import Values
from studio.runs import RunStore
from studio.runs.test_openings import count_test_openings, record_test_opening
from studio.training.epoch_selection import SELECT_TEXT

OPENED_BY = "sweep"


@dataclass(frozen=True)
class HonestNumber:
    """The test accuracy of one combination, with everything that limits it.

    `test_accuracy` is the mean over `seeds` with its interval. `sample_interval` is the 95 % Wilson
    interval of that mean on the `samples` of the test split; these are the same for all seeds, so
    that more seeds do not narrow it. `chosen_among` is the number of combinations with results,
    `is_best` whether this is the one with the highest validation accuracy. The test split was
    opened for `opened_combinations` of them, and at most `openings` times for one of these runs.
    `select` is the criterion of the epoch. `text` says all this, in one or two sentences a line.
    """

    combination: int
    values: Values
    test_accuracy: MeanInterval
    sample_interval: tuple[float, float]
    samples: int
    seeds: tuple[int, ...]
    chosen_among: int
    is_best: bool
    opened_combinations: int
    openings: int
    select: str
    text: tuple[str, ...]


def open_test_split(
    sweep: Sweep,
    combination: int,
    store: RunStore,
    data_dir: Path,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> TestResult:
    """Evaluate the runs of one combination on the test split, and save the result with the sweep.

    Each is evaluated as `studio.insight.evaluate` does: the weights of its selected epoch, in
    float32. Nothing is kept when it is stopped. Raises RunError for a combination that is not
    complete, StudioError, and Stopped.
    """
    results = read_results(sweep, store.list())
    chosen = _complete(results, combination)
    tested: list[RunTest] = []
    for number, trial in enumerate(chosen.trials):
        if should_stop():
            raise Stopped

        def report(fraction: float, message: str, number: int = number) -> None:
            on_progress((number + fraction) / len(chosen.trials), message)

        tested.append(_test(trial.run, trial.trial.seed, store, data_dir, report, should_stop))
    for test in tested:  # they are shown together, or not at all
        record_test_opening(store.run(test.run).path, OPENED_BY)
    opened = TestResult(
        combination, datetime.now(), tuple(_with_openings(t, store) for t in tested)
    )
    newest = load_sweep(store.runs_dir, sweep.id)  # another window may have changed it meanwhile
    save_sweep(store.runs_dir, add_test(newest, opened))
    return opened


def _complete(results: SweepResults, combination: int) -> CombinationResult:
    if not 0 <= combination < len(results.combinations):
        raise RunError(f"The sweep has no combination {combination + 1}.", "Choose another one.")
    chosen = results.combinations[combination]
    if not chosen.is_complete:
        missing = count(len(chosen.trials) - len(chosen.finished), "training")
        raise RunError(
            f"{missing} of this combination did not finish.",
            "Train them first: a result of only some seeds would be chosen by chance.",
        )
    return chosen


def _test(
    key: str,
    seed: int,
    store: RunStore,
    data_dir: Path,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> RunTest:
    from studio.insight.evaluation import evaluate  # imports torch, which takes seconds

    evaluation = evaluate(store.run(key).path, "test", data_dir, on_progress, should_stop)
    counted = evaluation.counted
    correct = int(evaluation.correct[counted].sum())
    return RunTest(key, seed, correct, int(counted.sum()))


def _with_openings(test: RunTest, store: RunStore) -> RunTest:
    openings = max(count_test_openings(store.run(test.run)), 1)
    return RunTest(test.run, test.seed, test.correct, test.total, openings)


def honest_number(
    sweep: Sweep, results: SweepResults, combination: int | None = None
) -> HonestNumber | None:
    """The honest number of a combination, by default the best one; None before it was tested."""
    number = results.best if combination is None else combination
    test = None if number is None else sweep.test_of(number)
    if number is None or test is None or not test.runs or number >= len(results.combinations):
        return None
    values, samples = results.combinations[number].values, test.runs[0].total
    accuracy = accuracy_interval([run.accuracy for run in test.runs], samples)
    known = HonestNumber(
        number,
        values,
        accuracy,
        wilson_interval(round(accuracy.mean * samples), samples),
        samples,
        tuple(run.seed for run in test.runs),
        sum(one.is_complete for one in results.combinations),
        number == results.best,
        len(sweep.tests),
        max(run.openings for run in test.runs),
        str(values.get("optim.select", sweep.plan.base.optim.select)),
        (),
    )
    return replace(known, text=_describe(known))


def _describe(known: HonestNumber) -> tuple[str, ...]:
    return (
        _accuracy_text(known),
        _choice_text(known),
        _epoch_text(known.select),
        _openings_text(known),
        _coverage_text(known),
    )


def _accuracy_text(known: HonestNumber) -> str:
    accuracy, samples = known.test_accuracy, count(known.samples, "test sample")
    of_seeds = "one seed" if accuracy.is_of_samples else f"mean of {len(known.seeds)} seeds"
    shown = _percent_range(accuracy.low, accuracy.high)
    interval = f"95 % interval {shown}, " if accuracy.has_spread else ""
    return f"Test accuracy {percent(accuracy.mean, 2)}: {of_seeds}, {interval}{samples}."


def _choice_text(known: HonestNumber) -> str:
    if not known.is_best:
        return "This is not the combination with the highest validation accuracy."
    if known.chosen_among == 1:
        return "Nothing was chosen by its result: there is one combination."
    return f"Chosen among {known.chosen_among} combinations by validation accuracy."


def _epoch_text(select: str) -> str:
    if select == "last":
        return "The epoch was not chosen: it is the last one."
    return f"Epoch chosen by: {SELECT_TEXT.get(select, select)}."


def _openings_text(known: HonestNumber) -> str:
    of_run = "this run" if len(known.seeds) == 1 else "each of these runs"
    text = f"The test split was opened once for {of_run}."
    if known.openings > 1:
        of_run = "this run" if len(known.seeds) == 1 else "one of these runs"
        text = (
            f"The test split was opened {known.openings} times for {of_run}: choices made by "
            "earlier results would make this number too optimistic."
        )
    if known.opened_combinations < 2:
        return text
    return (
        f"{text} It was opened for {known.opened_combinations} combinations of this sweep: do not "
        "choose between them by their test accuracy."
    )


def _coverage_text(known: HonestNumber) -> str:
    if known.test_accuracy.is_of_samples:
        return (
            "The interval is that of the choice of the test samples (Wilson). It does not cover "
            "the seed: train with more seeds to see how much the result varies."
        )
    if not known.test_accuracy.has_spread:
        return (
            "All seeds gave the same accuracy, which says little about how much it varies. For the "
            f"choice of the test samples the interval is {_percent_range(*known.sample_interval)} "
            "(Wilson)."
        )
    return (
        "The interval covers the seeds (initial weights, order of the samples, augmentation), "
        "not the choice of the test samples, which are the same for all seeds. For that choice it "
        f"is {_percent_range(*known.sample_interval)} (Wilson)."
    )


def _percent_range(low: float, high: float) -> str:
    return f"{percent(low, 2)} to {percent(high, 2)}"
