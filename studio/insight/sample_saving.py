"""Save an edited sample as an image file in the folder of its class. No Qt."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.errors import ImageError
from studio.files import write_atomic

_MAX_NAME = 120  # characters; file systems allow 255 bytes


def file_name(sample_id: str, changes: Sequence[str]) -> str:
    """Name an edited sample by its id and its changes: "test-729_rotated-by-7-clockwise.png"."""
    stem = re.sub(r"\.\w+$", "", sample_id.replace("\\", "/").rpartition("/")[2])
    words = "_".join(_as_file_part(text.lower()) for text in changes) or "copy"
    return f"{_as_file_part(stem)}_{words}"[:_MAX_NAME] + ".png"


def class_folder(folder: Path, class_name: str) -> Path:
    """Return where images of a class lie below `folder`: a class folder is named as its class.

    Characters that no folder may have are replaced: “T-shirt/top” lies in “T-shirt-top”.
    """
    return folder / (re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", class_name).strip(" .") or "class")


def save_sample(image: NDArray[np.uint8], folder: Path, class_name: str, name: str) -> Path:
    """Save an image, uint8 [C, H, W], as PNG in its class folder and return the path.

    The folder is created if needed. A file that exists is never replaced: the new one gets a
    number. Raises ImageError.
    """
    from PIL import Image

    target = class_folder(folder, class_name)
    pixels = image[0] if len(image) == 1 else np.ascontiguousarray(image.transpose(1, 2, 0))
    try:
        target.mkdir(parents=True, exist_ok=True)
        path = _free_path(target / name)
        write_atomic(path, lambda partial: Image.fromarray(pixels).save(partial, "PNG"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise ImageError(
            f"The sample could not be saved in “{target}”: {reason}.", "Choose another folder."
        ) from None
    return path


def _free_path(path: Path) -> Path:
    number, free = 2, path
    while free.exists():
        free = path.with_stem(f"{path.stem}-{number}")
        number += 1
    return free


def _as_file_part(text: str) -> str:
    """Keep letters, digits, points and dashes."""
    return re.sub(r"[^\w.-]+", "-", text).strip("-.")
