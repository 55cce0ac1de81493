"""The order of a guided capture: which class to draw next. No Qt here."""

from collections.abc import Sequence

import numpy as np

REPEATS = 3
_VOWELS = "aeiou"
_SPOKEN_WITH_VOWEL = "8aefhilmnorsx"  # names of single characters, as in “an 8”, “an M”


class CapturePlan:
    """Each class `REPEATS` times, in rounds that are shuffled by a fixed seed.

    A class never follows itself, where there are several.
    """

    def __init__(self, classes: Sequence[str], seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        order: list[str] = []
        for _ in range(REPEATS):
            turn = [classes[index] for index in rng.permutation(len(classes))]
            if order and turn[0] == order[-1] and len(turn) > 1:
                turn.append(turn.pop(0))
            order += turn
        self.order = tuple(order)
        self.position = 0
        self._saved: list[bool] = []  # what was done at each position so far

    @property
    def label(self) -> str:
        """The class to draw now; empty at the end."""
        return "" if self.is_finished else self.order[self.position]

    @property
    def is_finished(self) -> bool:
        """Whether every class was drawn or skipped."""
        return self.position >= len(self.order)

    @property
    def saved(self) -> int:
        """How many drawings were saved."""
        return sum(self._saved)

    def advance(self, saved: bool) -> None:
        """Go to the next class; `saved` is False where this one was skipped."""
        if not self.is_finished:
            self._saved.append(saved)
            self.position += 1

    def go_back(self) -> bool:
        """Go back to the class before; return whether a drawing of it was saved."""
        if not self.position:
            return False
        self.position -= 1
        return self._saved.pop()


def prompt_text(label: str) -> str:
    """Return “Draw a 7” or “Draw an 8”; empty without a class."""
    if not label:
        return ""
    name = label.casefold()
    is_vowel = name in _SPOKEN_WITH_VOWEL if len(name) == 1 else name[0] in _VOWELS
    return f"Draw {'an' if is_vowel else 'a'} {label}"
