"""Trains the trials of a sweep one after the other, for the command line and tests."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.config import TrainConfig
from studio.errors import RunLockedError, Stopped, StudioError
from studio.insight.sweep.plan import Trial, trial_config, trials
from studio.insight.sweep.results import SweepResults, TrialResult, read_results
from studio.insight.sweep.sweep_file import (
    SkippedTrial,
    Sweep,
    load_sweep,
    save_sweep,
    skip_trial,
    without_skipped,
)
from studio.insight.sweep.values import describe_values
from studio.runs import Run, RunStore

# Trains a run with its configuration. It raises StudioError when the training fails, and returns
# early when it is stopped; the status of the run says how it ended.
TrainOne = Callable[[TrainConfig, Run], object]

_ENDED: Final = ("finished", "diverged")


def run_sweep(
    sweep: Sweep,
    store: RunStore,
    train_one: TrainOne,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> SweepResults:
    """Train what is left of a sweep, and return its results.

    Finished and diverged trials are not trained again, a run that ended early is resumed, and one
    that failed is tried again. A trial that fails now does not keep the next ones from training;
    its reason is in its run, or with the sweep where it has none. `on_progress` is called before
    each trial. Raises RunLockedError while another process trains a trial, and Stopped when it is
    stopped; the sweep can then be run again.
    """
    results = read_results(sweep, store.list())
    for result in results.trials:
        if result.state in _ENDED:
            continue
        if should_stop():
            raise Stopped
        number = result.trial.number
        on_progress(number / len(results.trials), trial_title(sweep, result.trial))
        _train(sweep, result, store, train_one)
        if should_stop() and not _has_ended(sweep, number, store):
            raise Stopped
    return read_results(load_sweep(store.runs_dir, sweep.id), store.list())


def trial_title(sweep: Sweep, trial: Trial) -> str:
    """The title of a trial: "3 of 27: Learning rate 0.01 · seed 2"."""
    total = len(trials(sweep.plan))
    values = describe_values(trial.values)
    seed = f"seed {trial.seed}"
    return f"{trial.number + 1} of {total}: {f'{values} · {seed}' if values else seed}"


def _train(sweep: Sweep, result: TrialResult, store: RunStore, train_one: TrainOne) -> None:
    """Train one trial, and record why it failed where no run records it."""
    trial, run = result.trial, None
    try:
        run, config = _open_run(sweep, result, store)
        train_one(config, run)
    except RunLockedError:
        raise
    except StudioError as error:
        if run is None:
            _record_failure(sweep, trial.number, str(error), store)
    else:
        _forget_failure(sweep, trial.number, store)


def _open_run(sweep: Sweep, result: TrialResult, store: RunStore) -> tuple[Run, TrainConfig]:
    """The run to go on with, else a new one. Raises StudioError."""
    if result.run:
        run = store.run(result.run)
        with suppress(StudioError):  # one without a readable configuration is trained again
            return run, run.config
    config = trial_config(sweep.plan, result.trial)
    return store.create(config, sweep=sweep.trial_key(result.trial.number)), config


def _record_failure(sweep: Sweep, number: int, reason: str, store: RunStore) -> None:
    newest = load_sweep(store.runs_dir, sweep.id)
    save_sweep(store.runs_dir, skip_trial(newest, SkippedTrial(number, "failed", reason)))


def _forget_failure(sweep: Sweep, number: int, store: RunStore) -> None:
    newest = load_sweep(store.runs_dir, sweep.id)
    if any(skipped.number == number for skipped in newest.skipped):
        save_sweep(store.runs_dir, without_skipped(newest, number))


def _has_ended(sweep: Sweep, number: int, store: RunStore) -> bool:
    results = read_results(sweep, store.list())
    return results.trials[number].is_done
