"""Where the overlay of a dataset is saved, and the key of a dataset that names the file."""

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from studio.paths import user_overlays_dir

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAX_NAME = 40


class HasSourceKey(Protocol):
    """A dataset, or an evaluation of one."""

    @property
    def source_key(self) -> str:
        """The key of the dataset as published."""


def overlays_dir(data_dir: Path) -> Path:
    """Return the folder of the overlays: in the data folder, or in the user's own data folder.

    The latter where the data folder cannot be written.
    """
    folder = data_dir / "overlays"
    existing = next((path for path in (folder, *folder.absolute().parents) if path.exists()), None)
    return folder if existing and os.access(existing, os.W_OK) else user_overlays_dir()


def overlay_path(dataset: HasSourceKey, data_dir: Path) -> Path:
    """Return the file of the overlay of a dataset, which may not exist yet."""
    return overlays_dir(data_dir) / f"{dataset.source_key or 'unnamed'}.json"


def published_key(dataset_id: str, shape: tuple[int, ...], labels: "NDArray[np.int64]") -> str:
    """Return the key of a dataset as published: its id, and a hash of its shape and labels [N].

    Settings such as splits, image size and class names do not change it.
    """
    digest = hashlib.blake2b(f"{dataset_id} {shape}".encode(), digest_size=6)
    digest.update(np.ascontiguousarray(labels).view(np.uint8).data)
    return f"{dataset_id}-{digest.hexdigest()}"


def own_images_key(path: Path) -> str:
    """Return the key of own images: the name of their folder or archive, and a hash of its path."""
    resolved = os.path.normcase(path.expanduser().resolve())
    digest = hashlib.blake2b(resolved.encode("utf-8", "surrogateescape"), digest_size=6)
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in path.name)
    return f"{name[:_MAX_NAME] or 'images'}-{digest.hexdigest()}"
