"""What was found in the user's own pictures, one row for each that could be read."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class SkippedFile:
    """A file that takes no part: its name below the chosen path, and why in a few words."""

    file: str
    reason: str


@dataclass(frozen=True, eq=False)
class ImageTable:
    """N readable pictures of classes, in the order of their names, with what is known of each.

    `pixels` uint8 [N, C, S, S] is memory-mapped. `files` are names below `path`, parted by “/”;
    `labels` int64 [N] count into `class_names`, which are sorted; `parts` names for each the part
    its folder or list puts it in: "train", "val", "test" or "" where none is named. `widths`,
    `heights` int32 [N] are those of the files in pixels; `light` and `spread` float32 [N] are mean
    and standard deviation of the grey levels, 0..255. `digests` uint64 [N] are equal for equal
    files, `looks` uint64 [N] differ in few bits for pictures that look alike (difference hash of
    8 by 8 cells). `empty` are class folders without a readable picture. `key` changes with any of
    the files and with how they were fitted.
    """

    path: Path
    class_names: tuple[str, ...]
    pixels: NDArray[np.uint8]
    files: tuple[str, ...]
    labels: NDArray[np.int64]
    parts: tuple[str, ...]
    widths: NDArray[np.int32]
    heights: NDArray[np.int32]
    light: NDArray[np.float32]
    spread: NDArray[np.float32]
    digests: NDArray[np.uint64]
    looks: NDArray[np.uint64]
    unreadable: tuple[SkippedFile, ...]
    outside: tuple[SkippedFile, ...]
    empty: tuple[str, ...]
    key: str
