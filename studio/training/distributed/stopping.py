"""Several processes agree on the step before which they stop."""

import time
from collections.abc import Callable, Sequence

from studio.callbacks import ShouldStop

# A wish to stop is heard after about this long.
_SECONDS = 1.0


class Stopper:
    """`should_stop` of any process, answered in all before the same step.

    Steps may take a millisecond or ten seconds: the next exchange is as many steps away as the
    slowest process does in a second, and `most` at most.
    """

    def __init__(
        self,
        should_stop: ShouldStop,
        most: int,
        largest: Callable[[Sequence[float]], list[float]],
    ) -> None:
        self._should_stop, self._most, self._largest = should_stop, most, largest
        self._calls = self._interval = 1
        self._exchanged = float("-inf")  # how long a step takes is yet to be seen

    def __call__(self) -> bool:
        self._calls -= 1
        if self._calls:
            return False
        now = time.perf_counter()
        pace = (now - self._exchanged) / self._interval
        asked, pace = self._largest((float(self._should_stop()), pace))
        self._exchanged = now
        self._calls = self._interval = max(1, min(self._most, int(_SECONDS / max(pace, 1e-6))))
        return bool(asked)
