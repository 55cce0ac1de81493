"""The steps from the gray levels of a photo to one digit in it, an image and a sentence each."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.data.drawing.digit_groups import Box, FoundDigit, isolate_digits, remove_rules
from studio.data.drawing.foreground import ForegroundStages, Gray, compute_stages
from studio.data.drawing.input_step import (
    DIGIT,
    DUST,
    GRAY,
    ILLUMINATION,
    POLARITY,
    RULES,
    SURROUNDINGS,
    THRESHOLD,
    InputStep,
)
from studio.formatting import count

Pixels = NDArray[np.uint8]

# The steps that can be left out; the others are needed to find anything.
SWITCHABLE = frozenset({SURROUNDINGS, ILLUMINATION, THRESHOLD, DUST, RULES, DIGIT})


@dataclass(frozen=True, eq=False)
class ForegroundTrace:
    """The steps, and the handwriting uint8 [H, W] that they end in, which may be blank."""

    steps: tuple[InputStep, ...]
    drawing: Pixels


def trace_foreground(
    working_gray: Pixels, near: Box | None = None, without: Collection[str] = ()
) -> ForegroundTrace:
    """Return the steps of `extract_foreground` and `find_digits`, `without` some of them.

    The digit is the one nearest to the box `near`, in fractions of the image; by default the main
    one. Steps that find nothing to do, such as ruled lines to remove, are not listed.
    """
    stages = compute_stages(working_gray, without)
    cleaned = stages.foreground if RULES in without else remove_rules(stages.foreground)
    digits = isolate_digits(stages.foreground, cleaned)
    digit = nearest_digit(digits, near)
    drawing = cleaned if digit is None or DIGIT in without else digit.drawing
    optional = (
        _surroundings_step(stages, SURROUNDINGS not in without),
        _rules_step(stages.foreground, cleaned, RULES not in without),
    )
    steps = (
        _gray_step(stages),
        optional[0],
        _polarity_step(stages),
        _illumination_step(stages, ILLUMINATION not in without),
        _threshold_step(stages, THRESHOLD not in without),
        _dust_step(stages, DUST not in without),
        optional[1],
        _digit_step(drawing, len(digits), DIGIT not in without),
    )
    return ForegroundTrace(tuple(step for step in steps if step is not None), drawing)


def nearest_digit(digits: list[FoundDigit], near: Box | None) -> FoundDigit | None:
    """Return the digit whose center is nearest to that of a box, or the first without a box."""
    if not digits or near is None:
        return digits[0] if digits else None
    x, y = _center(near)
    return min(digits, key=lambda d: (_center(d.box)[0] - x) ** 2 + (_center(d.box)[1] - y) ** 2)


def _center(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _gray_step(stages: ForegroundStages) -> InputStep:
    height, width = stages.gray.shape
    text = f"The brightness of each pixel, in {width} × {height} pixels."
    return InputStep(GRAY, _image(stages.gray), text, can_switch=False)


def _surroundings_step(stages: ForegroundStages, is_on: bool) -> InputStep | None:
    """Return the step where there is a table, or where nobody looked for one."""
    if not is_on:
        text = "Left out: a table around the paper stays."
        return InputStep(SURROUNDINGS, _image(stages.paper_only), text, is_on)
    if stages.paper_only is stages.gray:
        return None
    text = "What surrounds the paper is covered with the nearest paper."
    return InputStep(SURROUNDINGS, _image(stages.paper_only), text)


def _polarity_step(stages: ForegroundStages) -> InputStep:
    text = "The strokes are lighter than the paper: nothing to invert."
    if not stages.is_pen_light:
        text = "The strokes are darker than the paper: inverted, so that strokes are light."
    return InputStep(POLARITY, _image(stages.light_pen), text, can_switch=False)


def _illumination_step(stages: ForegroundStages, is_on: bool) -> InputStep:
    low, high = round(float(stages.paper.min())), round(float(stages.paper.max()))
    if not stages.is_uniform:
        text = f"The level of the paper here, {low} to {high}, is subtracted everywhere."
    elif is_on:
        text = f"The light is even: the level of the paper, {low}, is subtracted."
    else:
        text = f"Left out: one level, {low}, is subtracted, as if the light were even."
    return InputStep(ILLUMINATION, _image(stages.depth), text, is_on)


def _threshold_step(stages: ForegroundStages, is_on: bool) -> InputStep:
    text = f"What is fainter than {stages.threshold:.0f} is noise or shading, and becomes 0."
    if stages.threshold < 1:
        text = "There is no noise: everything stays."
    if not is_on:
        text = f"Left out: noise fainter than {stages.threshold:.0f} stays."
    return InputStep(THRESHOLD, _image(stages.strokes), text, is_on)


def _dust_step(stages: ForegroundStages, is_on: bool) -> InputStep:
    text = "Specks are removed, and the pen becomes 255."
    if not is_on:
        text = "Left out: specks stay. The pen becomes 255."
    return InputStep(DUST, stages.foreground, text, is_on)


def _rules_step(foreground: Pixels, cleaned: Pixels, is_on: bool) -> InputStep | None:
    """Return the step where there are ruled lines, or where nobody looked for them."""
    if not is_on:
        return InputStep(RULES, foreground, "Left out: the lines of ruled paper stay.", is_on)
    if cleaned is foreground:
        return None
    text = "The lines of the paper are removed, but not where strokes cross them."
    return InputStep(RULES, cleaned, text)


def _digit_step(drawing: Pixels, found: int, is_on: bool) -> InputStep:
    if not is_on:
        text = "Left out: everything found is one drawing."
    elif found > 1:
        text = f"One of {count(found, 'digit')} found, without its neighbors."
    else:
        text = "There is one digit: all strokes belong to it." if found else "No digit was found."
    return InputStep(DIGIT, drawing, text, is_on)


def _image(gray: Gray) -> Pixels:
    return np.rint(np.clip(gray, 0, 255)).astype(np.uint8)
