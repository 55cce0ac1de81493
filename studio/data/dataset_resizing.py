"""Pictures of a known set in another size or with other colours."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from functools import partial

import numpy as np
from PIL import Image

from studio.callbacks import OnProgress, ShouldStop
from studio.data.dataset_reader import Pictures
from studio.data.image_folder.pool import map_ordered
from studio.data.pixel_cache import build_pixels, open_pixels
from studio.errors import Stopped

# Pictures a task.
_CHUNK = 500
# Pillow resizes four planes as fast as one, each for itself: as the inks of a print.
_PLANES, _PRINT = 4, "CMYK"


def as_grey(images: Pictures) -> Pictures:
    """Luma of colour pictures, [N, 1, H, W], as ITU-R 601 and Pillow weigh it; grey stays grey."""
    if images.shape[1] == 1:
        return images
    grey = np.empty((len(images), 1, *images.shape[2:]), np.uint8)
    weights = np.array([19595, 38470, 7471], np.uint32)
    for start in range(0, len(images), _CHUNK):
        part = images[start : start + _CHUNK].astype(np.uint32)
        luma = np.einsum("nchw,c->nhw", part, weights) + 0x8000
        grey[start : start + _CHUNK, 0] = luma >> 16
    return grey


def as_colour(images: Pictures) -> Pictures:
    """Grey pictures with their plane three times, as a view: no memory is taken."""
    return np.broadcast_to(images, (len(images), 3, *images.shape[2:]))


def pixel_key(images: Pictures) -> str:
    """32 hex digits that change with any pixel."""
    digest = hashlib.blake2b(str(images.shape).encode(), digest_size=16)
    digest.update(np.ascontiguousarray(images).data)
    return digest.hexdigest()


def resize(
    images: Pictures,
    size: int,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> tuple[Pictures, str]:
    """Pictures [N, C, size, size], antialiased, memory-mapped from the cache, and their key there.

    Raises Stopped when asked to stop; what was done is then forgotten.
    """
    key = f"{pixel_key(images)}-{size}"
    found = open_pixels(key)
    if found is None:
        rows = _resized(images, size, on_progress, should_stop)
        found = build_pixels(key, (images.shape[1], size, size), rows, dict)
    return found[0], key


def _resized(
    images: Pictures,
    size: int,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> Iterator[Pictures]:
    """One picture after the other, made by several threads."""
    tasks = (images[start : start + _CHUNK] for start in range(0, len(images), _CHUNK))
    with closing(map_ordered(partial(_scale, size=size), tasks)) as scaled:
        for done, pictures in enumerate(scaled):
            if should_stop():
                raise Stopped
            on_progress(done * _CHUNK / len(images), f"Resizing to {size} by {size} pixels")
            yield from pictures


def _scale(pictures: Pictures, size: int) -> Pictures:
    channels, height, width = pictures.shape[1:]
    planes = pictures.reshape(-1, height, width)
    scaled = np.empty((len(planes), size, size), np.uint8)
    sheet = np.zeros((height, width, _PLANES), np.uint8)
    for start in range(0, len(planes), _PLANES):
        some = planes[start : start + _PLANES]
        sheet[:, :, : len(some)] = some.transpose(1, 2, 0)
        image = Image.frombytes(_PRINT, (width, height), sheet.tobytes())
        resized = np.asarray(image.resize((size, size), Image.Resampling.BILINEAR))
        scaled[start : start + _PLANES] = resized.transpose(2, 0, 1)[: len(some)]
    return scaled.reshape(-1, channels, size, size)
