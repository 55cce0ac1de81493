"""Trains VGG-19 on CIFAR-10 by its recipe as far as the time allows."""

import time
from dataclasses import asdict

import torch

from studio.bench.gpu.context import Task
from studio.bench.gpu.data import Experiment, find_experiment
from studio.bench.gpu.experiment import Training, train
from studio.bench.gpu.reporter import Reporter
from studio.data import load_dataset
from studio.runs import Run
from studio.runs.checkpoints import load_model
from studio.training.events import EpochEnd, Event
from studio.training.input.batches import DeviceDataset
from studio.training.input.normalization import Normalizer
from studio.training.prediction import loss_and_accuracy, predict_logits

_GOAL = 0.9


def measure(task: Task, report: Reporter) -> None:
    """Accuracy after each epoch, speed, and how long the whole recipe would take."""
    few = {"optim.epochs": 1, "optim.batch_size": 8, "model.hidden": [16]} if task.rehearsal else {}
    if task.rehearsal:
        few |= {"data.subset": 40, "data.test_subset": 10}
    experiment = find_experiment("vgg19-cifar10", task, few)
    report.values(images=experiment.images, epochs_of_recipe=experiment.config.optim.epochs)
    training = train(experiment, task, on_event=_Curve(report))
    _conclude(experiment, task, report, training)


class _Curve:
    """Reports the epochs as they end."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._epochs: list[dict[str, object]] = []
        self._began = time.perf_counter()

    def __call__(self, event: Event) -> None:
        if isinstance(event, EpochEnd):
            wall = round(time.perf_counter() - self._began, 2)
            self._epochs.append(asdict(event) | {"wall_s": wall})
            self._report.values(epochs=self._epochs)


def _conclude(experiment: Experiment, task: Task, report: Reporter, training: Training) -> None:
    planned, epochs = experiment.config.optim.epochs, training.epochs
    finished = training.ended.status == "finished"
    if not epochs:
        report.figure("epochs", f"not one of {planned} in the time there was")
        return
    accuracy = training.ended.test_accuracy
    if accuracy is None:  # stopped: of the best epoch so far
        accuracy = accuracy_on_test(training.run, experiment, task.device)
    an_epoch = training.seconds / training.ended.epochs
    report.values(test_accuracy=accuracy, finished=finished, seconds=training.seconds,
                  steps_s=training.ended.seconds, projected_s=planned * an_epoch)  # fmt: skip
    report.figure("epochs", f"{training.ended.epochs} of {planned} in {training.seconds:.0f} s")
    report.figure("validation accuracy", f"{epochs[-1].val_accuracy:.4f} after the last epoch")
    what = "test accuracy" if finished else "test accuracy so far, the recipe is not at its end"
    met = accuracy >= _GOAL if finished else None
    report.figure(what, f"{accuracy:.4f}", f"≥ {_GOAL:.2f} at its end", met)
    report.figure("images a second in steps", f"{training.ended.images_per_second:,.0f}")
    report.figure("the whole recipe", f"{planned * an_epoch:.0f} s, of which "
                  f"{100 * training.ended.seconds / training.seconds:.0f} % in steps")  # fmt: skip


def accuracy_on_test(run: Run, experiment: Experiment, device: str) -> float:
    """Of the best checkpoint of a run, in float32."""
    network, card = load_model(run.best_weights)
    normalize = Normalizer(card.mean, card.std, device)
    network = network.to(device).to(memory_format=torch.channels_last)
    image_set = load_dataset(experiment.config.data, experiment.data_dir)
    test = DeviceDataset.load(image_set, "test", device)
    logits = predict_logits(network, test.images, normalize)
    return loss_and_accuracy(logits, test)[1]
