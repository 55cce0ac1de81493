"""What each step from a drawing to the model input does to the prediction."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.data.drawing.input_step import NORMALIZE, InputTrace, switchable, with_step
from studio.data.drawing.steps import normalize_step

if TYPE_CHECKING:
    from studio.inference import Predictor

# Returns the steps without some of them, None where there is nothing to predict.
Trace = Callable[[Collection[str]], InputTrace | None]


@dataclass(frozen=True, eq=False)
class InputEffects:
    """Steps to a model input and probabilities float32 [K], calibrated as those of a prediction.

    `chosen` are those with the steps of `trace`, `complete` those with all steps, and `toggled` by
    key those with one step more or less than chosen, None where nothing is left to predict.
    """

    trace: InputTrace
    chosen: NDArray[np.float32]
    complete: NDArray[np.float32]
    toggled: dict[str, NDArray[np.float32] | None]


def compute_input_effects(
    predictor: "Predictor",
    trace: Trace,
    without: Collection[str] = (),
    has_toggled: bool = True,
) -> InputEffects | None:
    """Predict what `trace` returns `without` some steps, and with one step more or less.

    Unless it `has_toggled`, these are left out, for a first answer. Returns None where there is
    nothing to predict.
    """
    chosen = _normalized(predictor, trace(without), without)
    if chosen is None:
        return None
    keys = switchable(chosen.steps)
    left_out = frozenset(without) & frozenset(keys)
    toggled_keys = keys if has_toggled else []
    variants = [left_out, frozenset(), *(left_out ^ {key} for key in toggled_keys)]
    predicted = _predict_variants(predictor, trace, variants)
    toggled = dict(zip(toggled_keys, predicted[2:], strict=True))
    complete = predicted[1]
    assert predicted[0] is not None
    return InputEffects(
        chosen, predicted[0], predicted[0] if complete is None else complete, toggled
    )


def _predict_variants(
    predictor: "Predictor", trace: Trace, variants: list[frozenset[str]]
) -> list[NDArray[np.float32] | None]:
    """Predict with some steps left out; None where nothing is left to predict."""
    inputs = [_model_input(predictor, trace, variant) for variant in variants]
    shown = [image for image in inputs if image is not None]
    plain = [
        NORMALIZE in variant
        for variant, image in zip(variants, inputs, strict=True)
        if image is not None
    ]
    probabilities = iter(_predict(predictor, np.stack(shown), plain))
    return [None if image is None else next(probabilities) for image in inputs]


def _normalized(
    predictor: "Predictor", trace: InputTrace | None, without: Collection[str]
) -> InputTrace | None:
    """Append the last step, which is the model's own."""
    if trace is None:
        return None
    card = predictor.card
    pixels = _with_channels(trace.model_input, card.model.in_channels)
    return with_step(trace, normalize_step(pixels, card.mean, card.std, without))


def _model_input(
    predictor: "Predictor", trace: Trace, without: Collection[str]
) -> NDArray[np.uint8] | None:
    traced = trace(without)
    if traced is None:
        return None
    return _with_channels(traced.model_input, predictor.card.model.in_channels)


def _with_channels(image: NDArray[np.uint8], channels: int) -> NDArray[np.uint8]:
    """Return a gray image [h, w] as [channels, h, w]."""
    return image if image.ndim == 3 else np.repeat(image[None], channels, axis=0)


def _predict(
    predictor: "Predictor", images: NDArray[np.uint8], is_plain: list[bool]
) -> NDArray[np.float32]:
    """Predict images [N, C, h, w], those that are `is_plain` without normalization."""
    plain = np.array(is_plain)
    result = np.empty((len(images), len(predictor.class_names)), np.float32)
    if not plain.all():
        result[~plain] = predictor.predict(images[~plain])
    if plain.any():
        result[plain] = predictor.without_normalization().predict(images[plain])
    return result
