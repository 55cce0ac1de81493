"""The images on the canvas as files, each named by its content. No Qt."""

import hashlib
import io
import re
import weakref
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.data.image_crop import WHOLE_IMAGE, ImageCrop
from studio.data.opened_image import OpenedImage, restore_opened_image
from studio.files import read_regular, write_atomic
from studio.ui.widgets.strokes import Background

MAX_BYTES = 128 << 20  # of all images of one drawing
_NAME = re.compile(r"image-[0-9a-f]{64}\.npz")


class StoredImages:
    """Writes images to a folder; those that were written before are not written again."""

    def __init__(self) -> None:
        # The names and sizes in bytes of images that are on disk.
        self._written: weakref.WeakKeyDictionary[Background, tuple[str, int]] = (
            weakref.WeakKeyDictionary()
        )
        self._total = 0

    @property
    def is_full(self) -> bool:
        """Whether an image since `begin` was left out."""
        return self._total > MAX_BYTES

    def begin(self) -> None:
        """Start to count the bytes again."""
        self._total = 0

    def store(self, background: Background, folder: Path) -> str:
        """Return the name of the file of an image, "" for none or one too large.

        Raises OSError or DiskFullError.
        """
        if background.drawing is None or self.is_full:
            return ""
        if background not in self._written:
            self._write(background, folder)
        name, size = self._written[background]
        self._total += size
        return "" if self.is_full else name

    def _write(self, background: Background, folder: Path) -> None:
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **_arrays(background))
        content = buffer.getvalue()
        name = f"image-{hashlib.sha256(content).hexdigest()}.npz"
        if len(content) <= MAX_BYTES and not (folder / name).is_file():
            write_atomic(folder / name, lambda partial: partial.write_bytes(content))
        self._written[background] = name, len(content)


def image_path(folder: Path, name: str) -> Path:
    """Return the file of an image. Raises ValueError or TypeError for a name of another file."""
    if not _NAME.fullmatch(name):
        raise ValueError("not the name of an image")
    return folder / name


def load_image(path: Path) -> Background:
    """Return an image that `StoredImages` wrote. Raises OSError, ValueError or LookupError."""
    content = read_regular(path, MAX_BYTES)
    if hashlib.sha256(content).hexdigest() not in path.name:
        raise ValueError("the image is damaged")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return _background(dict(arrays))


def image_names(steps: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the files named by the JSON values of steps."""
    return {step["image"] for step in steps if step.get("image")}


def remove_other_images(folder: Path, names: set[str]) -> None:
    """Delete all images in a folder but those named. Raises OSError."""
    for path in folder.glob("image-*.npz"):
        if path.name not in names:
            path.unlink(missing_ok=True)


def _arrays(background: Background) -> dict[str, NDArray[Any]]:
    """Return what restores an image, also for models that see it in full resolution."""
    arrays = {"drawing": background.drawing, "photo": background.photo}
    kept = {name: array for name, array in arrays.items() if array is not None}
    if not isinstance(background.origin, OpenedImage):
        return kept
    whole, crop = background.origin.uncropped, background.origin.crop
    kept["photo"] = whole.photo
    if not crop.is_whole:
        kept["crop"] = np.array([crop.degrees, *crop.box])
        kept["crop_pixels"] = np.asarray(background.origin.source)  # of mode L or RGB
    source = whole.source
    if isinstance(source, Image.Image):
        return kept | {"pixels": np.asarray(source)}  # of mode L or RGB
    assert isinstance(source, io.BytesIO)
    return kept | {"content": np.frombuffer(source.getvalue(), np.uint8)}


def _background(arrays: Mapping[str, NDArray[Any]]) -> Background:
    drawing, photo = arrays["drawing"], arrays.get("photo")
    if drawing.dtype != np.uint8 or drawing.ndim != 2:
        raise ValueError("not a drawing")
    content: bytes | Image.Image | None = None
    if "content" in arrays:
        content = arrays["content"].tobytes()
    elif "pixels" in arrays:
        content = Image.fromarray(arrays["pixels"])
    if content is None or photo is None:
        return Background(drawing, photo)
    origin = restore_opened_image(photo, drawing, content, _crop(arrays), arrays.get("crop_pixels"))
    return Background(drawing, origin.photo, origin)


def _crop(arrays: Mapping[str, NDArray[Any]]) -> ImageCrop:
    if "crop" not in arrays:
        return WHOLE_IMAGE
    degrees, left, top, right, bottom = arrays["crop"].astype(float).tolist()
    if not 0 <= left < right <= 1 or not 0 <= top < bottom <= 1 or not abs(degrees) <= 360:
        raise ValueError("not a crop")
    return ImageCrop(degrees, (left, top, right, bottom))
