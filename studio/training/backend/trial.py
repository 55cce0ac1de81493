"""Steps of a throw-away network, timed."""

import copy
import time

import torch
from torch.nn import functional

from studio.config import TrainConfig
from studio.models import build_model, summarize
from studio.training.backend.engine import Engine
from studio.training.backend.overlap import Overlap
from studio.training.backend.threads import set_threads

# Multiply-adds of the way there for each thread: a tenth of a second on an ordinary core.
_STEP = 1_000_000_000
# With fewer, the work on the weights, which is done once a step, would decide.
_FEWEST_PICTURES = 16


class Trial:
    """Forward and backward on noise: a batch of it, or less where that takes long.

    Draws from torch's generator leave no trace in it; the count of threads stays as last used.
    """

    def __init__(self, config: TrainConfig, threads: int) -> None:
        model = config.model
        self._config = config
        room = threads * _STEP // summarize(model).multiply_adds
        count = min(config.optim.batch_size, max(_FEWEST_PICTURES, room))
        with torch.random.fork_rng(devices=[]):
            self._network = build_model(model).train()
            side = model.image_size
            self._pictures = torch.rand(count, model.in_channels, side, side)
        # The same network for steps that use a second thread.
        self._overlapped = copy.deepcopy(self._network)
        self._overlap = Overlap(self._overlapped)
        self._labels = torch.arange(count) % model.num_classes

    @staticmethod
    def fits(config: TrainConfig, threads: int) -> bool:
        """Whether a step is short enough to try several."""
        return summarize(config.model).multiply_adds <= threads * _STEP

    def close(self) -> None:
        """End the second thread of steps that use one."""
        self._overlap.close()

    def __call__(self, engine: Engine) -> float:
        """Seconds of one step."""
        overlaps = engine.overlaps(self._config.model)
        set_threads(1 if overlaps else engine.threads)
        network = (self._overlapped if overlaps else self._network).to(memory_format=engine.layout)
        pictures = self._pictures.contiguous(memory_format=engine.layout)
        lower = engine.dtype != torch.float32
        with torch.random.fork_rng(devices=[]):
            began = time.perf_counter()
            with torch.autocast("cpu", engine.dtype, lower):
                logits = network(pictures)
            loss = functional.cross_entropy(logits.float(), self._labels)
            if overlaps:
                self._overlap.backward(loss.backward)
            else:
                loss.backward()  # type: ignore[no-untyped-call]
            seconds = time.perf_counter() - began
        network.zero_grad()
        return seconds
