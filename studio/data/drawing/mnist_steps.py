"""The steps of `center_like_mnist`, and what happens without one of them."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from studio.data.drawing.input_step import (
    CENTER,
    CONTRAST,
    CROP,
    SCALE,
    InputStep,
    InputTrace,
    crop_step,
    drawing_step,
)
from studio.data.drawing.mnist_centering import (
    box_side,
    centered_offset,
    place,
    scale_to_box,
    stretch_contrast,
)
from studio.data.drawing.placement import Box, Placement

Pixels = NDArray[np.uint8]


def trace_mnist(drawing: Pixels, size: int, without: Collection[str] = ()) -> InputTrace:
    """Return the steps of a drawing uint8 [H, W] that is not blank.

    Without `crop` the whole canvas is scaled, without `scale` the strokes keep their size on the
    canvas, without `contrast` thin strokes stay faint, without `center` the drawing stays where it
    was drawn.
    """
    box, crop = crop_step(drawing, CROP not in without, "scaled")
    scaled, scale = _scale(drawing, crop.image, size, SCALE not in without)
    grey, contrast = _contrast(scaled, CONTRAST not in without)
    top, left = _offset(drawing, box, grey, size, CENTER not in without)
    image = place(grey, top, left, size)
    center = InputStep(CENTER, image, _center_text(CENTER not in without), CENTER not in without)
    placement = Placement(box, Box(top, left, *grey.shape), size)
    steps = (drawing_step(drawing), crop, scale, contrast, center)
    return InputTrace(steps, image, placement)


def _scale(
    drawing: Pixels, crop: Pixels, size: int, is_on: bool
) -> tuple[NDArray[np.float32], InputStep]:
    """Scale to the box of MNIST, or by as much as the whole canvas would be scaled."""
    if is_on:
        side = box_side(size)
        text = f"The longer side becomes {side} pixels, whatever the size of the drawing."
    else:
        side = max(1, round(max(crop.shape) * size / max(drawing.shape)))
        text = "Left out: the drawing stays as small or large as it is on the canvas."
    scaled = scale_to_box(crop, side)
    return scaled, InputStep(SCALE, _rounded(scaled), text, is_on)


def _contrast(scaled: NDArray[np.float32], is_on: bool) -> tuple[Pixels, InputStep]:
    strongest = round(float(scaled.max()))
    if is_on:
        grey = stretch_contrast(scaled)
        text = f"The strongest pixel becomes 255; it was {strongest}."
    else:
        grey = _rounded(scaled)
        text = f"Left out: the strongest pixel stays at {strongest}."
    return grey, InputStep(CONTRAST, grey, text, is_on)


def _offset(drawing: Pixels, box: Box, grey: Pixels, size: int, is_on: bool) -> tuple[int, int]:
    """Top and left of the strokes in the image: centered, or about where they were drawn."""
    if is_on:
        return centered_offset(grey, size)
    middle = (box.top + box.height / 2, box.left + box.width / 2)
    top, left = (
        round(np.clip(center * size / canvas - side / 2, 0, size - side))
        for center, canvas, side in zip(middle, drawing.shape, grey.shape, strict=True)
    )
    return top, left


def _center_text(is_on: bool) -> str:
    if is_on:
        return "The center of mass of the strokes comes to the middle."
    return "Left out: the drawing stays where it was drawn."


def _rounded(scaled: NDArray[np.float32]) -> Pixels:
    return np.rint(np.clip(scaled, 0, 255)).astype(np.uint8)
