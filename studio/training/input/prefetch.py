"""A thread that fills buffers in order, a few ahead of their consumer."""

import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any

from torch import Tensor


class Prefetcher:
    """Calls `fill(item, buffer)` in a thread, for each item in order, with the free buffers.

    The thread never uses the device: the consumer waits for its copies before it releases a
    buffer.
    """

    def __init__(
        self, fill: Callable[[Any, Tensor], None], items: Sequence[Any], buffers: Sequence[Tensor]
    ) -> None:
        self._fill = fill
        self._items = items
        self._closing = False
        self._free: SimpleQueue[Tensor | None] = SimpleQueue()
        self._filled: SimpleQueue[Tensor | BaseException] = SimpleQueue()
        for buffer in buffers:
            self._free.put(buffer)
        self._thread = threading.Thread(target=self._run, name="prefetch", daemon=True)
        self._thread.start()

    def get(self) -> Tensor:
        """Wait for the buffer of the next item and return it. Raises what `fill` raised."""
        result = self._filled.get()
        if isinstance(result, BaseException):
            raise result
        return result

    def release(self, buffer: Tensor) -> None:
        """Allow a buffer to be filled again."""
        self._free.put(buffer)

    def close(self) -> None:
        """End the thread after its current item, and wait for it."""
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
                self._filled.put(buffer)
        except BaseException as error:  # noqa: BLE001  # raised again in `get`
            self._filled.put(error)
