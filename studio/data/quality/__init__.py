"""Checks of a dataset before training: class counts, duplicates, outliers and unreadable files."""

from studio.data.quality.checks import check_images
from studio.data.quality.classes import count_classes

__all__ = ["check_images", "count_classes"]
