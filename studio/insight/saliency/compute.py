"""One call for all saliency methods."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.insight.saliency.methods import (
    GRAD_CAM,
    INPUT_TIMES_GRADIENT,
    INTEGRATED_GRADIENTS,
    OCCLUSION,
    SaliencyMethod,
)

if TYPE_CHECKING:
    from studio.inference import Predictor

STRONGEST_PERCENTILE = 99  # full color, so that a single outlier does not fade all other pixels

Compute = Callable[
    ["Predictor", NDArray[np.uint8], Sequence[int], OnProgress, ShouldStop], NDArray[np.float32]
]


@dataclass(frozen=True, eq=False)
class SaliencyMaps:
    """Maps of one image for several classes: `values` is float32 [K, h, w], in logits.

    Positive values speak for a class, negative ones against it. Grad-CAM has no unit.
    """

    values: NDArray[np.float32]

    @property
    def scale(self) -> float:
        """The magnitude shown in full color, the same for all classes; 0 where all values are."""
        return float(np.percentile(np.abs(self.values), STRONGEST_PERCENTILE))

    def scaled(self) -> NDArray[np.float32]:
        """The values divided by the scale, clipped to -1..1."""
        scale = self.scale
        if not scale > 0:
            return np.zeros_like(self.values)
        return np.asarray(np.clip(self.values / scale, -1, 1), np.float32)


def compute_saliency(
    predictor: "Predictor",
    image: NDArray[np.uint8],
    classes: Sequence[int],
    method: SaliencyMethod = INPUT_TIMES_GRADIENT,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> SaliencyMaps:
    """Compute the maps of a model input uint8 [C, h, w] for the logits of `classes`.

    Raises Stopped.
    """
    compute = _computation(method)
    return SaliencyMaps(compute(predictor, image, classes, on_progress, should_stop))


def _computation(method: SaliencyMethod) -> Compute:
    """Return the function of a method; torch is imported here, so that a window opens fast."""
    from studio.insight.saliency.grad_cam import grad_cam
    from studio.insight.saliency.gradients import input_times_gradient, integrated_gradients
    from studio.insight.saliency.occlusion import occlusion

    return {
        GRAD_CAM: grad_cam,
        INTEGRATED_GRADIENTS: integrated_gradients,
        OCCLUSION: occlusion,
        INPUT_TIMES_GRADIENT: input_times_gradient,
    }[method]
