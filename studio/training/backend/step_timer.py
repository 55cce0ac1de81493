"""Measures the time of training steps of a temporary model."""

import copy
import time

import torch
from torch.nn import functional

from studio.config import TrainConfig
from studio.models import build_model, summarize
from studio.training.backend.compute_settings import ComputeSettings, autocast
from studio.training.backend.overlap import Overlap
from studio.training.backend.threads import set_threads

# Multiply-adds of a forward pass per thread: a tenth of a second on an average core.
_STEP_MULTIPLY_ADDS = 1_000_000_000
# With fewer images, work on the weights would dominate, which each step does once.
_MIN_BATCH_SIZE = 16


class StepTimer:
    """Times forward and backward passes with a batch of noise, a smaller one if it takes long.

    The state of torch's random generator does not change. The number of threads stays as last set.
    """

    def __init__(self, config: TrainConfig, threads: int) -> None:
        model = config.model
        self._config = config
        affordable = threads * _STEP_MULTIPLY_ADDS // summarize(model).multiply_adds
        batch_size = min(config.optim.batch_size, max(_MIN_BATCH_SIZE, affordable))
        with torch.random.fork_rng(devices=[]):
            self._model = build_model(model).train()
            size = model.image_size
            self._images = torch.rand(batch_size, model.in_channels, size, size)
        # A copy for steps that use a second thread.
        self._overlapped_model = copy.deepcopy(self._model)
        self._overlap = Overlap(self._overlapped_model)
        self._labels = torch.arange(batch_size) % model.num_classes

    @staticmethod
    def is_feasible(config: TrainConfig, threads: int) -> bool:
        """Whether a step is short enough to time several."""
        return summarize(config.model).multiply_adds <= threads * _STEP_MULTIPLY_ADDS

    def close(self) -> None:
        """End the second thread."""
        self._overlap.close()

    def __call__(self, settings: ComputeSettings) -> float:
        """Return the time of one step in seconds."""
        overlaps = settings.overlaps(self._config.model)
        set_threads(1 if overlaps else settings.threads)
        memory_format = settings.torch_memory_format
        model = (self._overlapped_model if overlaps else self._model).to(
            memory_format=memory_format
        )
        images = self._images.contiguous(memory_format=memory_format)
        with torch.random.fork_rng(devices=[]):
            began = time.perf_counter()
            with autocast("cpu", settings.torch_dtype):
                logits = model(images)
            loss = functional.cross_entropy(logits.float(), self._labels)
            with self._overlap.finishing_gradients():
                loss.backward()  # type: ignore[no-untyped-call]
            seconds = time.perf_counter() - began
        model.zero_grad()
        return seconds
