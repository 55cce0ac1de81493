"""Where models agree about a drawing. No Qt here."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Agreement:
    """A sentence about it, and the positions of the models that the majority contradicts.

    Where there is no majority, all models are in `differing`.
    """

    text: str = ""
    differing: frozenset[int] = frozenset()


def find_agreement(titles: Sequence[str], classes: Sequence[str | None]) -> Agreement:
    """Compare the predicted classes of models; None for a model that has predicted nothing."""
    found = {index: name for index, name in enumerate(classes) if name is not None}
    counts = Counter(found.values()).most_common()
    if len(found) < 2:
        return Agreement()
    if len(counts) == 1:
        return Agreement(f"{_all_of(len(found))} say {counts[0][0]}.")
    if counts[0][1] == counts[1][1]:
        said = ", ".join(f"{titles[index]} says {name}" for index, name in found.items())
        return Agreement(f"No majority: {said}.", frozenset(found))
    majority, number = counts[0]
    differing = [index for index, name in found.items() if name != majority]
    others = ", ".join(f"{titles[index]} says {found[index]}" for index in differing)
    return Agreement(f"{number} of {len(found)} say {majority}, {others}.", frozenset(differing))


def _all_of(number: int) -> str:
    return "Both" if number == 2 else f"All {number}"
