"""Sweeps and their results without any training."""

from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace

from studio.config import TrainConfig
from studio.insight.sweep.plan import Axis, SweepPlan, trials
from studio.insight.sweep.results import read_results
from studio.insight.sweep.sweep_file import new_sweep
from studio.runs import RunStatus
from studio.ui.train.sweep.sweep_state import make_state

RATES = Axis("optim.lr", (0.001, 0.01, 0.1))
OPTIMIZERS = Axis("optim.optimizer", ("sgd", "adam"))
DROPOUT = Axis("model.dropout", (0.0, 0.5))
BASE = TrainConfig(recipe="digits-quickstart")


def plan_of(*axes, seeds=(0, 1), **values):
    """A plan over a recipe of digits."""
    return SweepPlan(BASE, axes, seeds=seeds, title="Digits quickstart", **values)


def summary_of(sweep, trial, accuracy=0.9, status=RunStatus.FINISHED, reason=""):
    """What a list of runs shows of the run of a trial."""
    return SimpleNamespace(
        key=f"run-{trial.number}",
        id=f"run-{trial.number}",
        sweep=sweep.trial_key(trial.number),
        status=status,
        started=datetime(2026, 1, 1),
        val_accuracy=accuracy,
        val_images=200,
        seconds=10.0,
        reason=reason,
    )


def state_of(plan, runs, queued=(), tests=()):
    """The state of a sweep; `runs` maps numbers of trials to (accuracy, status)."""
    sweep = replace(new_sweep(plan), tests=tests)
    summaries = [
        summary_of(sweep, trial, *runs[trial.number])
        for trial in trials(plan)
        if trial.number in runs
    ]
    keys = frozenset(sweep.trial_key(number) for number in queued)
    return make_state(sweep, read_results(sweep, summaries), keys)


def finished(accuracies):
    """Trials that finished, with these accuracies in the order of the trials."""
    return {n: (accuracy, RunStatus.FINISHED) for n, accuracy in enumerate(accuracies)}
