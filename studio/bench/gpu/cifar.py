"""VGG-19 on CIFAR-10 by its recipe, as far as the time allows."""

import time
from dataclasses import asdict

import torch

from studio.bench.gpu.context import Reporter, RunContext
from studio.bench.gpu.experiment import Experiment, TrainingRecord, find_experiment, train
from studio.data import load_dataset
from studio.runs import Run
from studio.runs.checkpoints import load_model
from studio.training.events import EpochEnd, Event
from studio.training.input.batches import DeviceDataset
from studio.training.input.normalization import Normalizer
from studio.training.prediction import loss_and_accuracy, predict_logits

_GOAL = 0.9


def measure(context: RunContext, reporter: Reporter) -> None:
    """Report metrics of each epoch, the speed, and the projected time of the whole recipe."""
    settings = {}
    if context.rehearsal:
        settings = {
            "optim.epochs": 1,
            "optim.batch_size": 8,
            "model.hidden": [16],
            "data.subset": 40,
            "data.test_subset": 10,
        }
    experiment = find_experiment("vgg19-cifar10", context, settings)
    reporter.record(images=experiment.images, epochs_of_recipe=experiment.config.optim.epochs)
    epochs: list[dict[str, object]] = []
    started = time.perf_counter()

    def on_event(event: Event) -> None:
        if isinstance(event, EpochEnd):
            epochs.append(asdict(event) | {"wall_s": round(time.perf_counter() - started, 2)})
            reporter.record(epochs=epochs)

    training = train(experiment, context, on_event=on_event)
    report_training(experiment, context, reporter, training)


def report_training(
    experiment: Experiment, context: RunContext, reporter: Reporter, training: TrainingRecord
) -> None:
    """Report a training; if it was stopped, the goal is neither met nor missed."""
    planned, epochs = experiment.config.optim.epochs, training.epochs
    finished = training.ended.status == "finished"
    if not epochs:
        reporter.add_figure("epochs", f"none of {planned} in the available time")
        return
    accuracy = training.ended.test_accuracy
    if accuracy is None:  # stopped: measure the best epoch so far
        accuracy = _test_accuracy(training.run, experiment, context.device)
    seconds, steps_s = training.seconds, training.ended.seconds
    projected_s = planned * seconds / training.ended.epochs
    reporter.record(test_accuracy=accuracy, finished=finished, seconds=seconds, steps_s=steps_s,
                    projected_s=projected_s)  # fmt: skip
    reporter.add_figure("epochs", f"{training.ended.epochs} of {planned} in {seconds:.0f} s")
    last_accuracy = epochs[-1].val_accuracy
    reporter.add_figure("validation accuracy", f"{last_accuracy:.4f} after the last epoch")
    label = "test accuracy" if finished else "test accuracy so far, before the end of the recipe"
    met = accuracy >= _GOAL if finished else None
    reporter.add_figure(label, f"{accuracy:.4f}", f"≥ {_GOAL:.2f} at its end", met)
    reporter.add_figure("images per second in steps", f"{training.ended.images_per_second:,.0f}")
    in_steps = f"{100 * steps_s / seconds:.0f} % in steps"
    reporter.add_figure("whole recipe, projected", f"{projected_s:.0f} s, {in_steps}")


def _test_accuracy(run: Run, experiment: Experiment, device: str) -> float:
    """Return the accuracy of a run's best checkpoint, in float32."""
    model, card = load_model(run.best_weights)
    normalize = Normalizer(card.mean, card.std, device)
    model = model.to(device).to(memory_format=torch.channels_last)
    dataset = load_dataset(experiment.config.data, experiment.workload.data_dir)
    test = DeviceDataset.load(dataset, "test", device)
    logits = predict_logits(model, test.images, normalize)
    return loss_and_accuracy(logits, test)[1]
