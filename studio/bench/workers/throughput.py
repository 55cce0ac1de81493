"""Images per second of a training that runs only while it is measured."""

import time
from typing import Any

from studio.bench.workers.protocol import Send, wait_for_request


class ThroughputMeter:
    """Counts images and the time between calls of `add` until `min_seconds` are counted."""

    def __init__(self, min_seconds: float) -> None:
        self._min_seconds = min_seconds
        self.restart()

    def restart(self) -> None:
        """Forget what was counted, and start counting now."""
        self._images, self._seconds, self._skips_next = 0, 0.0, False
        self._last = time.perf_counter()

    def add(self, images: int) -> bool:
        """Count images processed since the last call; return whether enough time is counted."""
        now = time.perf_counter()
        if not self._skips_next:
            self._images += images
            self._seconds += now - self._last
        self._last, self._skips_next = now, False
        return self._images > 0 and self._seconds >= self._min_seconds

    def skip_interval(self) -> None:
        """Leave out the interval until the next `add`, which contains more than training."""
        self._skips_next = True

    @property
    def images_per_second(self) -> float:
        """The rate over everything counted."""
        return self._images / self._seconds


class MeasuredTraining:
    """Runs a training between a request and its measurement, and blocks it otherwise.

    The first measurement is the warm-up: its conditions are sent instead of its rate.
    """

    def __init__(self, send: Send, seconds: float) -> None:
        self._send = send
        self._meter = ThroughputMeter(seconds)
        self._conditions: dict[str, Any] | None = {}
        self._started = False

    def set_conditions(self, **conditions: Any) -> None:
        """Set what is sent after the warm-up."""
        self._conditions = conditions

    def skip_interval(self) -> None:
        """Do not measure until the next `add_images`."""
        self._meter.skip_interval()

    def add_images(self, images: int) -> None:
        """Count images trained on since the last call; once enough, send and block."""
        if not self._started:  # everything before the first step is preparation
            self._started = True
            self._meter.restart()
        elif self._meter.add(images):
            conditions, self._conditions = self._conditions, None
            rate = {"images_per_second": self._meter.images_per_second}
            self._send(rate if conditions is None else conditions)
            wait_for_request()
            self._meter.restart()
