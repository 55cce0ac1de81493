"""Convert a drawing or a photographed digit to the model input its dataset would contain.

The types are defined here, so that the window can import them without scipy.
"""

from enum import StrEnum
from typing import Literal

# How a drawing is converted; see `studio.data.drawing.preprocessing.prepare_drawing`.
DrawingStyle = Literal["mnist", "digits", "picture"]


class DrawingFlaw(StrEnum):
    """Why input is hardly a drawing; the value is the description for the user."""

    TINY = "almost nothing"
    DOT = "one dot"
    DOTS = "only dots"
    AREA = "a filled area"
