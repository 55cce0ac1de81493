"""Decides during the training whether a second thread makes steps faster."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

# Steps whose median is compared, and the steps before them, in which caches and threads settle.
_STEPS, _SETTLING_STEPS = 3, 1
_SLOWDOWN = 1.25
# Without a slowdown, the next trial starts once trials cost at most this fraction of the time:
# steps on one thread do not show that another program has released a core.
_TRIAL_COST = 0.02
_MIN_WAIT_S, _MAX_WAIT_S = 2.0, 15.0


class OverlapBalance:
    """`use_second_thread` says whether the next step uses the second thread.

    A trial switches it, when steps become slower or after a while: another program may have
    occupied a core, or released it.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.use_second_thread = True
        self._clock = clock
        self._step_times: deque[float] = deque(maxlen=_STEPS + _SETTLING_STEPS)
        self._usual: float | None = None  # seconds of a step after the last trial
        self._next_trial = clock()
        self._before_trial: float | None = None  # seconds of a step before the current trial

    @contextmanager
    def step(self) -> Iterator[None]:
        """Measure a step."""
        began = self._clock()
        yield
        self._step_times.append(self._clock() - began)
        if len(self._step_times) > _STEPS:
            self._decide(median(list(self._step_times)[_SETTLING_STEPS:]))

    def _decide(self, step_s: float) -> None:
        if self._before_trial is not None:
            self._end_trial(self._before_trial, step_s)
        elif self._is_trial_due(step_s):
            self._before_trial = step_s
            self._switch()

    def _is_trial_due(self, step_s: float) -> bool:
        is_slower = self._usual is None or step_s > _SLOWDOWN * self._usual
        return is_slower or self._clock() > self._next_trial

    def _end_trial(self, before: float, step_s: float) -> None:
        if step_s > before:
            self._switch()
        self._usual, self._before_trial = min(before, step_s), None
        cost = abs(before - step_s) * (_STEPS + _SETTLING_STEPS)
        self._next_trial = self._clock() + min(max(cost / _TRIAL_COST, _MIN_WAIT_S), _MAX_WAIT_S)
        self._step_times.clear()

    def _switch(self) -> None:
        self.use_second_thread = not self.use_second_thread
        self._step_times.clear()
