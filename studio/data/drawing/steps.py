"""The steps from a drawing to the model input, one image each, and what happens without a step.

They are made of the functions of `prepare_drawing`: with all steps, the last image is the same.
"""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from studio.data.drawing import DrawingStyle
from studio.data.drawing.input_step import (
    NORMALIZE,
    SCALE,
    InputStep,
    InputTrace,
    drawing_step,
    scaled_shape,
    whole,
)
from studio.data.drawing.mnist_steps import trace_mnist
from studio.data.drawing.nist_steps import trace_nist
from studio.data.drawing.placement import Box, Placement
from studio.data.drawing.preprocessing import MIN_STROKE, letterbox


def trace_drawing(
    drawing: NDArray[np.uint8], style: DrawingStyle, size: int, without: Collection[str] = ()
) -> InputTrace | None:
    """Return the steps of `prepare_drawing` for a drawing uint8 [H, W], `without` some of them.

    Returns None for a blank drawing.
    """
    if not (drawing >= MIN_STROKE).any():
        return None
    if style == "mnist":
        return trace_mnist(drawing, size, without)
    if style == "digits":
        return trace_nist(drawing, size, without)
    return trace_picture(drawing, size)


def drawing_placement(
    drawing: NDArray[np.uint8], style: DrawingStyle, size: int
) -> Placement | None:
    """Return where the pixels of the model input of a drawing come from, None for a blank one."""
    trace = trace_drawing(drawing, style, size)
    return None if trace is None else trace.placement


def trace_picture(drawing: NDArray[np.uint8], size: int) -> InputTrace:
    """Return the steps of a drawing for a model of photos: it stays as it is, only smaller."""
    scaled = letterbox(drawing, size)
    height, width = scaled_shape(drawing, size)
    target = Box((size - height) // 2, (size - width) // 2, height, width)
    text = f"The whole drawing, with white strokes on black, in {size} × {size} pixels."
    steps = (drawing_step(drawing), InputStep(SCALE, scaled, text, can_switch=False))
    return InputTrace(steps, scaled, Placement(whole(drawing), target, size))


def normalize_step(
    model_input: NDArray[np.uint8],
    mean: tuple[float, ...],
    std: tuple[float, ...],
    without: Collection[str] = (),
) -> InputStep:
    """Return the last step, of a model input uint8 [C, h, w], with its values of one channel.

    `mean` and `std` are those of each channel, for pixels 0..255. Left out, pixels are only divided
    by 255. Channels are averaged, for display.
    """
    is_on = NORMALIZE not in without
    pixels = model_input.astype(np.float32)
    shift = np.array(mean, np.float32)[:, None, None] if is_on else np.float32(0)
    scale = np.array(std, np.float32)[:, None, None] if is_on else np.float32(255)
    values = ((pixels - shift) / scale).mean(axis=0)
    low, high = float(values.min()), float(values.max())
    span = f"values from {_signed(low)} to {_signed(high)}"
    if is_on and any(mean):
        average, deviation = np.mean(mean) / 255, np.mean(std) / 255
        text = f"Minus the mean {average:.2f}, divided by the deviation {deviation:.2f}: {span}."
    elif is_on:
        text = f"Divided by {np.mean(std):.0f}: {span}."
    else:
        text = f"Left out: pixels are only divided by 255, {span}."
    image = np.rint(pixels.mean(axis=0)).astype(np.uint8)
    return InputStep(NORMALIZE, image, text, is_on, any(mean), values.astype(np.float32))


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
