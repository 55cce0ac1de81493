"""Image datasets: the registry, downloads, reading, splits and own images.

Only the subpackage `augment` imports torch, so that the window starts without it.
"""

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
