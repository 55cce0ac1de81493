"""Whether a second thread makes steps faster, found out while they are made."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

# Steps that are compared, and the first of them, which moves caches and threads.
_STEPS, _FIRST = 3, 1
_SLOWER = 1.25
# Without a sign of change it is tried again once that costs no more than this share of the time:
# steps on one thread do not show that another program has given a core back.
_COST = 0.02
_SOONEST_S, _LATEST_S = 2.0, 15.0


class Balance:
    """`shared` says whether the next step uses the second thread.

    It is tried without, and again when steps have become slower or a while has passed: another
    program may have taken a core, or given it back.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.shared = True
        self._clock = clock
        self._recent: deque[float] = deque(maxlen=_STEPS + _FIRST)
        self._usual: float | None = None  # seconds of a step when last compared
        self._try_from = clock()
        self._before: float | None = None  # seconds of a step before the trial under way

    @contextmanager
    def step(self) -> Iterator[None]:
        """Measure a step."""
        began = self._clock()
        yield
        self._recent.append(self._clock() - began)
        if len(self._recent) > _STEPS:
            self._decide(median(list(self._recent)[_FIRST:]))

    def _decide(self, seconds: float) -> None:
        if self._before is not None:
            self._end_trial(self._before, seconds)
        elif self._is_due(seconds):
            self._before = seconds
            self._switch()

    def _is_due(self, seconds: float) -> bool:
        slower = self._usual is None or seconds > _SLOWER * self._usual
        return slower or self._clock() > self._try_from

    def _end_trial(self, before: float, seconds: float) -> None:
        if seconds > before:
            self._switch()
        self._usual, self._before = min(before, seconds), None
        cost = abs(before - seconds) * (_STEPS + _FIRST)
        self._try_from = self._clock() + min(max(cost / _COST, _SOONEST_S), _LATEST_S)
        self._recent.clear()

    def _switch(self) -> None:
        self.shared = not self.shared
        self._recent.clear()
