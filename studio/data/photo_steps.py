"""The steps from a photo to the input of a model of photos, as `resize_to_square` takes them."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.data.drawing.input_step import PHOTO, SCALE, SQUARE, InputStep, InputTrace
from studio.data.drawing.placement import Box, Placement
from studio.data.image_resizing import resize_to_square

if TYPE_CHECKING:  # settings take longer to import than an image takes to decode
    from studio.config import Fit

Pixels = NDArray[np.uint8]

_TEXTS = {
    "crop": "Only the central square is kept.",
    "fit": "Black is added until it is square.",
    "stretch": "Stretched to a square, whatever its shape.",
}


def trace_photo(
    photo: Pixels,
    size: int,
    fit: "Fit",
    channels: int,
    without: Collection[str] = (),
    decode: "Callable[[Fit], Pixels] | None" = None,
) -> InputTrace:
    """Return the steps of a photo uint8 [H, W, 3]; the model input is uint8 [C, size, size].

    Without `square` the photo is stretched. `decode` returns the model input where the photo is
    only a smaller copy of the image.
    """
    is_on = SQUARE not in without
    mode: Fit = fit if is_on else "stretch"
    height, width = photo.shape[:2]
    if decode is None:
        model_input = resize_to_square(Image.fromarray(photo), size, mode, channels)
    else:
        model_input = decode(mode)
    shown = model_input[0] if channels == 1 else model_input.transpose(1, 2, 0)
    text = _TEXTS[mode] if is_on else "Left out: the photo is stretched to a square."
    color = "color" if channels == 3 else "gray"
    steps = (
        InputStep(PHOTO, photo, f"{width} × {height} pixels.", can_switch=False),
        InputStep(SQUARE, _square(photo, mode), text, is_on, fit != "stretch" and height != width),
        InputStep(SCALE, shown, f"{size} × {size} pixels in {color}.", can_switch=False),
    )
    return InputTrace(steps, model_input, photo_placement((height, width), size, mode))


def photo_placement(shape: tuple[int, int], size: int, fit: "Fit") -> Placement:
    """Return where the pixels of a model input come from on a photo shown with height and width.

    The photo may be shown at any size: `on_canvas` maps a heatmap to it.
    """
    height, width = shape
    source, target = Box(0, 0, height, width), Box(0, 0, size, size)
    if fit == "crop":
        side = min(shape)
        source = Box((height - side) // 2, (width - side) // 2, side, side)
    elif fit == "fit":
        scale = size / max(shape)
        scaled_height, scaled_width = max(1, round(height * scale)), max(1, round(width * scale))
        top, left = (size - scaled_height) // 2, (size - scaled_width) // 2
        target = Box(top, left, scaled_height, scaled_width)
    return Placement(source, target, size)


def _square(photo: Pixels, mode: "Fit") -> Pixels:
    """Return a photo as a square, before it is reduced to the model input."""
    side = min(photo.shape[:2]) if mode == "crop" else max(photo.shape[:2])
    return resize_to_square(Image.fromarray(photo), side, mode, 3).transpose(1, 2, 0)
