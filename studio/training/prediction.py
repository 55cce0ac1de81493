"""Logits of a model for many images, and their loss and accuracy."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.errors import Stopped
from studio.training.backend.compute_settings import autocast
from studio.training.backend.memory import is_out_of_memory, release_cached_memory
from studio.training.backend.threads import set_threads
from studio.training.input.batches import DeviceDataset
from studio.training.input.samples import Samples, read_chunks

# Limits of a chunk. Larger ones are not faster, and the first layers of a VGG take 256 bytes per
# pixel several times.
_MAX_IMAGES, _MAX_PIXELS = 500, 1 << 20


def predict_logits(
    model: nn.Module,
    images: Samples,
    normalize: Callable[[Tensor], Tensor],
    precision: torch.dtype = torch.float32,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> Tensor:
    """Return logits float32 [N, K] on the CPU for images on the device of the model.

    `normalize` makes the input of the model from a chunk of images. The model must be in
    evaluation mode. If memory runs out, the chunks become smaller. Raises Stopped.
    """
    size = chunk_size(images)

    @torch.no_grad()
    def run_model(inputs: Tensor) -> Tensor:
        with autocast(inputs.device.type, precision):
            logits: Tensor = model(inputs).float()
        return logits

    while True:
        try:
            return _predict(run_model, images, normalize, size, on_progress, should_stop)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error) or size == 1:
                raise
        size //= 2
        release_cached_memory(str(images.device))


def chunk_size(images: Samples) -> int:
    """Return how many images or features are predicted at a time."""
    return max(1, min(_MAX_IMAGES, _MAX_PIXELS // images.shape[-1] ** 2))


def _predict(
    run_model: Callable[[Tensor], Tensor],
    images: Samples,
    normalize: Callable[[Tensor], Tensor],
    chunk_size: int,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> Tensor:
    results: list[Callable[[], Tensor]] = []
    with closing(read_chunks(images, chunk_size)) as reader, _ChunkRunner() as runner:
        for done, chunk in enumerate(reader, 1):
            if should_stop():
                raise Stopped
            results.append(runner.submit(run_model, normalize(chunk)))
            on_progress(min(1.0, done * chunk_size / len(images)), "")
        # Nothing waits for the device before this line.
        return torch.cat([result() for result in results]).cpu()


class _ChunkRunner:
    """Runs chunks in two threads at once if the calling thread may use two.

    Each chunk then uses one OpenMP thread, which does not wait for another; see `overlap` for the
    reason. The number of threads is read before each chunk, as it changes when a training starts.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(2, "score", initializer=set_threads, initargs=(1,))
        self._running: deque[Future[Tensor]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def submit(self, run_model: Callable[[Tensor], Tensor], inputs: Tensor) -> Callable[[], Tensor]:
        """Return a function that returns the logits; waits while two chunks are running."""
        if inputs.device.type != "cpu" or torch.get_num_threads() != 2:
            logits = run_model(inputs)
            return lambda: logits
        while len(self._running) > 1:
            self._running.popleft().result()
        self._running.append(self._pool.submit(run_model, inputs))
        return self._running[-1].result


def loss_and_accuracy(logits: Tensor, data: DeviceDataset) -> tuple[float, float]:
    """Return mean cross-entropy and accuracy of the logits [N, K] of a split's counted samples."""
    labels = data.labels.cpu()
    if data.counted is not None:
        logits, labels = logits[data.counted], labels[data.counted]
    loss = functional.cross_entropy(logits, labels)
    accuracy = (logits.argmax(1) == labels).double().mean()
    return float(loss), float(accuracy)
