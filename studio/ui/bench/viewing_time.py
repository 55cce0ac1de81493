"""The processor time that a window spends on showing a model in training."""

import threading
import time
from typing import NamedTuple, Self

from studio.training.snapshots import ViewingCost


class ThreadTime(NamedTuple):
    """Seconds of the processor in the calling thread, and of the clock."""

    processor_s: float = 0.0
    clock_s: float = 0.0

    @classmethod
    def now(cls) -> Self:
        """The present time."""
        return cls(time.thread_time(), time.perf_counter())

    def since(self, earlier: "ThreadTime") -> "ThreadTime":
        """The time that has passed."""
        return ThreadTime(*(end - begin for end, begin in zip(self, earlier, strict=True)))

    def plus(self, other: "ThreadTime") -> "ThreadTime":
        """The sum."""
        return ThreadTime(*(one + another for one, another in zip(self, other, strict=True)))


class WorkerTime(ViewingCost):
    """Also adds up what other threads than that of the window compute for each snapshot."""

    def __init__(self) -> None:
        super().__init__()
        self.total_s = 0.0

    def add(self, seconds: float) -> None:
        super().add(seconds)
        if threading.current_thread() is not threading.main_thread():
            self.total_s += seconds


class ViewingTime:
    """Compares the thread of the window in segments with and without a model that is shown.

    What the last snapshot of a segment causes may end after it, before the next one has settled.
    """

    def __init__(self) -> None:
        self._watched = self._ending = self._alone = ThreadTime()

    def add(self, is_watched: bool, began: ThreadTime, settled: ThreadTime) -> None:
        """Add a segment that ends now."""
        ended = ThreadTime.now()
        if is_watched:
            self._watched = self._watched.plus(ended.since(began))
        else:
            self._ending = self._ending.plus(settled.since(began))
            self._alone = self._alone.plus(ended.since(settled))

    def percent(self, others_s: float) -> float:
        """Return the time that showing takes in % of one core, with that of other threads."""
        shown = self._watched.plus(self._ending)
        usual_s = self._alone.processor_s / self._alone.clock_s * shown.clock_s
        return 100 * (shown.processor_s - usual_s + others_s) / self._watched.clock_s
