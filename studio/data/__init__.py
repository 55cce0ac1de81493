"""Data sets: where they come from, how they are read, split, changed and drawn. No torch here."""

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
