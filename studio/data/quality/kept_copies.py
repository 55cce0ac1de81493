"""The groups of copies of a set of pictures: found once, then kept with the prepared pictures."""

from collections.abc import Callable

from studio.data.image_folder.image_table import ImageTable
from studio.data.pixel_cache import build_pixels, open_pixels
from studio.data.quality.copies import Copies, Rows, find_copies
from studio.data.quality.pictures import blank_rows

# Changes when the same pictures would be grouped otherwise.
_VERSION = 1


def copies_of(
    table: ImageTable, progress: Callable[[float], object], should_stop: Callable[[], bool]
) -> Copies:
    """Group the pictures of the table, or look up how they were grouped before.

    Neither parts nor names of classes matter here. Raises DatasetError when the disk is full,
    Stopped when asked to stop.
    """
    key = f"{table.key}-copies{_VERSION}"

    def compare() -> dict[str, Rows]:
        found = find_copies(table.pixels, table.looks, blank_rows(table), progress, should_stop)
        return {"same": found.same, "like": found.like}

    # An entry without a picture of its own.
    _, groups = open_pixels(key) or build_pixels(key, (1, 1, 1), (), compare)
    return Copies(groups["same"], groups["like"])
