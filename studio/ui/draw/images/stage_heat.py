"""Where the saliency map of a model input lies on an image."""

import numpy as np
from numpy.typing import NDArray

from studio.data.image_resizing import input_region
from studio.data.opened_image import OpenedImage
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.widgets.crop_view import StageHeat


def photo_heat(image: OpenedImage, model: LivePredictor, heat: NDArray[np.float32]) -> StageHeat:
    """Return the map, [h, w] of -1..1, over the part of a photo that the model input shows."""
    height, width = image.photo.shape[:2]
    left, top, right, bottom = input_region((width, height), heat.shape[-1], model.fit)
    return StageHeat(heat, (left / width, top / height, right / width, bottom / height))


def digit_heat(
    image: OpenedImage, model: LivePredictor, heat: NDArray[np.float32]
) -> StageHeat | None:
    """Return the map over the chosen digit of a photo; None where none is chosen."""
    from studio.data.drawing.steps import drawing_placement  # late, because it needs scipy

    if image.chosen < 0:
        return None
    placement = drawing_placement(image.drawing, model.drawing, model.image_size)
    if placement is None:
        return None
    height, width = image.drawing.shape
    on_drawing = placement.on_canvas(heat, (height, width))
    return StageHeat(on_drawing, image.digits[image.chosen].region)
