"""When each step of a training in the window begins, and whether its weights may be asked for."""

from collections.abc import Sequence
from time import perf_counter, thread_time

from PySide6.QtCore import QObject, Qt

from studio.training.events import Event, StepEnd
from studio.training.snapshots import SnapshotMailbox
from studio.ui.bench.viewing_time import WorkerTime
from studio.ui.tasks import FitThread


class StepClock(SnapshotMailbox):
    """Records the time of every step of a training, which takes its snapshots from here.

    While `is_watched` is False, requests are dropped, and the time until the next snapshot stands
    still: what was due half a second later is due half a second after requests count again. Short
    segments with requests therefore hold as many snapshots per second as a long one.
    """

    def __init__(self) -> None:
        super().__init__()
        self._viewing = self._worker_time = WorkerTime()
        self._copies_s = 0.0
        self.times: list[float] = []  # perf_counter between two steps
        self.taken = 0
        self.interval_s = 0.0  # from the last snapshot to the next one
        self.is_watched = True
        self._was_wanted, self._remaining_s = False, 0.0

    @property
    def viewing_s(self) -> float:
        """Processor time of all copies, and of all threads but that of the window to show them."""
        return self._copies_s + self._worker_time.total_s

    def watch(self, is_watched: bool) -> None:
        """Let requests count, or drop them."""
        if is_watched == self.is_watched:
            return
        self.is_watched, now = is_watched, perf_counter()
        if is_watched:
            self._next_time = now + self._remaining_s
            if self._was_wanted:
                self._wanted.set()
        else:
            self._was_wanted = self._wanted.is_set()
            self._remaining_s = max(0.0, self._next_time - now)
            self._wanted.clear()

    def request(self) -> None:
        if self.is_watched:
            super().request()

    def serve(self) -> None:
        began, last = perf_counter(), self.newest
        self.times.append(began)
        processor_s = thread_time()
        super().serve()
        if self.newest is not last:
            self.taken += 1
            self._copies_s += thread_time() - processor_s
            self.interval_s = self._next_time - began


class Interruptions(QObject):
    """The steps after which a training did more than train, such as validate or save."""

    def __init__(self, thread: FitThread, clock: StepClock) -> None:
        super().__init__()
        self._clock = clock
        self.steps: set[int] = set()  # positions in `clock.times`
        # In the thread of the training: a queued event would arrive some steps later.
        thread.fit_events.connect(self._on_events, Qt.ConnectionType.DirectConnection)

    def _on_events(self, events: Sequence[Event]) -> None:
        if not all(isinstance(event, StepEnd) for event in events):
            self.steps.add(len(self._clock.times) - 1)


def images_per_second(
    times: Sequence[float], interrupted: set[int], first: int, steps: int, batch_size: int
) -> float:
    """Return the rate of the steps from `first` on that were not interrupted; NaN without any."""
    counted = [step for step in range(first, first + steps) if step not in interrupted]
    seconds = sum(times[step + 1] - times[step] for step in counted)
    return len(counted) * batch_size / seconds if seconds else float("nan")
