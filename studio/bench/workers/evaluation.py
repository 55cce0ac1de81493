"""Evaluation of an untrained network, alone and beside a training in the same process."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from studio.bench.workers.protocol import Say, wait_for_turn
from studio.bench.workers.throughput import ThroughputMeter
from studio.bench.workers.training import facts_of
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

_IMAGES = 1_000  # in one call: two chunks of images of 28 pixels


def evaluate(workload: Workload, say: Say) -> None:
    """Evaluate in each turn until nobody asks for another one."""
    facts = {"device_name": describe_device("cpu").name, "precision": "float32"}
    evaluation = Evaluation(workload, workload.config.engine.threads or evaluation_threads(False))
    evaluation.measure()
    say({**facts, "threads": evaluation.threads})
    while True:
        wait_for_turn()
        say({"images_per_second": evaluation.measure()})


def evaluate_beside_training(workload: Workload, say: Say) -> None:
    """Evaluate in each turn while a training makes steps too, with the threads it chooses."""
    evaluation = Evaluation(workload, workload.config.engine.threads or evaluation_threads(True))
    with BesideTraining(workload).started() as training:
        training.measure(evaluation)
        say({**training.facts, "threads": evaluation.threads})
        while True:
            wait_for_turn()
            say(training.measure(evaluation))


class Evaluation:
    """Images of the test split through a network, in float32, as an evaluation computes them."""

    def __init__(self, workload: Workload, threads: int) -> None:
        config = workload.config
        image_set = load_dataset(config.data, workload.data_dir)
        indices = image_set.splits["test"][:_IMAGES]
        self._images = torch.from_numpy(image_set.images[indices])
        model = adapt_to_data(config, image_set).model
        self._network = build_model(model).to(memory_format=torch.channels_last).eval()
        self._normalize = Normalizer(image_set.mean, image_set.std, "cpu")
        self._seconds = workload.seconds
        self.threads = threads
        set_threads(threads)

    def measure(self) -> float:
        """Images per second over the seconds of a turn."""
        clock, enough = ThroughputMeter(self._seconds), False
        while not enough:
            predict_logits(self._network, self._images, self._normalize)
            enough = clock.report(len(self._images))
        return clock.images_per_second


class BesideTraining:
    """A training in a second thread, which waits between turns."""

    def __init__(self, workload: Workload) -> None:
        config = workload.config
        self._config = config.with_values({"engine.threads": 0})
        self._job = workload
        self._may_run, self._stopping = threading.Event(), False
        self._stepped = threading.Event()
        self._steps = 0
        self.facts: dict[str, Any] = {}

    @contextmanager
    def started(self) -> Iterator["BesideTraining"]:
        """Train within the block."""
        thread = threading.Thread(target=self._train, name="training")
        thread.start()
        try:
            yield self
        finally:
            self._stopping = True
            self._may_run.set()
            thread.join()

    def measure(self, evaluation: Evaluation) -> dict[str, float]:
        """Images per second of the evaluation, and of the training meanwhile."""
        self._may_run.set()
        before, began = self._steps, time.perf_counter()
        self._stepped.clear()
        evaluated = evaluation.measure()
        self._stepped.wait()  # a rate of zero compares with nothing
        steps, seconds = self._steps - before, time.perf_counter() - began
        self._may_run.clear()
        images = steps * self._config.optim.batch_size
        return {"images_per_second": evaluated, "trained_per_second": images / seconds}

    def _train(self) -> None:
        run = RunStore(self._job.runs_dir).create(self._config)
        Trainer(self._config, run, self._job.data_dir).fit(self._on_event, self._should_stop)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, FitStarted):
            self.facts = facts_of(event)

    def _should_stop(self) -> bool:
        """Asked before every step."""
        self._may_run.wait()
        self._steps += 1
        self._stepped.set()
        return self._stopping
