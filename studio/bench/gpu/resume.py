"""A training that is stopped and resumed, against one that is not."""

from studio.bench.gpu.comparison import weights_difference
from studio.bench.gpu.context import Reporter, RunContext
from studio.bench.gpu.experiment import find_experiment, train
from studio.training.events import Event, FitStarted

MAX_DIFFERENCE, _NOISE_FACTOR = 1e-2, 5.0


def measure(context: RunContext, reporter: Reporter) -> None:
    """Compare weights; two uninterrupted trainings show how exactly the device repeats itself."""
    epochs = 2 if context.rehearsal else 6
    settings = {"optim.epochs": epochs, "engine.log_every": 5}
    experiment = find_experiment("digits-quickstart", context, settings)
    whole, again = (train(experiment, context) for _ in range(2))
    total_steps = whole.started.total_steps
    stop_at = total_steps // 2 + 1
    stop = StopAfter(stop_at)
    stopped = train(experiment, context, on_event=stop.on_event, should_stop=stop)
    resumed = train(experiment, context, run=stopped.run)
    noise = weights_difference(again.run, whole.run)
    difference = weights_difference(resumed.run, whole.run)
    trainings = {"whole": whole, "again": again, "stopped": stopped, "resumed": resumed}
    reporter.record(
        weights_difference=difference,
        weights_difference_of_a_repetition=noise,
        stopped_at=resumed.started.step,
        steps=total_steps,
        val_losses={
            name: [epoch.val_loss for epoch in training.epochs]
            for name, training in trainings.items()
        },
        test_accuracy=[training.ended.test_accuracy for training in (whole, again, resumed)],
    )
    resumed_well = resumed.ended.status == "finished" and resumed.started.step == stop_at
    repeated = "bit for bit" if noise == 0 else f"{noise:.1e}"
    text = "bit for bit" if difference == 0 else f"weights differ by {difference:.1e}"
    reporter.add_check(
        f"stopped at step {resumed.started.step} of {total_steps}",
        f"{text} (a repetition: {repeated})",
        f"≤ {MAX_DIFFERENCE:.0e} or {_NOISE_FACTOR:.0f} × a repetition",
        resumed_well and difference <= max(MAX_DIFFERENCE, _NOISE_FACTOR * noise),
    )


class StopAfter:
    """A `ShouldStop` that stops a training after a number of steps."""

    def __init__(self, steps: int) -> None:
        self._steps, self._started = steps, False

    def on_event(self, event: Event) -> None:
        """Start counting with the first step: only then each call stands for a step."""
        self._started = self._started or isinstance(event, FitStarted)

    def __call__(self) -> bool:
        self._steps -= self._started
        return self._steps < 0
