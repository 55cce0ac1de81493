"""Status messages between processes, for waits that may take as long as a download."""

import time
from contextlib import suppress
from typing import Final

from torch.distributed.distributed_c10d import Store

from studio.callbacks import ShouldStop
from studio.errors import Stopped
from studio.training.distributed.collectives import ProcessLostError

# Time that a process needs to save after a stop request. A process silent for longer is lost.
GRACE_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.02
_FAILURE_KEY: Final = "failure"
_STOP_KEY: Final = "stopped"
_PAUSES_KEY: Final = "pauses"


class StatusStore:
    """Statuses by key, each written once, in torchrun's key-value store.

    Unlike collectives, waiting here has no time limit. Raises ProcessLostError.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def write(self, key: str, status: str) -> None:
        """Write a status for `wait` to read."""
        try:
            self._store.set(key, status)
        except RuntimeError as error:
            raise ProcessLostError from error

    def wait(self, key: str, should_stop: ShouldStop) -> str:
        """Wait for the status of `key` and return it.

        Raises ProcessLostError when none is written within the grace period after a stop request,
        and Stopped when the main process has ended after one.
        """
        stop_requested = 0.0
        while not self._has(key):
            if self.has_stopped():
                raise Stopped
            if should_stop():
                stop_requested = stop_requested or time.monotonic()
                if time.monotonic() - stop_requested > GRACE_SECONDS:
                    raise ProcessLostError(self.read_failure())
            time.sleep(_POLL_SECONDS)
        return self._store.get(key).decode()

    def write_failure(self, reason: str) -> None:
        """Write why this process ends, unless another one failed before or the store is gone."""
        # Otherwise the machine that hosts the store is gone, and the readers with it.
        with suppress(RuntimeError):
            self._store.compare_set(_FAILURE_KEY, "", reason)

    def read_failure(self) -> str:
        """Return why a process failed, or an empty string."""
        try:
            return self._store.get(_FAILURE_KEY).decode() if self._has(_FAILURE_KEY) else ""
        except (ProcessLostError, RuntimeError):
            return ""

    def write_stop(self) -> None:
        """Write that this process ends after a stop request, for those that wait for it."""
        with suppress(RuntimeError):
            self._store.set(_STOP_KEY, "")

    def has_stopped(self) -> bool:
        """Whether a process ended after a stop request while the others waited for it."""
        try:
            return self._has(_STOP_KEY)
        except ProcessLostError:
            return False

    def write_pause(self) -> None:
        """Write that the main process begins or ends to wait."""
        with suppress(RuntimeError):
            self._store.add(_PAUSES_KEY, 1)

    def count_pauses(self) -> int:
        """How often `write_pause` was called."""
        try:
            return int(self._store.add(_PAUSES_KEY, 0))
        except RuntimeError:
            return 0

    def _has(self, key: str) -> bool:
        try:
            return bool(self._store.check([key]))
        except RuntimeError as error:
            raise ProcessLostError from error
