"""Trains `tiny-vgg-fashion` completely, beside the plain loop in the same process."""

import time
from dataclasses import dataclass

from studio.bench.baselines import plain_loop, plain_training
from studio.bench.gpu.context import Task
from studio.bench.gpu.data import Experiment, find_experiment
from studio.bench.gpu.experiment import Training, train
from studio.bench.gpu.reporter import Reporter

_GOAL_RATIO, _GOAL_S = 20.0, 6.0
_WARM_STEPS = 20


@dataclass(frozen=True)
class PlainRun:
    """What of the plain loop ran: `projected_s` are the seconds of all epochs, if not all did."""

    epochs: int
    images: int
    seconds: float
    projected_s: float
    val_accuracy: float | None

    @property
    def words(self) -> str:
        """How much of it was measured."""
        measured = f"{self.epochs} epochs" if self.epochs else f"{self.images:,} images"
        return f"projected from {measured} in {self.seconds:.1f} s"


def measure(task: Task, report: Reporter) -> None:
    """Twice our own training, the first with all that is done once, then the plain loop."""
    few = {"optim.epochs": 2, "optim.batch_size": 16} if task.rehearsal else {}
    experiment = find_experiment("tiny-vgg-fashion", task, few)
    report.values(images=experiment.images, epochs=experiment.config.optim.epochs)
    first = _train_ours(experiment, task, report, "first")
    again = _train_ours(experiment, task, report, "again")
    rival = run_plain(experiment, task)
    report.values(plain=rival.__dict__)
    _compare(report, experiment, (first, again), rival)


def _train_ours(experiment: Experiment, task: Task, report: Reporter, name: str) -> Training:
    training = train(experiment, task)
    ended = training.ended
    report.values(
        **{
            name: {
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
        }
    )
    return training


def run_plain(experiment: Experiment, task: Task) -> PlainRun:
    """Epochs with their validation until all are done or the task's time is over."""
    loop, config = plain_training.build(experiment.workload), experiment.config
    for _ in zip(range(_WARM_STEPS), loop.epoch(), strict=False):
        pass
    began, done, images, accuracy = time.perf_counter(), 0, 0, None
    while done < config.optim.epochs and not task.should_stop():
        for count in loop.epoch():
            images += count
            if task.should_stop() and done == 0 and images > _WARM_STEPS * count:
                break
        else:
            accuracy = plain_loop.validate(loop.network, loop.val, loop.device)
            done += 1
    seconds = time.perf_counter() - began
    size = len(loop.train.dataset)  # type: ignore[arg-type]
    wanted = config.optim.epochs * size
    complete = done == config.optim.epochs
    projected = seconds * wanted / max(images, 1)
    return PlainRun(done, images, seconds, projected, accuracy if complete else None)


def _compare(
    report: Reporter, experiment: Experiment, ours: tuple[Training, Training], rival: PlainRun
) -> None:
    first, again = ours
    epochs = experiment.config.optim.epochs
    finished = first.ended.status == "finished"
    accuracy = first.ended.test_accuracy
    words = f"{first.seconds:.2f} s, again {again.seconds:.2f} s"
    report.figure(f"{epochs} epochs", words if finished else f"not finished, {words}",
                  f"≤ {_GOAL_S:.0f} s", finished and first.seconds <= _GOAL_S)  # fmt: skip
    if not finished:
        return
    ratio = rival.projected_s / first.seconds
    complete = rival.epochs == epochs
    how = f"{rival.val_accuracy:.4f} validation" if rival.val_accuracy else rival.words
    report.figure("the plain loop", f"{rival.projected_s:.1f} s ({how})")
    report.figure("times as fast", f"{ratio:.1f}", f"≥ {_GOAL_RATIO:.0f}", ratio >= _GOAL_RATIO)
    report.values(ratio=ratio, ratio_again=rival.projected_s / again.seconds, complete=complete)
    report.figure("test accuracy", f"{accuracy:.4f}" if accuracy is not None else "none")
    report.figure("images a second in steps", f"{again.ended.images_per_second:,.0f}")
