"""What the import asks of a folder, an archive or a list of labels."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from studio.callbacks import ShouldStop
from studio.data.image_folder.class_layout import Layout


@dataclass(frozen=True)
class Member:
    """A picture file: its bytes, or the reason why they cannot be had.

    `share` is the part of the whole source that lies behind with it, 0..1.
    """

    name: str
    data: bytes
    share: float
    reason: str = ""


class Source(Protocol):
    """Picture files to read once, in any order."""

    def digest(self, should_stop: ShouldStop) -> str:
        """Hex digits that change with any of the files. Raises DatasetError, Stopped."""

    def members(self, should_stop: ShouldStop) -> Iterator[Member]:
        """Read the files, one at a time. Raises DatasetError, LayoutError, Stopped."""

    def layout(self) -> Layout:
        """The place of each file, complete when all members have been read."""
