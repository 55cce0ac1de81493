"""The words for an answer, and which classes are worth a bar."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ALL_SHOWN_UP_TO = 10
MOST_LIKELY = 5


def bar_values(class_names: Sequence[str], shares: NDArray[np.float32]) -> list[tuple[str, float]]:
    """All classes in their order when they are few, else the likeliest five, likeliest first."""
    values = [(name, float(share)) for name, share in zip(class_names, shares, strict=True)]
    if len(values) <= ALL_SHOWN_UP_TO:
        return values
    return sorted(values, key=lambda value: -value[1])[:MOST_LIKELY]


def headline(class_names: Sequence[str], shares: NDArray[np.float32]) -> str:
    """What the network says: signs are read, things are seen."""
    verb = "reads" if all(len(name) == 1 for name in class_names) else "sees"
    return f"It {verb} {class_names[int(np.argmax(shares))]}"


def confidence_words(class_names: Sequence[str], shares: NDArray[np.float32]) -> str:
    """How sure the network is; where it hardly is, what else it might be."""
    ranked = np.argsort(-shares, kind="stable")
    best = float(shares[ranked[0]])
    if best >= 0.95:
        return "Sure"
    if best >= 0.8:
        return "Fairly sure"
    if len(ranked) == 1:
        return "Unsure"
    other = class_names[ranked[1]]
    return f"Unsure, perhaps {other}" if best >= 0.5 else f"Guessing, nearly as much {other}"
