"""A cache of pixmaps with a memory limit."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

from PySide6.QtGui import QPixmap

LIMIT_BYTES = 64 * 1024 * 1024


class PixmapCache:
    """Pixmaps by key; the least recently used ones are discarded at the memory limit.

    QPixmapCache is shared by the whole process, and its limit is too small for a page of tiles.
    """

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._used_bytes = 0
        self._pixmaps: OrderedDict[Hashable, QPixmap] = OrderedDict()

    def __len__(self) -> int:
        return len(self._pixmaps)

    def clear(self) -> None:
        """Discard all pixmaps."""
        self._pixmaps.clear()
        self._used_bytes = 0

    def discard(self, key: Hashable) -> None:
        """Discard one pixmap, if it is there."""
        pixmap = self._pixmaps.pop(key, None)
        if pixmap is not None:
            self._used_bytes -= _size_bytes(pixmap)

    def get(self, key: Hashable, render: Callable[[], QPixmap]) -> QPixmap:
        """Return the pixmap stored under `key`, rendered now if it is missing."""
        cached = self._pixmaps.get(key)
        if cached is not None:
            self._pixmaps.move_to_end(key)
            return cached
        pixmap = self._pixmaps[key] = render()
        self._used_bytes += _size_bytes(pixmap)
        while self._used_bytes > self._limit_bytes and len(self._pixmaps) > 1:
            self._used_bytes -= _size_bytes(self._pixmaps.popitem(last=False)[1])
        return pixmap


def _size_bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
