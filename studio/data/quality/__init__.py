"""What is told of pictures before training: counts of classes, and every surprise in them."""

from studio.data.quality.checking import check_images
from studio.data.quality.classes import count_classes

__all__ = ["check_images", "count_classes"]
