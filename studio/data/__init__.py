"""Data sets: where they come from, how they are read, split, changed and drawn. No torch here."""

from studio.data.datasets import SOURCES, Source, find_source, is_available
from studio.data.download import download
from studio.data.image_set import ImageSet, Split
from studio.data.loading import load_image_set, require_parts

__all__ = [
    "SOURCES",
    "ImageSet",
    "Source",
    "Split",
    "download",
    "find_source",
    "is_available",
    "load_image_set",
    "require_parts",
]
