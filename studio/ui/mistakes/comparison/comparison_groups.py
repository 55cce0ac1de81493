"""The samples of a comparison in groups, and the texts of their tiles. No Qt."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from studio.formatting import percent
from studio.insight.comparison import Comparison

if TYPE_CHECKING:
    from studio.insight import Evaluation

MISSING = -1  # position of a sample that one of the evaluations does not have
_SHORT_NAME = 3  # characters; with such class names the probabilities fit beside the label
_ARROW = " → "

Positions = NDArray[np.int64]
_Texts = tuple[str, str, str, str]  # key, title, tooltip, text without samples


@dataclass(frozen=True, eq=False)
class ChangeTiles:
    """The tiles of one group, a `TileSource`: label, probability before and after, predictions.

    `images` are n times uint8 [C, H, W]; `before` and `after` int64 [n] are positions in the
    evaluations of `comparison`, MISSING where a sample is not in one. `remark` says in a few words
    what happened to a sample, given its positions.
    """

    comparison: Comparison
    images: NDArray[Any]
    before: Positions
    after: Positions
    remark: Callable[[Comparison, int, int], str]

    def caption(self, position: int) -> str:
        """Return "4: 12 % → 97 %", or the label alone where class names are longer."""
        label = self._label(position)
        return f"{label}: {self._probabilities(position)}" if self._is_short else label

    def details(self, position: int) -> tuple[str, ...]:
        """Return the remark, below the probabilities where they are not in the caption."""
        remark = self.remark(self.comparison, *self._positions(position))
        return (remark,) if self._is_short else (self._probabilities(position), remark)

    def description(self, position: int) -> str:
        """Return the whole change of a sample."""
        before, after = self._positions(position)
        first = self.comparison.after if before == MISSING else self.comparison.before
        name = first.sample_id(after if before == MISSING else before)
        return f"{name}: " + "; ".join(filter(None, self._outcomes(before, after)))

    def longest_caption(self) -> str:
        """Return a caption about as long as most."""
        longest = max(self.comparison.after.class_names, key=len)
        return f"{longest}: 99 %{_ARROW}99 %" if self._is_short else longest

    def position_after(self, position: int) -> int:
        """Return the position in the evaluation after, MISSING where the sample is not in it."""
        return int(self.after[position])

    @property
    def _is_short(self) -> bool:
        return max(map(len, self.comparison.after.class_names)) <= _SHORT_NAME

    def _positions(self, position: int) -> tuple[int, int]:
        return int(self.before[position]), int(self.after[position])

    def _label(self, position: int) -> str:
        before, after = self._positions(position)
        labels = [
            evaluation.class_names[evaluation.labels[at]]
            for evaluation, at in self._sides(before, after)
        ]
        return _ARROW.join(dict.fromkeys(labels))

    def _probabilities(self, position: int) -> str:
        sides = self._sides(*self._positions(position))
        return _ARROW.join(percent(_label_probability(*side), 0) for side in sides)

    def _sides(self, before: int, after: int) -> list[tuple["Evaluation", int]]:
        sides = ((self.comparison.before, before), (self.comparison.after, after))
        return [(evaluation, at) for evaluation, at in sides if at != MISSING]

    def _outcomes(self, before: int, after: int) -> list[str]:
        texts = []
        for word, evaluation, at in (
            ("before", self.comparison.before, before),
            ("after", self.comparison.after, after),
        ):
            if at != MISSING:
                label = evaluation.class_names[evaluation.labels[at]]
                predicted = evaluation.class_names[evaluation.predicted[at]]
                chance = percent(_label_probability(evaluation, at))
                texts.append(f"{word}: label {label} ({chance}), predicted {predicted}")
        return texts


@dataclass(frozen=True, eq=False)
class SampleGroup:
    """A group with its title, and the rows of `tiles` that belong to it, int64 [n]."""

    key: str
    title: str
    tooltip: str
    empty_text: str
    tiles: ChangeTiles
    rows: Positions


def comparison_groups(comparison: Comparison) -> list[SampleGroup]:
    """Return the groups fixed, broken, still wrong and, if there are any, those counted apart."""
    groups = [
        _changes(comparison, comparison.fixed, _was, _FIXED),
        _changes(comparison, comparison.broken, _now, _BROKEN),
        _changes(comparison, comparison.still_wrong, _still, _STILL_WRONG),
    ]
    apart = _apart(comparison)
    return [*groups, apart] if len(apart.rows) else groups


_FIXED = ("fixed", "Fixed", "Wrong before, correct now", "Nothing was fixed.")
_BROKEN = ("broken", "Broken", "Correct before, wrong now", "Nothing was broken.")
_STILL_WRONG = (
    "still_wrong",
    "Still wrong",
    "Wrong before and now",
    "No sample is wrong in both runs.",
)
_APART = (
    "apart",
    "Counted apart",
    "Relabeled, ambiguous or excluded samples, which count as neither fixed nor broken",
    "",
)


def _changes(
    comparison: Comparison,
    pairs: NDArray[np.int64],
    remark: Callable[[Comparison, int, int], str],
    texts: _Texts,
) -> SampleGroup:
    """Show samples of the evaluation after, whose images are not copied."""
    images = comparison.after.images
    before = np.full(len(images), MISSING)
    before[pairs[:, 1]] = pairs[:, 0]
    tiles = ChangeTiles(comparison, images, before, np.arange(len(images)), remark)
    return SampleGroup(*texts, tiles, pairs[:, 1])


def _apart(comparison: Comparison) -> SampleGroup:
    """Collect the samples that one of the evaluations may lack."""
    pairs = np.concatenate(
        [
            comparison.relabeled,
            comparison.ambiguous,
            np.stack([comparison.excluded, np.full_like(comparison.excluded, MISSING)], 1),
            np.stack([np.full_like(comparison.included, MISSING), comparison.included], 1),
        ]
    )
    before, after = pairs.T
    images = np.empty(len(pairs), object)  # the runs may have resized them differently
    for row, (old, new) in enumerate(pairs):
        from_before = new == MISSING
        images[row] = comparison.before.images[old] if from_before else comparison.after.images[new]
    tiles = ChangeTiles(comparison, images, before, after, _reason)
    return SampleGroup(*_APART, tiles, np.arange(len(pairs)))


def _was(comparison: Comparison, before: int, _after: int) -> str:
    return f"was {_predicted(comparison.before, before)}"


def _now(comparison: Comparison, _before: int, after: int) -> str:
    return f"now {_predicted(comparison.after, after)}"


def _still(comparison: Comparison, before: int, after: int) -> str:
    was, now = _predicted(comparison.before, before), _predicted(comparison.after, after)
    if was == now:
        return f"still {now}"
    is_short = max(len(was), len(now)) <= _SHORT_NAME
    return f"{was}{_ARROW}{now}" if is_short else f"now {now}"


def _reason(comparison: Comparison, before: int, after: int) -> str:
    if after == MISSING:
        return "excluded"
    if before == MISSING:
        return "included again"
    relabeled = comparison.before.labels[before] != comparison.after.labels[after]
    return "relabeled" if relabeled else "ambiguous"


def _predicted(evaluation: "Evaluation", position: int) -> str:
    return evaluation.class_names[evaluation.predicted[position]]


def _label_probability(evaluation: "Evaluation", position: int) -> float:
    return float(evaluation.probabilities[position, evaluation.labels[position]])
