"""The smallest changes of a sample that change its predicted class, by a search. No Qt."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.errors import Stopped
from studio.insight.sample_transforms import (
    TRANSFORMS,
    Background,
    SampleTransform,
    estimate_background,
)

# Probabilities [N, K] for images uint8 [N, C, H, W].
Predict = Callable[[NDArray[np.uint8]], NDArray[np.float32]]

STEPS, STEPS_OF_LARGE_IMAGES = 24, 10  # in each direction
REFINEMENTS = 8  # within the step in which the prediction changes
_LARGE_SIDE = 64


@dataclass(frozen=True, eq=False)
class PredictionFlip:
    """A transformation that changes the predicted class to `class_index`.

    `strength` is how much of the range of the transformation its `value` is, 0..1; `image` is the
    changed image, uint8 [C, H, W], and `probability` that of its predicted class.
    """

    transform: SampleTransform
    value: float
    strength: float
    image: NDArray[np.uint8]
    class_index: int
    probability: float

    def describe(self, class_names: Sequence[str]) -> str:
        """Say it in a sentence: “Rotated by 7° clockwise, it is predicted as 4.”"""
        change = self.transform.describe(self.value)
        return f"{change}, it is predicted as {class_names[self.class_index]}."


def find_flips(
    predict: Predict,
    image: NDArray[np.uint8],
    background: Background | None = None,
    transforms: Sequence[SampleTransform] = TRANSFORMS,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> list[PredictionFlip]:
    """Return the smallest flip by each transformation that has one, smallest strength first.

    `image` is uint8 [C, H, W]. Each direction of a transformation is searched in equal steps, and
    the first step with another prediction again in finer ones: a flip that lasts for less than a
    step can be missed. Raises Stopped.
    """
    background = estimate_background(image[None]) if background is None else background
    original = int(predict(image[None])[0].argmax())
    search = _Search(predict, image, background, original)
    flips = []
    for number, transform in enumerate(transforms):
        if should_stop():
            raise Stopped
        on_progress(number / len(transforms), transform.title)
        found = [search.find(transform, end) for end in _ends(transform)]
        flips += sorted(
            (flip for flip in found if flip is not None), key=lambda flip: flip.strength
        )[:1]
    on_progress(1.0, "")
    return sorted(flips, key=lambda flip: flip.strength)


def _ends(transform: SampleTransform) -> Iterator[float]:
    for end in (transform.low, transform.high):
        if end != transform.identity:
            yield end


class _Search:
    """Searches single directions of transformations of one image."""

    def __init__(
        self,
        predict: Predict,
        image: NDArray[np.uint8],
        background: Background,
        original: int,
    ) -> None:
        self._predict, self._image = predict, image
        self._background, self._original = background, original
        self._steps = STEPS if max(image.shape) <= _LARGE_SIDE else STEPS_OF_LARGE_IMAGES

    def find(self, transform: SampleTransform, end: float) -> PredictionFlip | None:
        """The smallest flip between the identity and `end`."""
        values = np.linspace(transform.identity, end, self._steps + 1)
        coarse = self._first_flip(transform, values[1:])
        if coarse is None:
            return None
        index, flip = coarse
        fine = np.linspace(values[index], values[index + 1], REFINEMENTS + 1)[1:-1]
        finer = self._first_flip(transform, fine)
        return flip if finer is None else finer[1]

    def _first_flip(
        self, transform: SampleTransform, values: NDArray[np.float64]
    ) -> tuple[int, PredictionFlip] | None:
        """The first of the values at which the predicted class differs, and its index."""
        images = np.concatenate(
            [
                transform.apply(self._image[None], float(value), self._background, 0)
                for value in values
            ]
        )
        probabilities = self._predict(images)
        predicted = probabilities.argmax(1)
        flipped = np.flatnonzero(predicted != self._original)
        if not len(flipped):
            return None
        index = int(flipped[0])
        value, found = float(values[index]), int(predicted[index])
        return index, PredictionFlip(
            transform,
            value,
            transform.strength(value),
            images[index],
            found,
            float(probabilities[index, found]),
        )
