"""Pictures a second, counted from report to report."""

import time


class ThroughputMeter:
    """Adds up the pictures and the time between reports until `seconds` are counted."""

    def __init__(self, seconds: float) -> None:
        self._wanted = seconds
        self.begin()

    def begin(self) -> None:
        """Count from here on, from nothing."""
        self._images, self._seconds, self._counts = 0, 0.0, True
        self._reported = time.perf_counter()

    def report(self, images: int) -> bool:
        """So many pictures were done since the last report; says whether enough is counted."""
        now = time.perf_counter()
        if self._counts:
            self._images += images
            self._seconds += now - self._reported
        self._reported, self._counts = now, True
        return self._images > 0 and self._seconds >= self._wanted

    def leave_out(self) -> None:
        """Do not count up to the next report: something else than training took its time."""
        self._counts = False

    @property
    def images_per_second(self) -> float:
        """Over all that was counted."""
        return self._images / self._seconds
