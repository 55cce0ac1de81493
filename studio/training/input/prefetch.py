"""A thread that fills buffers in order, a few ahead of the one who empties them."""

import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any

from torch import Tensor


class ReadAhead:
    """Calls `fill(item, buffer)` for each item in order, in a thread, with buffers that are free.

    The thread asks nothing of a device: copies under way are for the one who gives buffers back.
    """

    def __init__(
        self,
        fill: Callable[[Any, Tensor], None],
        items: Sequence[Any],
        buffers: Sequence[Tensor],
    ) -> None:
        self._fill = fill
        self._items = items
        self._closing = False
        self._free: SimpleQueue[Tensor | None] = SimpleQueue()
        self._ready: SimpleQueue[Tensor | BaseException] = SimpleQueue()
        for buffer in buffers:
            self._free.put(buffer)
        self._thread = threading.Thread(target=self._run, name="read-ahead", daemon=True)
        self._thread.start()

    def take(self) -> Tensor:
        """The buffer filled for the next item, waiting for it. Raises what `fill` raised."""
        result = self._ready.get()
        if isinstance(result, BaseException):
            raise result
        return result

    def give_back(self, buffer: Tensor) -> None:
        """Let a buffer be filled again."""
        self._free.put(buffer)

    def close(self) -> None:
        """End the thread after the item it is at, and wait for it."""
        self._closing = True
        self._free.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            for item in self._items:
                buffer = self._free.get()
                if buffer is None or self._closing:
                    return
                self._fill(item, buffer)
                self._ready.put(buffer)
        except BaseException as error:  # noqa: BLE001  # it belongs to who waits for the buffer
            self._ready.put(error)
