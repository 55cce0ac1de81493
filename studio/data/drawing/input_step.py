"""One step from a drawing or a photo to the model input, and all steps together."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from studio.data.drawing.placement import Box, Placement
from studio.data.drawing.preprocessing import stroke_box

# Keys of steps.
DRAWING, CROP, SCALE, CONTRAST, CENTER = "drawing", "crop", "scale", "contrast", "center"
STRETCH, STROKE_WIDTH, DESLANT, BLOCKS = "stretch", "stroke_width", "deslant", "blocks"
PHOTO, SQUARE, NORMALIZE = "photo", "square", "normalize"

# Those from a photo to the handwriting in it.
CUT_OUT, GRAY, SURROUNDINGS, POLARITY = "cut_out", "gray", "surroundings", "polarity"
ILLUMINATION, THRESHOLD, DUST = "illumination", "threshold", "dust"
RULES, DIGIT = "rules", "digit"

TITLES = {
    DRAWING: "Drawing",
    CROP: "Crop",
    SCALE: "Scale",
    CONTRAST: "Contrast",
    CENTER: "Center",
    STRETCH: "Stretch",
    STROKE_WIDTH: "Stroke width",
    DESLANT: "Deslant",
    BLOCKS: "Blocks",
    PHOTO: "Photo",
    SQUARE: "Square",
    NORMALIZE: "Normalize",
    CUT_OUT: "Cut out",
    GRAY: "Gray",
    SURROUNDINGS: "Table",
    POLARITY: "Polarity",
    ILLUMINATION: "Even light",
    THRESHOLD: "Threshold",
    DUST: "Dust",
    RULES: "Ruled lines",
    DIGIT: "Digit",
}


@dataclass(frozen=True, eq=False)
class InputStep:
    """One step: its image after it, uint8 [h, w] or [h, w, 3], and a sentence about it.

    A step that is not `is_on` was left out; its image is what the next step received. `values` is
    float32 [h, w] where the result of the step is no image of 0..255.
    """

    key: str
    image: NDArray[np.uint8]
    text: str
    is_on: bool = True
    can_switch: bool = True
    values: NDArray[np.float32] | None = None

    @property
    def title(self) -> str:
        """The name of the step."""
        return TITLES[self.key]


@dataclass(frozen=True, eq=False)
class InputTrace:
    """All steps in order, the model input uint8 [size, size], and where its pixels come from."""

    steps: tuple[InputStep, ...]
    model_input: NDArray[np.uint8]
    placement: Placement


def drawing_step(drawing: NDArray[np.uint8]) -> InputStep:
    """Return the first step."""
    text = "As drawn: strokes are 255, paper is 0."
    return InputStep(DRAWING, drawing, text, can_switch=False)


def crop_step(drawing: NDArray[np.uint8], is_on: bool, next_change: str) -> tuple[Box, InputStep]:
    """Return the rectangle of the strokes and the step; that of the whole canvas if it is left out.

    `next_change` says what the next step does: "scaled".
    """
    if not is_on:
        text = f"Left out: the whole canvas is {next_change}, with its empty paper."
        return whole(drawing), InputStep(CROP, drawing, text, is_on)
    rows, columns = stroke_box(drawing)
    crop = drawing[rows, columns]
    text = "The smallest rectangle that holds all strokes."
    return Box(rows.start, columns.start, *crop.shape), InputStep(CROP, crop, text)


def switchable(steps: tuple[InputStep, ...]) -> list[str]:
    """Return the keys of the steps that can be left out."""
    return [step.key for step in steps if step.can_switch]


def with_step(trace: InputTrace, step: InputStep) -> InputTrace:
    """Append a step."""
    return replace(trace, steps=(*trace.steps, step))


def whole(image: NDArray[np.uint8]) -> Box:
    """Return the rectangle of a whole image."""
    return Box(0, 0, *image.shape[:2])


def scaled_shape(image: NDArray[np.uint8], side: int) -> tuple[int, int]:
    """Return height and width after scaling the longer side to `side`, as `scale_to_box` does."""
    height, width = image.shape[:2]
    scale = side / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))
