"""Words that processes leave for each other: who waits for one waits as long as the work takes."""

import time
from typing import Final

from torch.distributed.distributed_c10d import Store

from studio.callbacks import ShouldStop
from studio.training.distributed.collectives import LostError, lost

# A process that is asked to stop needs this long to save; one that says nothing then is gone.
GRACE_SECONDS: Final = 10.0
_PAUSE_SECONDS: Final = 0.02
_FAILURE: Final = "failure"


class Board:
    """Notes under names, each written once, in torchrun's own store. Raises LostError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def write(self, name: str, word: str) -> None:
        """Leave a word that `wait` reads."""
        try:
            self._store.set(name, word)
        except RuntimeError as error:
            raise lost() from error

    def wait(self, name: str, should_stop: ShouldStop) -> str:
        """The word under a name. Raises LostError when it does not come after a wish to stop."""
        asked = 0.0
        while not self._has(name):
            if should_stop():
                asked = asked or time.monotonic()
                if time.monotonic() - asked > GRACE_SECONDS:
                    raise lost(self.failure())
            time.sleep(_PAUSE_SECONDS)
        return self._store.get(name).decode()

    def write_failure(self, reason: str) -> None:
        """Say why this process ends, if no other was first and the store is still there."""
        try:
            self._store.compare_set(_FAILURE, "", reason)
        except RuntimeError:
            return  # whose machine is gone, nobody reads it

    def failure(self) -> str:
        """Why a process ended, or nothing."""
        try:
            return self._store.get(_FAILURE).decode() if self._has(_FAILURE) else ""
        except (LostError, RuntimeError):
            return ""

    def _has(self, name: str) -> bool:
        try:
            return bool(self._store.check([name]))
        except RuntimeError as error:
            raise lost() from error
