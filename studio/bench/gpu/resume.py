"""A training that is stopped and resumed, beside one that is not."""

from safetensors.torch import load_file

from studio.bench.gpu.context import Task
from studio.bench.gpu.data import find_experiment
from studio.bench.gpu.experiment import Training, train
from studio.bench.gpu.reporter import Reporter
from studio.bench.gpu.synthetic_training import relative
from studio.runs import Run
from studio.training.events import Event, FitStarted

_MOST, _TIMES_NOISE = 1e-2, 5.0


def measure(task: Task, report: Reporter) -> None:
    """Two uninterrupted trainings say how exactly the device repeats itself at all."""
    epochs = 2 if task.rehearsal else 6
    experiment = find_experiment(
        "digits-quickstart", task, {"optim.epochs": epochs, "engine.log_every": 5}
    )
    whole, again = (train(experiment, task) for _ in range(2))
    steps = whole.started.total_steps
    stop = StopAfter(steps // 2 + 1)
    stopped = train(experiment, task, on_event=stop.note, should_stop=stop)
    resumed = train(experiment, task, run=stopped.run)
    noise, difference = _difference(again, whole), _difference(resumed, whole)
    report.values(
        weights_difference=difference,
        weights_difference_of_a_repetition=noise,
        stopped_at=resumed.started.step,
        steps=steps,
        val_losses={
            "whole": [epoch.val_loss for epoch in whole.epochs],
            "again": [epoch.val_loss for epoch in again.epochs],
            "stopped": [epoch.val_loss for epoch in stopped.epochs],
            "resumed": [epoch.val_loss for epoch in resumed.epochs],
        },
        test_accuracy=[one.ended.test_accuracy for one in (whole, again, resumed)],
    )
    exact = "bit for bit" if difference == 0 else f"weights differ by {difference:.1e}"
    repeats = "bit for bit" if noise == 0 else f"{noise:.1e}"
    went_on = resumed.ended.status == "finished" and resumed.started.step == steps // 2 + 1
    report.check(
        f"stopped at step {resumed.started.step} of {steps}",
        f"{exact} (a repetition: {repeats})",
        f"≤ {_MOST:.0e} or {_TIMES_NOISE:.0f} × a repetition",
        went_on and difference <= max(_MOST, _TIMES_NOISE * noise),
    )


class StopAfter:
    """A `should_stop` that says yes before a step, counted from 0."""

    def __init__(self, steps: int) -> None:
        self._steps, self._started = steps, False

    def note(self, event: Event) -> None:
        """Only from the first step on it is asked once a step."""
        self._started = self._started or isinstance(event, FitStarted)

    def __call__(self) -> bool:
        self._steps -= self._started
        return self._steps < 0


def _difference(one: Training, other: Training) -> float:
    """Of the last weights, relative."""
    ours, theirs = (load_file(run_weights(training.run)) for training in (one, other))
    return relative(list(ours.values()), [theirs[name] for name in ours])


def run_weights(run: Run) -> str:
    """The file of a run's last weights."""
    return str(run.last_weights)
