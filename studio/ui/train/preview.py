"""Pictures and counts of a data set for the form, made in a worker thread. No Qt here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.config import AugmentConfig, DataConfig

Pixels = NDArray[np.uint8]
WALL_COLUMNS, WALL_ROWS = 20, 5
TILES = 16


@dataclass(frozen=True, eq=False)
class Preview:
    """What the form shows of a data set.

    `samples` uint8 [K, C, H, W] is one picture a class, `shares` [K] how many of the largest class
    each has; `wall` uint8 [N, C, H, W] fills rows of WALL_COLUMNS, neighbours being of one class;
    `batch` uint8 [16, C, H, W] is what the augmentation is shown on.
    """

    source: str
    class_names: tuple[str, ...]
    samples: Pixels
    shares: tuple[float, ...]
    wall: Pixels
    wall_labels: tuple[str, ...]
    batch: Pixels
    count: int
    splits: dict[str, int]


def make_preview(config: DataConfig, data_dir: Path) -> Preview:
    """Load a data set and keep a few pictures of its training split. Raises StudioError."""
    from studio.data import load_image_set  # brings scikit-learn with it for the digits

    images = load_image_set(config, data_dir)
    train = images.splits["train"]
    labels = images.labels[train]
    counts = np.bincount(labels, minlength=len(images.class_names))
    firsts = [train[np.flatnonzero(labels == k)[:1]] for k in range(len(counts))]
    wall = _wall(train, labels, len(counts))
    return Preview(
        source=images.name,
        class_names=images.class_names,
        samples=images.images[np.concatenate(firsts)],
        shares=tuple(float(share) for share in counts / max(1, int(counts.max()))),
        wall=images.images[wall],
        wall_labels=tuple(images.class_names[k] for k in images.labels[wall]),
        batch=images.images[train[:TILES]],
        count=len(images.labels),
        splits={name: len(part) for name, part in images.splits.items()},
    )


def augmented(batch: Pixels, config: AugmentConfig, seed: int = 0) -> Pixels:
    """The batch as one training step would see it, uint8 of the same shape. Imports torch."""
    import torch

    from studio.data.augment import augment

    generator = torch.Generator().manual_seed(seed)
    changed: Any = augment(torch.from_numpy(batch), config, generator)
    pixels: Pixels = changed.round().clamp(0, 255).to(torch.uint8).numpy()
    return pixels


def _wall(train: NDArray[np.int64], labels: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """Indices row by row; each column holds one class, classes side by side in order."""
    columns = [k * classes // WALL_COLUMNS for k in range(WALL_COLUMNS)]
    taken = {k: iter(train[np.flatnonzero(labels == k)]) for k in set(columns)}
    rows = [[next(taken[k], None) for k in columns] for _ in range(WALL_ROWS)]
    whole = [row for row in rows if None not in row]
    return np.array(whole, np.int64).reshape(-1)
