"""Evaluation of an untrained model, alone and during a training in the same process."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from studio.bench.workers.protocol import Send, wait_for_request
from studio.bench.workers.throughput import ThroughputMeter
from studio.bench.workers.training import training_conditions
from studio.bench.workload import Workload
from studio.data import load_dataset
from studio.models import build_model
from studio.runs import RunStore
from studio.training import Trainer
from studio.training.backend.devices import describe_device
from studio.training.backend.threads import evaluation_threads, set_threads
from studio.training.events import Event, FitStarted
from studio.training.input.normalization import Normalizer
from studio.training.prediction import predict_logits
from studio.training.preparation import adapt_to_data

_IMAGES = 1_000  # per call: two chunks of images of 28 pixels


def evaluate(workload: Workload, send: Send) -> None:
    """Evaluate on request."""
    evaluation = EvaluationWorkload(workload, beside_training=False)
    evaluation.measure()
    device = describe_device("cpu").name
    send({"device_name": device, "precision": "float32", "threads": evaluation.threads})
    while True:
        wait_for_request()
        send({"images_per_second": evaluation.measure()})


def evaluate_while_training(workload: Workload, send: Send) -> None:
    """Evaluate on request while a training runs with the threads that it chooses."""
    evaluation = EvaluationWorkload(workload, beside_training=True)
    with ConcurrentTraining(workload).started() as training:
        training.measure(evaluation)
        send({**training.conditions, "threads": evaluation.threads})
        while True:
            wait_for_request()
            send(training.measure(evaluation))


class EvaluationWorkload:
    """Predictions for test images in float32, computed as an evaluation does."""

    def __init__(self, workload: Workload, beside_training: bool) -> None:
        config = workload.config
        dataset = load_dataset(config.data, workload.data_dir)
        indices = dataset.splits["test"][:_IMAGES]
        self._images = torch.from_numpy(dataset.images[indices])
        model = build_model(adapt_to_data(config, dataset).model)
        self._model = model.to(memory_format=torch.channels_last).eval()
        self._normalize = Normalizer(dataset.mean, dataset.std, "cpu")
        self._seconds = workload.seconds
        self.threads = config.engine.threads or evaluation_threads(beside_training)
        set_threads(self.threads)

    def measure(self) -> float:
        """Return images per second over the seconds of a measurement."""
        meter, is_enough = ThroughputMeter(self._seconds), False
        while not is_enough:
            predict_logits(self._model, self._images, self._normalize)
            is_enough = meter.add(len(self._images))
        return meter.images_per_second


class ConcurrentTraining:
    """A training in a second thread, which runs during measurements only."""

    def __init__(self, workload: Workload) -> None:
        self._config = workload.config.with_values({"engine.threads": 0})
        self._workload = workload
        self._may_run, self._stopping = threading.Event(), False
        self._stepped = threading.Event()
        self._steps = 0
        self.conditions: dict[str, Any] = {}

    @contextmanager
    def started(self) -> Iterator["ConcurrentTraining"]:
        """Start the thread, and end it with the block."""
        thread = threading.Thread(target=self._train, name="training")
        thread.start()
        try:
            yield self
        finally:
            self._stopping = True
            self._may_run.set()
            thread.join()

    def measure(self, evaluation: EvaluationWorkload) -> dict[str, float]:
        """Return images per second of the evaluation, and of the training at the same time."""
        self._may_run.set()
        steps_before, started = self._steps, time.perf_counter()
        self._stepped.clear()
        evaluated = evaluation.measure()
        self._stepped.wait()  # a rate of zero has no ratio
        steps, seconds = self._steps - steps_before, time.perf_counter() - started
        self._may_run.clear()
        images = steps * self._config.optim.batch_size
        return {"images_per_second": evaluated, "trained_per_second": images / seconds}

    def _train(self) -> None:
        run = RunStore(self._workload.runs_dir).create(self._config)
        Trainer(self._config, run, self._workload.data_dir).fit(self._on_event, self._should_stop)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, FitStarted):
            self.conditions = training_conditions(event)

    def _should_stop(self) -> bool:
        """Block between measurements; the trainer calls this before every step."""
        self._may_run.wait()
        self._steps += 1
        self._stepped.set()
        return self._stopping
