"""What leaving a step out does to a prediction, in words."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.formatting import percent

Probabilities = NDArray[np.float32]


class EffectText(NamedTuple):
    """The text below a step, and whether another class would be predicted."""

    text: str
    is_change: bool


def describe_class(class_names: Sequence[str], probabilities: Probabilities) -> str:
    """Return the most probable class with its probability: “4 · 97 %”."""
    top = int(np.argmax(probabilities))
    return f"{class_names[top]} · {percent(float(probabilities[top]), digits=0)}"


def describe_effect(
    class_names: Sequence[str], is_on: bool, chosen: Probabilities, toggled: Probabilities | None
) -> EffectText:
    """Describe what is predicted once a step is toggled: “Without: 9 · 54 %”."""
    word = "Without" if is_on else "With it"
    if toggled is None:
        return EffectText(f"{word}: nothing found", True)
    is_change = int(np.argmax(chosen)) != int(np.argmax(toggled))
    return EffectText(f"{word}: {describe_class(class_names, toggled)}", is_change)


def describe_choice(
    class_names: Sequence[str], chosen: Probabilities, complete: Probabilities, is_complete: bool
) -> str:
    """Describe the prediction with the steps chosen, and with all of them."""
    every = f"{describe_class(class_names, complete)} with all steps"
    if is_complete:
        return every
    return f"{describe_class(class_names, chosen)} with these steps, {every}"
