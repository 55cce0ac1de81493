"""Map a saliency map of the model input back to the canvas."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.ui.shared.live_predictor import LivePredictor

if TYPE_CHECKING:
    from studio.data.drawing.placement import Placement


@dataclass(frozen=True, eq=False)
class CanvasContent:
    """What a canvas showed: a drawing uint8 [H, W], or a photo uint8 [h, w, 3] fitted into it."""

    drawing: NDArray[np.uint8]
    photo: NDArray[np.uint8] | None

    def map_saliency(
        self, model: LivePredictor, saliency: NDArray[np.float32]
    ) -> NDArray[np.float32] | None:
        """Map a saliency map of the model input, [size, size], to the canvas, float32 [H, W].

        Returns None for a blank canvas.
        """
        if self.photo is None or model.drawing != "picture":
            placement = _drawing_placement(self.drawing, model)
            if placement is None:
                return None
            return placement.on_canvas(saliency, self.drawing.shape)
        return self._map_to_photo(self.photo, model, saliency)

    def _map_to_photo(
        self, photo: NDArray[np.uint8], model: LivePredictor, saliency: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        from studio.data.photo_steps import photo_placement

        side = self.drawing.shape[0]
        scale = side / max(photo.shape[:2])
        height, width = (max(1, round(length * scale)) for length in photo.shape[:2])
        top, left = (side - height) // 2, (side - width) // 2
        placement = photo_placement((height, width), model.image_size, model.fit)
        heat = np.zeros(self.drawing.shape, np.float32)
        shown = heat[top : top + height, left : left + width]
        shown[:] = placement.on_canvas(saliency, (height, width))
        return heat


def _drawing_placement(drawing: NDArray[np.uint8], model: LivePredictor) -> "Placement | None":
    from studio.data.drawing.steps import drawing_placement  # late, because it needs scipy

    return drawing_placement(drawing, model.drawing, model.image_size)
