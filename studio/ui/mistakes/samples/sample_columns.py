"""The values of the samples of an evaluation by which they are filtered and ordered. No Qt here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from studio.callbacks import ShouldStop, never_stop
from studio.errors import Stopped
from studio.ui.mistakes.samples.name_index import NameIndex
from studio.ui.mistakes.samples.sample_filter import (
    FixState,
    Positions,
    SampleFilter,
    SortKey,
    confidences,
)

if TYPE_CHECKING:
    from studio.data.overlay.sample_fix import Fixes
    from studio.insight import Evaluation
    from studio.insight.label_issues import LabelIssue

Values = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

# Evaluations of at most so many probabilities are computed at once, in about 5 ms.
SMALL_CELLS = 50_000
_CHUNK_CELLS = 1 << 20

NO_FORGETTING = "This run has no training history."
NO_ISSUES = "No label issues of these samples are known. Open the view “Label issues” first."


@dataclass(frozen=True)
class FixColumns:
    """Which samples have which label fixes: masks bool [M], and positions by tag."""

    states: Mapping[FixState, Mask]
    tags: Mapping[str, Positions]


@dataclass(eq=False)
class SampleColumns:
    """The columns of an evaluation; those that take long are computed by `prepare`, in a thread.

    `unavailable` holds the sort keys without values and the reason; `others` the classes that other
    runs predict, int64 [M], see `align_predictions`.
    """

    evaluation: "Evaluation"
    unavailable: dict[SortKey, str] = field(default_factory=dict)
    others: dict[str, npt.NDArray[np.int64]] = field(default_factory=dict)
    is_prepared: bool = False
    _values: dict[SortKey, npt.NDArray[np.floating]] = field(default_factory=dict)
    _orders: dict[tuple[SortKey, bool], Positions] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fixes = fix_columns({}, self)
        self.unavailable = {SortKey.FORGETTING: NO_FORGETTING, SortKey.ISSUE: NO_ISSUES}

    def __len__(self) -> int:
        return len(self.evaluation.labels)

    @property
    def is_small(self) -> bool:
        """Whether all columns can be computed at once."""
        return self.evaluation.probabilities.size <= SMALL_CELLS

    def prepare(self, should_stop: ShouldStop = never_stop) -> None:
        """Compute all columns. Raises Stopped."""
        for compute in self._computations():
            if should_stop():
                raise Stopped
            compute()

    def is_ready(self, wanted: SampleFilter) -> bool:
        """Return whether `select` finds these samples within milliseconds."""
        basic = wanted.sort in (SortKey.LOSS, SortKey.CONFIDENCE, SortKey.INDEX)
        slow = wanted.is_changed("second", "true_in_top2", "text")
        return self.is_prepared or self.is_small or (basic and not slow)

    def values(self, key: SortKey) -> npt.NDArray[np.floating]:
        """Return what samples are ordered by, [M]; NaN where it is unknown.

        Raises KeyError for a key in `unavailable`.
        """
        if key not in self._values:
            self._values[key] = self._computed(key)
        return self._values[key]

    def order(self, key: SortKey, descending: bool) -> Positions:
        """Return the positions of all samples in an order, int64 [M].

        Equal values keep the order of the dataset; unknown ones come last.
        """
        if (key, descending) not in self._orders:
            values = self.values(key)
            order = np.argsort(-values if descending else values, kind="stable")
            self._orders[key, descending] = order.astype(np.int64, copy=False)
        return self._orders[key, descending]

    def sort(self, mask: Mask, key: SortKey, descending: bool) -> Positions:
        """Return the positions where a mask, bool [M], is set, in the order of `order`.

        Until the whole order is known, only these are sorted, as they are usually few.
        """
        order = self._orders.get((key, descending))
        if order is not None:
            return order[mask[order]]
        positions = np.flatnonzero(mask)
        values = self.values(key)[positions]
        return positions[np.argsort(-values if descending else values, kind="stable")]

    def set_values(self, key: SortKey, values: Values | None, reason: str = "") -> None:
        """Set the values of a key that come from elsewhere, or the reason why there are none."""
        self._values.pop(key, None)
        self._orders = {name: order for name, order in self._orders.items() if name[0] != key}
        if values is None:
            self.unavailable[key] = reason
        else:
            self.unavailable.pop(key, None)
            self._values[key] = values

    @cached_property
    def confidence(self) -> Values:
        """The probability of the predicted class, float32 [M]."""
        return confidences(self.evaluation)

    @cached_property
    def second(self) -> npt.NDArray[np.int64]:
        """The second most probable class, int64 [M]; -1 where there is a single class.

        Of equally probable classes the first one is the more probable, as for the prediction.
        """
        if self.evaluation.probabilities.shape[1] < 2:
            return np.full(len(self), -1, np.int64)
        return self._by_rows(_second_class, np.int64)

    @cached_property
    def margin(self) -> Values:
        """The highest minus the second highest probability, float32 [M]."""
        if self.evaluation.probabilities.shape[1] < 2:
            return self.confidence
        rows = np.arange(len(self))
        return self.confidence - self.evaluation.probabilities[rows, self.second]

    @cached_property
    def entropy(self) -> Values:
        """The entropy of the probabilities in nats, float32 [M]: 0 when certain, ln K at most.

        C. E. Shannon, A Mathematical Theory of Communication (1948).
        """
        return self._by_rows(_entropy, np.float32)

    @cached_property
    def names(self) -> NameIndex:
        """The ids of the samples: file names, or split and index."""
        return NameIndex(self.evaluation.sample_ids)

    def _computations(self) -> list[Callable[[], object]]:
        keys = [key for key in SortKey if key not in (SortKey.FORGETTING, SortKey.ISSUE)]
        orders = [partial(self.order, key, down) for key in keys for down in (False, True)]
        columns = ("second", "margin", "entropy", "names")
        find_ids = partial(self.evaluation.find_positions, ("",))  # which creates an index of them
        return [*(partial(getattr, self, column) for column in columns), find_ids, *orders]

    def _computed(self, key: SortKey) -> npt.NDArray[np.floating]:
        if key is SortKey.INDEX:
            return self.evaluation.indices.astype(np.float64)
        if key is SortKey.LOSS:
            return self.evaluation.losses
        own = {SortKey.CONFIDENCE: "confidence", SortKey.MARGIN: "margin"}
        own[SortKey.ENTROPY] = "entropy"
        values: Values = getattr(self, own[key])
        return values

    def _by_rows(
        self, compute: Callable[[Values], npt.NDArray], dtype: npt.DTypeLike
    ) -> npt.NDArray:
        """Compute a column some rows at a time, which bounds the memory for many classes."""
        probabilities, column = self.evaluation.probabilities, np.empty(len(self), dtype)
        rows = max(1, _CHUNK_CELLS // max(1, probabilities.shape[1]))
        for start in range(0, len(column), rows):
            column[start : start + rows] = compute(probabilities[start : start + rows])
        return column


def fix_columns(fixes: "Fixes", columns: SampleColumns) -> FixColumns:
    """Return which samples have which of the label fixes, by sample id."""
    states = {state: np.zeros(len(columns), bool) for state in FixState}
    tags: dict[str, list[int]] = {}
    positions = columns.evaluation.find_positions(fixes)
    for position, fix in zip(positions.tolist(), fixes.values(), strict=True):
        if position < 0:
            continue
        states[FixState.CHANGED][position] = True
        states[FixState.RELABELED][position] = fix.label is not None
        states[FixState.EXCLUDED][position] = fix.excluded
        states[FixState.AMBIGUOUS][position] = fix.ambiguous
        for tag in fix.tags:
            tags.setdefault(tag, []).append(position)
    states[FixState.UNCHANGED] = ~states[FixState.CHANGED]
    return FixColumns(states, {tag: np.array(tags[tag], np.int64) for tag in sorted(tags)})


def issue_scores(issues: "Sequence[LabelIssue]", columns: SampleColumns) -> Values | None:
    """Return how doubtful each label is, float32 [M], NaN where no issue was found.

    None if no issue is among the samples.
    """
    positions = columns.evaluation.find_positions([issue.sample for issue in issues])
    found = positions >= 0
    if not found.any():
        return None
    scores = np.full(len(columns), np.nan, np.float32)
    scores[positions[found]] = np.array([issue.score for issue in issues], np.float32)[found]
    return scores


def align_predictions(evaluation: "Evaluation", other: "Evaluation") -> npt.NDArray[np.int64]:
    """Return the classes that another run predicts for the samples of an evaluation, int64 [M].

    They are the class numbers of `evaluation`; -1 for a sample that the other run did not evaluate,
    -2 for a class that only the other run knows. Samples are the same if their ids are.
    """
    classes = {name: number for number, name in enumerate(evaluation.class_names)}
    number_of = np.array([classes.get(name, -2) for name in other.class_names], np.int64)
    positions = evaluation.find_positions(other.sample_ids)
    aligned = np.full(len(evaluation.labels), -1, np.int64)
    found = positions >= 0
    aligned[positions[found]] = number_of[other.predicted[found]]
    return aligned


def _second_class(probabilities: Values) -> npt.NDArray[np.int64]:
    remaining = probabilities.copy()
    rows = np.arange(len(remaining))
    remaining[rows, remaining.argmax(1)] = -1
    return np.asarray(remaining.argmax(1), np.int64)


def _entropy(probabilities: Values) -> Values:
    logarithms = np.log(np.maximum(probabilities, np.finfo(np.float32).tiny))
    return np.asarray(-(probabilities * logarithms).sum(1), np.float32)
