"""Copies of the weights of a model in training, taken between two steps while someone asks.

Copying takes time of the training, and showing a copy takes time of the cores on which it runs: a
training on two cores waits for the slower one. Both are measured, and the next copy is taken when
they are no more than a small part of the time.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from studio.errors import CheckpointError

if TYPE_CHECKING:
    from torch import Tensor, nn

    from studio.runs.checkpoints import ModelCard

MIN_INTERVAL_S: Final = 1.0
# Of the time of a training: a model that takes long to copy and to show is copied less often. What
# is not measured, mostly painting, takes about as long again.
MAX_COST: Final = 0.01
# The cheapest of the last views counts: the first one loads modules.
_VIEWS: Final = 2


class ViewingCost:
    """The processor time of what each snapshot is shown with, added up by all who show it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds = 0.0
        self._last = deque([0.0] * (_VIEWS - 1), _VIEWS)

    def add(self, seconds: float) -> None:
        """Add what one thread computed because there was a new snapshot."""
        with self._lock:
            self._seconds += seconds

    def end_view(self) -> float:
        """Begin to add up for the next snapshot; return the seconds that one view takes."""
        with self._lock:
            self._last.append(self._seconds)
            self._seconds = 0.0
        return min(self._last)

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Add the processor time of the block in the calling thread."""
        began = time.thread_time()
        try:
            yield
        finally:
            self.add(time.thread_time() - began)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The weights that would be saved now, on the CPU, with their model card, after `step` steps.

    Without a weight average they are those in training, which is what an epoch would validate. Who
    shows it adds what that takes to `viewing`.
    """

    weights: "Mapping[str, Tensor]"
    card: "ModelCard"
    step: int
    viewing: ViewingCost = field(default_factory=ViewingCost)

    def build_model(self) -> "nn.Module":
        """The model with these weights, in evaluation mode, drawing no random number.

        Raises CheckpointError when the training has diverged.
        """
        import torch

        from studio.models import build_model
        from studio.runs.finite import find_non_finite

        if find_non_finite(self.weights) is not None:
            raise CheckpointError(
                "The weights of the run in training are no longer finite numbers.",
                "Stop it, and train with a lower learning rate.",
            )
        with torch.device("meta"):
            model = build_model(self.card.model)
        model.load_state_dict(self.weights, assign=True)
        return model.eval()


class SnapshotMailbox:
    """Passes snapshots from the thread of a training to others; none are taken unless requested.

    Snapshots are at least `MIN_INTERVAL_S` apart, and copying and showing them takes at most
    `MAX_COST` of the time.
    """

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self._take: Callable[[], Snapshot] | None = None
        self._next_time = 0.0  # perf_counter from which another snapshot may be taken
        self._viewing = ViewingCost()
        self.newest: Snapshot | None = None

    def request(self) -> None:
        """Ask for a newer snapshot, which is `newest` some time later."""
        self._wanted.set()

    @contextmanager
    def serving(self, take: Callable[[], Snapshot]) -> Iterator[None]:
        """Let `serve` call `take`, from the thread of the training."""
        self._take = take
        try:
            yield
        finally:
            self._take = None

    def serve(self) -> None:
        """Take a snapshot if one is requested and due. The training calls it between two steps."""
        if not self._wanted.is_set() or self._take is None:
            return
        began = time.perf_counter()
        if began < self._next_time:
            return
        self._wanted.clear()
        self.newest = replace(self._take(), viewing=self._viewing)
        cost_s = time.perf_counter() - began + self._viewing.end_view()
        self._next_time = began + max(MIN_INTERVAL_S, cost_s / MAX_COST)
