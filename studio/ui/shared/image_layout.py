"""Converts images from the channel layout of datasets to that of image widgets."""

import numpy as np
from numpy.typing import NDArray


def channels_last(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return an image [C, h, w] as [h, w] if it has one channel, else as contiguous [h, w, C]."""
    if image.shape[0] == 1:
        return image[0]
    return np.ascontiguousarray(image.transpose(1, 2, 0))
