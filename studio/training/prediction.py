"""Logits of a model for many images, and their loss and accuracy."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import closing, contextmanager, suppress
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
# Within a chunk, a request to stop is asked for this often.
_ASK_INTERVAL_S = 0.25


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
    evaluation mode. If memory runs out, the chunks become smaller. Raises Stopped, within a chunk
    of a large model too.
    """
    size, asking = chunk_size(images), _Asking(should_stop)

    @torch.no_grad()
    def run_model(inputs: Tensor) -> Tensor:
        with autocast(inputs.device.type, precision):
            logits: Tensor = model(inputs).float()
        return logits

    while True:
        try:
            with asking.between_layers(model):
                return _predict(run_model, images, normalize, size, on_progress, asking)
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
    asking: "_Asking",
) -> Tensor:
    results: list[Callable[[], Tensor]] = []
    with closing(read_chunks(images, chunk_size)) as reader, _ChunkRunner(asking) as runner:
        for done, chunk in enumerate(reader, 1):
            asking.ask()
            results.append(runner.submit(run_model, normalize(chunk)))
            on_progress(min(1.0, done * chunk_size / len(images)), "")
        # Nothing waits for the device before this line.
        return torch.cat([result() for result in results]).cpu()


class _Asking:
    """Asks `should_stop`, always in the thread that predicts, and ends what other threads run."""

    def __init__(self, should_stop: ShouldStop) -> None:
        self._should_stop = should_stop
        self._thread = threading.get_ident()
        self._threads = {self._thread}  # another one may predict with the same model
        self._stopping = threading.Event()
        self._last = time.monotonic()

    def begin_thread(self) -> None:
        """Let the calling thread run chunks with one OpenMP thread."""
        self._threads.add(threading.get_ident())
        set_threads(1)

    def ask(self) -> None:
        """Raise Stopped, now and in other threads before their next layer, when asked to stop."""
        self._last = time.monotonic()
        if self._should_stop():
            self._stopping.set()
            raise Stopped

    def wait(self, future: "Future[Tensor]") -> Tensor:
        """Return the result of another thread. Raises Stopped."""
        while not future.done():
            with suppress(TimeoutError, FutureTimeoutError):
                return future.result(_ASK_INTERVAL_S)
            self.ask()
        return future.result()

    @contextmanager
    def between_layers(self, model: nn.Module) -> Iterator[None]:
        """Let the layers of `model` raise Stopped. A chunk of VGG-19 takes seconds on a CPU."""
        layers = [layer for layer in model.modules() if not [*layer.children()]]
        if self._should_stop is never_stop:
            layers = []
        hooks = [layer.register_forward_pre_hook(self._before_layer) for layer in layers]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def _before_layer(self, _layer: nn.Module, _inputs: object) -> None:
        thread = threading.get_ident()
        if thread in self._threads and self._stopping.is_set():
            raise Stopped
        if thread == self._thread and time.monotonic() - self._last > _ASK_INTERVAL_S:
            self.ask()


class _ChunkRunner:
    """Runs chunks in two threads at once if the calling thread may use two.

    Each chunk then uses one OpenMP thread, which does not wait for another; see `overlap` for the
    reason. The number of threads is read before each chunk, as it changes when a training starts.
    """

    def __init__(self, asking: _Asking) -> None:
        self._asking = asking
        self._pool = ThreadPoolExecutor(2, "score", initializer=asking.begin_thread)
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
            self._asking.wait(self._running.popleft())
        self._running.append(future := self._pool.submit(run_model, inputs))
        return lambda: self._asking.wait(future)


def loss_and_accuracy(logits: Tensor, data: DeviceDataset) -> tuple[float, float]:
    """Return mean cross-entropy and accuracy of the logits [N, K] of a split's counted samples."""
    labels = data.labels.cpu()
    if data.counted is not None:
        logits, labels = logits[data.counted], labels[data.counted]
    loss = functional.cross_entropy(logits, labels)
    accuracy = (logits.argmax(1) == labels).double().mean()
    return float(loss), float(accuracy)
