"""The steps from an opened image to the model input, for models of drawings and of photos."""

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.callbacks import ShouldStop, never_stop
from studio.data.drawing import DrawingStyle
from studio.data.drawing.foreground_steps import SWITCHABLE, ForegroundTrace, trace_foreground
from studio.data.drawing.input_step import CUT_OUT, PHOTO, InputStep, InputTrace
from studio.data.drawing.steps import trace_drawing
from studio.data.isolated_images import MAX_DISPLAY_SIDE_PX, decode_model_input
from studio.data.opened_image import OpenedImage
from studio.data.photo_steps import trace_photo
from studio.errors import Stopped

if TYPE_CHECKING:  # settings take longer to import than an image takes to decode
    from studio.config import Fit

Pixels = NDArray[np.uint8]

MAX_KEPT = 16  # traces, so that each step is left out, and others with it, without waiting


class OpenedImageSteps:
    """Traces one image; what takes long is computed once. For one thread at a time."""

    def __init__(self, image: OpenedImage, should_stop: ShouldStop = never_stop) -> None:
        self.image = image
        self._should_stop = should_stop
        self._found: dict[frozenset[str], ForegroundTrace] = {}
        self._inputs: dict[tuple[int, Fit, int], Pixels] = {}

    def trace_strokes(
        self, style: DrawingStyle, size: int, without: Collection[str] = ()
    ) -> InputTrace | None:
        """Return the steps for a model of drawings, None where no handwriting is found.

        With all steps, the model input is that of `Predictor.predict_drawing` for the drawing of
        the image. Raises ImageError for a damaged image of an earlier session, and Stopped.
        """
        found = self._find(frozenset(without) & SWITCHABLE)
        trace = trace_drawing(found.drawing, style, size, without)
        if trace is None:
            return None
        steps = (*self._opening_steps(), *found.steps, *trace.steps[1:])
        return InputTrace(steps, trace.model_input, trace.placement)

    def trace_photo(
        self, size: int, fit: "Fit", channels: int, without: Collection[str] = ()
    ) -> InputTrace:
        """Return the steps for a model of photos.

        The model input is that of `Predictor.predict_picture` for the source of the image. Raises
        ImageError and Stopped.
        """

        def decode(mode: "Fit") -> Pixels:
            return self._decode(size, mode, channels)

        trace = trace_photo(self.image.photo, size, fit, channels, without, decode)
        steps = (*self._opening_steps(), *trace.steps[1:])
        return InputTrace(steps, trace.model_input, trace.placement)

    def _opening_steps(self) -> tuple[InputStep, ...]:
        """Return the image as it was opened, and what was cut out of it."""
        image = self.image
        text = "As it was opened, upright."
        if max(image.uncropped.photo.shape) >= MAX_DISPLAY_SIDE_PX:
            text = "As it was opened, upright; shown smaller, but used in full resolution."
        opened = InputStep(PHOTO, image.uncropped.photo, text, can_switch=False)
        if image.crop.is_whole:
            return (opened,)
        turned = f", rotated by {image.crop.degrees:g}°" if image.crop.degrees else ""
        width, height = _size(image)
        text = f"Your crop{turned}: {width:,} × {height:,} pixels of the full image."
        return opened, InputStep(CUT_OUT, image.photo, text, can_switch=False)

    def _find(self, without: frozenset[str]) -> ForegroundTrace:
        if without not in self._found:
            self._found[without] = self._trace(without)
            while len(self._found) > MAX_KEPT:
                self._found.pop(next(iter(self._found)))
        return self._found[without]

    def _trace(self, without: frozenset[str]) -> ForegroundTrace:
        image = self.image
        image.search(self._should_stop)
        if self._should_stop():
            raise Stopped
        assert image.gray is not None
        near = image.digits[image.chosen].box if image.chosen >= 0 else None
        trace = trace_foreground(image.gray, near, without)
        # The drawing that is predicted, even if an earlier version found it in another way.
        return trace if without else ForegroundTrace(trace.steps, image.drawing)

    def _decode(self, size: int, mode: "Fit", channels: int) -> Pixels:
        key = size, mode, channels
        if key not in self._inputs:
            source = self.image.source
            self._inputs[key] = decode_model_input(source, *key, self._should_stop)
        return self._inputs[key]


def _size(image: OpenedImage) -> tuple[int, int]:
    """Return the width and height of what the model gets of a crop."""
    source = image.source
    return source.size if isinstance(source, Image.Image) else image.photo.shape[1::-1]
