"""A network's answers to many pictures."""

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
from studio.training.backend.memory import give_back_cached, is_shortage
from studio.training.backend.threads import set_threads
from studio.training.input.batches import DeviceData
from studio.training.input.tensors import Rows, read_all

# At a time: more gains nothing, and the first layers of a VGG take 256 bytes a pixel several times.
_MOST_PICTURES, _MOST_PIXELS = 500, 1 << 20


def predict_logits(
    network: nn.Module,
    images: Rows,
    normalize: Callable[[Tensor], Tensor],
    precision: torch.dtype = torch.float32,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> Tensor:
    """Logits float32 [N, K] on the CPU for images on the network's device.

    `normalize` makes the network's input of a chunk of them. The network must be in evaluation
    mode. Where memory runs out they go through in smaller chunks. Raises Stopped when asked to
    stop.
    """
    chunk = max(1, min(_MOST_PICTURES, _MOST_PIXELS // images.shape[-1] ** 2))
    while True:
        try:
            return _predict(network, images, normalize, precision, on_progress, should_stop, chunk)
        except (RuntimeError, MemoryError) as error:
            if not is_shortage(error) or chunk == 1:
                raise
        chunk //= 2
        give_back_cached(str(images.device))


def _predict(
    network: nn.Module,
    images: Rows,
    normalize: Callable[[Tensor], Tensor],
    precision: torch.dtype,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    chunk: int,
) -> Tensor:
    @torch.no_grad()
    def run(inputs: Tensor) -> Tensor:
        with torch.autocast(inputs.device.type, precision, enabled=precision != torch.float32):
            logits: Tensor = network(inputs).float()
        return logits

    parts: list[Callable[[], Tensor]] = []
    with closing(read_all(images, chunk)) as reading, _Pair() as pair:
        for done, some in enumerate(reading, 1):
            if should_stop():
                raise Stopped
            parts.append(pair.start(run, normalize(some)))
            on_progress(min(1.0, done * chunk / len(images)), "")
        # Only now is the device waited for.
        return torch.cat([part() for part in parts]).cpu()


class _Pair:
    """Runs chunks in two threads at once where the calling thread may use two.

    Each chunk then has one OpenMP thread, which waits for no other; see `overlap` for why. How
    many the calling thread may use is asked before each chunk: it changes when a training starts.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(2, "score", initializer=set_threads, initargs=(1,))
        self._running: deque[Future[Tensor]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def start(self, run: Callable[[Tensor], Tensor], inputs: Tensor) -> Callable[[], Tensor]:
        """What returns the result; waits for an earlier chunk when two are running."""
        if inputs.device.type != "cpu" or torch.get_num_threads() != 2:
            result = run(inputs)
            return lambda: result
        while len(self._running) > 1:
            self._running.popleft().result()
        self._running.append(self._pool.submit(run, inputs))
        return self._running[-1].result


def loss_and_accuracy(logits: Tensor, data: DeviceData) -> tuple[float, float]:
    """Mean cross-entropy and the share of right answers for logits [N, K] of a split."""
    labels = data.labels.cpu()
    loss = functional.cross_entropy(logits, labels)
    accuracy = (logits.argmax(1) == labels).double().mean()
    return float(loss), float(accuracy)
