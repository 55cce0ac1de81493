"""Change the size or the color channels of all images of a dataset."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.callbacks import OnProgress, ShouldStop
from studio.data.ordered_map import map_ordered
from studio.data.pixel_cache import build_pixels, open_pixels
from studio.errors import Stopped

Images = NDArray[np.uint8]

CHUNK_IMAGES = 500  # images a task
# Pillow resizes four channels as fast as one, each independently in this mode.
_PLANES, _FOUR_CHANNEL_MODE = 4, "CMYK"


def to_grey(images: Images) -> Images:
    """Return [N, 1, H, W] with the luma of ITU-R 601 as Pillow computes it; grey is unchanged."""
    if images.shape[1] == 1:
        return images
    grey = np.empty((len(images), 1, *images.shape[2:]), np.uint8)
    weights = np.array([19595, 38470, 7471], np.uint32)
    for start in range(0, len(images), CHUNK_IMAGES):
        chunk = images[start : start + CHUNK_IMAGES].astype(np.uint32)
        luma = np.einsum("nchw,c->nhw", chunk, weights) + 0x8000
        grey[start : start + CHUNK_IMAGES, 0] = luma >> 16
    return grey


def to_rgb(images: Images) -> Images:
    """Return grey images as [N, 3, H, W], a view that takes no memory."""
    return np.broadcast_to(images, (len(images), 3, *images.shape[2:]))


def pixel_key(images: Images) -> str:
    """Return 32 hex digits that change with any pixel."""
    digest = hashlib.blake2b(str(images.shape).encode(), digest_size=16)
    digest.update(np.ascontiguousarray(images).data)
    return digest.hexdigest()


def resize_images(
    images: Images, size: int, on_progress: OnProgress, should_stop: ShouldStop
) -> tuple[Images, str]:
    """Resize to [N, C, size, size], antialiased and memory-mapped from the cache.

    Returns the images and their key in the cache. Raises Stopped when asked to stop; nothing is
    kept then.
    """
    key = f"{pixel_key(images)}-{size}"
    cached = open_pixels(key)
    if cached is None:
        resized = _resize_all(images, size, on_progress, should_stop)
        cached = build_pixels(key, (images.shape[1], size, size), resized, dict)
    return cached[0], key


def _resize_all(
    images: Images, size: int, on_progress: OnProgress, should_stop: ShouldStop
) -> Iterator[Images]:
    """Yield one resized image after the other, computed in several threads."""
    chunks = (images[start : start + CHUNK_IMAGES] for start in range(0, len(images), CHUNK_IMAGES))
    with closing(map_ordered(partial(_resize_chunk, size=size), chunks)) as resized:
        for index, chunk in enumerate(resized):
            if should_stop():
                raise Stopped
            on_progress(index * CHUNK_IMAGES / len(images), f"Resizing to {size} by {size} pixels")
            yield from chunk


def _resize_chunk(images: Images, size: int) -> Images:
    channels, height, width = images.shape[1:]
    planes = images.reshape(-1, height, width)
    resized = np.empty((len(planes), size, size), np.uint8)
    packed = np.zeros((height, width, _PLANES), np.uint8)
    for start in range(0, len(planes), _PLANES):
        some = planes[start : start + _PLANES]
        packed[:, :, : len(some)] = some.transpose(1, 2, 0)
        image = Image.frombytes(_FOUR_CHANNEL_MODE, (width, height), packed.tobytes())
        pixels = np.asarray(image.resize((size, size), Image.Resampling.BILINEAR))
        resized[start : start + _PLANES] = pixels.transpose(2, 0, 1)[: len(some)]
    return resized.reshape(-1, channels, size, size)
