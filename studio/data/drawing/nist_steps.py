"""The steps of `block_counts`, the normalization of NIST, and what happens without one of them."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from studio.data.drawing import nist_normalization as nist
from studio.data.drawing.input_step import (
    BLOCKS,
    CROP,
    DESLANT,
    STRETCH,
    STROKE_WIDTH,
    InputStep,
    InputTrace,
    crop_step,
    drawing_step,
)
from studio.data.drawing.mnist_centering import scale_to_box
from studio.data.drawing.placement import Box, Placement
from studio.data.drawing.preprocessing import grey_of_counts

Pixels = NDArray[np.uint8]
Bitmap = NDArray[np.bool_]


def trace_nist(drawing: Pixels, size: int, without: Collection[str] = ()) -> InputTrace:
    """Return the steps of a drawing uint8 [H, W] that is not blank.

    Without `crop` the whole canvas is stretched, without `stretch` it keeps its proportions; the
    width and the slant of strokes stay as they are without those steps.
    """
    box, crop = crop_step(drawing, CROP not in without, "stretched")
    target, bitmap, stretch = _stretch(crop.image, STRETCH not in without)
    bitmap, width = _stroke_width(bitmap, STROKE_WIDTH not in without)
    bitmap, shifts, slant = _deslant(bitmap, DESLANT not in without)
    image = grey_of_counts(nist.count_in_blocks(bitmap), size)
    text = "Stroke pixels in each block of 4 × 4 are counted: 0 to 16."
    blocks = InputStep(BLOCKS, image, text, can_switch=False)
    target = Box(*(side * size / nist.SIDE for side in target))
    steps = (drawing_step(drawing), crop, stretch, width, slant, blocks)
    return InputTrace(steps, image, Placement(box, target, size, shifts))


def _stretch(crop: Pixels, is_on: bool) -> tuple[Box, Bitmap, InputStep]:
    """Return the rectangle of the strokes in the bitmap, the bitmap, and the step."""
    if is_on:
        bitmap = nist.to_bitmap(crop)
        box = Box(0, (nist.SIDE - nist.BOX_WIDTH) // 2, nist.SIDE, nist.BOX_WIDTH)
        text = f"Stretched to {nist.BOX_WIDTH} × {nist.SIDE} pixels, whatever its shape."
    else:
        box, bitmap = _keep_proportions(crop)
        text = "Left out: the drawing keeps its proportions."
    return box, bitmap, InputStep(STRETCH, _as_image(bitmap), text, is_on)


def _keep_proportions(crop: Pixels) -> tuple[Box, Bitmap]:
    scaled = scale_to_box(crop, nist.SIDE)
    height, width = scaled.shape
    top, left = (nist.SIDE - height) // 2, (nist.SIDE - width) // 2
    bitmap = np.zeros((nist.SIDE, nist.SIDE), bool)
    bitmap[top : top + height, left : left + width] = scaled >= scaled.max() / 2
    return Box(top, left, height, width), bitmap


def _stroke_width(bitmap: Bitmap, is_on: bool) -> tuple[Bitmap, InputStep]:
    before = int(bitmap.sum())
    if not is_on:
        text = "Left out: strokes stay as thick as they are."
        return bitmap, InputStep(STROKE_WIDTH, _as_image(bitmap), text, is_on)
    bitmap = nist.normalize_stroke_width(bitmap)
    after = int(bitmap.sum())
    change = "thinned" if after < before else "thickened" if after > before else "thick enough"
    text = f"Strokes are {change}: {before} pixels before, {after} after."
    return bitmap, InputStep(STROKE_WIDTH, _as_image(bitmap), text)


def _deslant(bitmap: Bitmap, is_on: bool) -> tuple[Bitmap, NDArray[np.int_] | None, InputStep]:
    if not is_on:
        text = "Left out: a slanted digit stays slanted."
        return bitmap, None, InputStep(DESLANT, _as_image(bitmap), text, is_on)
    shifts = nist.slant_shifts(bitmap)
    bitmap = nist.deslant(bitmap)
    moved = int(np.abs(shifts).max())
    text = f"Rows are shifted until the left edge is upright: by up to {moved} pixels."
    return bitmap, shifts, InputStep(DESLANT, _as_image(bitmap), text)


def _as_image(bitmap: Bitmap) -> Pixels:
    return bitmap.astype(np.uint8) * np.uint8(255)
