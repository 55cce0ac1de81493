"""Space that a training gives up on a full disk, so that its status can still be written."""

import os
from contextlib import suppress
from pathlib import Path

from studio.partial_files import partial_name

# Several files of a block each: the status of a run, and the one that replaces it.
_RESERVE_BYTES = 65536


class DiskReserve:
    """A small file in a folder. One of a killed process is removed as any partial file is."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / partial_name("reserve")

    def take(self) -> None:
        """Take the space, if there is room."""
        try:
            # Random bytes, as some file systems compress others to nothing.
            self._path.write_bytes(os.urandom(_RESERVE_BYTES))
        except OSError:
            self.release()

    def release(self) -> None:
        """Give the space up."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
