"""Image datasets: the registry, downloads, reading, splits and own images.

Only the subpackage `augment` imports torch, so that the window starts without it. The names below
are imported when they are first used: a child process that decodes images needs none of them.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio.data.dataset_download import download_dataset
    from studio.data.datasets import DATASETS, DatasetInfo, find_dataset, is_available
    from studio.data.image_dataset import ImageDataset, Split
    from studio.data.loading import load_dataset, require_splits

__all__ = [
    "DATASETS",
    "DatasetInfo",
    "ImageDataset",
    "Split",
    "download_dataset",
    "find_dataset",
    "is_available",
    "load_dataset",
    "require_splits",
]

_MODULES = {
    "download_dataset": "dataset_download",
    "DATASETS": "datasets",
    "DatasetInfo": "datasets",
    "find_dataset": "datasets",
    "is_available": "datasets",
    "ImageDataset": "image_dataset",
    "Split": "image_dataset",
    "load_dataset": "loading",
    "require_splits": "loading",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"studio.data.{_MODULES[name]}"), name)
