"""The complete recipe `tiny-vgg-fashion`, against the plain loop in the same process."""

import time
from dataclasses import asdict, dataclass

from studio.bench.baselines.plain_training import create_plain_training
from studio.bench.gpu.context import Reporter, RunContext
from studio.bench.gpu.experiment import Experiment, TrainingRecord, find_experiment, train
from studio.callbacks import ShouldStop

_GOAL_RATIO, _GOAL_S = 20.0, 6.0
_MIN_STEPS = 20


@dataclass(frozen=True)
class PlainRun:
    """What the plain loop trained; `projected_s` is the time for all epochs if some are missing."""

    epochs: int
    images: int
    seconds: float
    projected_s: float
    val_accuracy: float | None

    @property
    def description(self) -> str:
        """What the projection is based on."""
        measured = f"{self.epochs} epochs" if self.epochs else f"{self.images:,} images"
        return f"projected from {measured} in {self.seconds:.1f} s"


def measure(context: RunContext, reporter: Reporter) -> None:
    """Train twice, the first time with one-time preparations, then run the plain loop."""
    settings = {"optim.epochs": 2, "optim.batch_size": 16} if context.rehearsal else {}
    experiment = find_experiment("tiny-vgg-fashion", context, settings)
    reporter.record(images=experiment.images, epochs=experiment.config.optim.epochs)
    first = _train(experiment, context, reporter, "first")
    again = _train(experiment, context, reporter, "again")
    baseline = run_plain_loop(experiment, context.should_stop)
    reporter.record(plain=asdict(baseline))
    _compare(reporter, experiment, first, again, baseline)


def _train(
    experiment: Experiment, context: RunContext, reporter: Reporter, name: str
) -> TrainingRecord:
    training = train(experiment, context)
    ended = training.ended
    values = {
        "status": ended.status,
        "seconds": training.seconds,
        "prepare_s": training.prepare_s,
        "steps_s": ended.seconds,
        "images_per_second": ended.images_per_second,
        "test_accuracy": ended.test_accuracy,
        "val_accuracy": ended.val_accuracy,
        "precision": ended.precision,
        "device": ended.device,
    }
    reporter.record(**{name: values})
    return training


def run_plain_loop(experiment: Experiment, should_stop: ShouldStop) -> PlainRun:
    """Train epochs with validation until all are done or the time is over."""
    plain, total_epochs = create_plain_training(experiment.workload), experiment.config.optim.epochs
    plain.warm_up()
    started, epochs, images, accuracy = time.perf_counter(), 0, 0, None
    while epochs < total_epochs and not should_stop():
        for count in plain.train_epoch():
            images += count
            if should_stop() and epochs == 0 and images > _MIN_STEPS * count:
                break
        else:
            accuracy = plain.validate()
            epochs += 1
    seconds = time.perf_counter() - started
    total_images = total_epochs * len(plain.train.dataset)  # type: ignore[arg-type]
    projected_s = seconds * total_images / max(images, 1)
    is_complete = epochs == total_epochs
    return PlainRun(epochs, images, seconds, projected_s, accuracy if is_complete else None)


def _compare(
    reporter: Reporter,
    experiment: Experiment,
    first: TrainingRecord,
    again: TrainingRecord,
    baseline: PlainRun,
) -> None:
    epochs = experiment.config.optim.epochs
    finished = first.ended.status == "finished"
    text = f"{first.seconds:.2f} s, again {again.seconds:.2f} s"
    reporter.add_figure(f"{epochs} epochs", text if finished else f"not finished, {text}",
                        f"≤ {_GOAL_S:.0f} s", finished and first.seconds <= _GOAL_S)  # fmt: skip
    if not finished:
        return
    ratio = baseline.projected_s / first.seconds
    accuracy = baseline.val_accuracy
    basis = f"validation accuracy {accuracy:.4f}" if accuracy else baseline.description
    reporter.add_figure("plain loop", f"{baseline.projected_s:.1f} s ({basis})")
    met = ratio >= _GOAL_RATIO
    reporter.add_figure("ratio to the plain loop", f"{ratio:.1f} ×", f"≥ {_GOAL_RATIO:.0f} ×", met)
    reporter.record(
        ratio=ratio,
        ratio_again=baseline.projected_s / again.seconds,
        complete=baseline.epochs == epochs,
    )
    accuracy = first.ended.test_accuracy
    reporter.add_figure("test accuracy", f"{accuracy:.4f}" if accuracy is not None else "none")
    reporter.add_figure("images per second in steps", f"{again.ended.images_per_second:,.0f}")
