"""What changed from one model to another: the same samples, the same labels, a paired test."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.errors import StudioError

if TYPE_CHECKING:
    from studio.data.overlay.sample_fix import Fixes
    from studio.insight.evaluation import Evaluation

# Positions of samples, int64 [n, 2]: those in the evaluation before, and in the one after.
Pairs = NDArray[np.int64]
Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two evaluations of one dataset, matched by sample.

    Only `compared` decides the figures: the samples of both evaluations whose label is the same in
    both. Others are counted apart, so that a changed label cannot count as a fix: `relabeled` are
    those whose label differs, `ambiguous` those marked as such for either run, `excluded` int64 [m]
    positions in `before` of samples that were excluded since, `included` positions in `after` of
    samples that were excluded before. `only_before` and `only_after` count the samples that only
    one of the two splits holds for another reason.
    """

    before: "Evaluation"
    after: "Evaluation"
    compared: Pairs
    relabeled: Pairs
    ambiguous: Pairs
    excluded: Positions
    included: Positions
    only_before: int
    only_after: int

    @cached_property
    def fixed(self) -> Pairs:
        """Samples wrong before and correct after, largest gain of their label first."""
        chosen = self.compared[~self._was_correct & self._is_correct]
        return chosen[np.argsort(-self._gain(chosen), kind="stable")]

    @cached_property
    def broken(self) -> Pairs:
        """Samples correct before and wrong after, largest loss of their label first."""
        chosen = self.compared[self._was_correct & ~self._is_correct]
        return chosen[np.argsort(self._gain(chosen), kind="stable")]

    @cached_property
    def still_wrong(self) -> Pairs:
        """Samples wrong before and after, least probability of their label after first."""
        chosen = self.compared[~self._was_correct & ~self._is_correct]
        return chosen[np.argsort(self.label_probabilities(chosen)[:, 1], kind="stable")]

    @property
    def net(self) -> int:
        """Fixed minus broken samples."""
        return len(self.fixed) - len(self.broken)

    @property
    def before_accuracy(self) -> float | None:
        """Accuracy of the run before on the compared samples; None without samples."""
        return float(self._was_correct.mean()) if len(self.compared) else None

    @property
    def after_accuracy(self) -> float | None:
        """Accuracy of the run after on the compared samples; None without samples."""
        return float(self._is_correct.mean()) if len(self.compared) else None

    @cached_property
    def p_value(self) -> float:
        """The exact p-value of McNemar's test, see `mcnemar_p_value`."""
        return mcnemar_p_value(len(self.fixed), len(self.broken))

    def label_probabilities(self, pairs: Pairs) -> NDArray[np.float32]:
        """Probability of the label before and after, float32 [n, 2]; each run's own label."""
        return np.stack(
            [
                evaluation.probabilities[positions, evaluation.labels[positions]]
                for evaluation, positions in zip((self.before, self.after), pairs.T, strict=True)
            ],
            axis=1,
        )

    @cached_property
    def _was_correct(self) -> NDArray[np.bool_]:
        return _correct(self.before, self.compared[:, 0])

    @cached_property
    def _is_correct(self) -> NDArray[np.bool_]:
        return _correct(self.after, self.compared[:, 1])

    def _gain(self, pairs: Pairs) -> NDArray[np.float32]:
        before, after = self.label_probabilities(pairs).T
        return np.asarray(after - before, np.float32)


def compare_evaluations(before: "Evaluation", after: "Evaluation") -> Comparison:
    """Match the samples of two evaluations of the same dataset by their ids.

    Raises StudioError when datasets, splits or classes differ, or when no sample is in both.
    """
    _require_comparable(before, after)
    common = _match(before, after)
    is_relabeled = before.labels[common[:, 0]] != after.labels[common[:, 1]]
    is_ambiguous = before.ambiguous[common[:, 0]] | after.ambiguous[common[:, 1]]
    excluded = _excluded(before, common[:, 0], after.fixes)
    included = _excluded(after, common[:, 1], before.fixes)
    return Comparison(
        before,
        after,
        compared=common[~is_relabeled & ~is_ambiguous],
        relabeled=common[is_relabeled],
        ambiguous=common[is_ambiguous & ~is_relabeled],
        excluded=excluded,
        included=included,
        only_before=len(before.labels) - len(common) - len(excluded),
        only_after=len(after.labels) - len(common) - len(included),
    )


def mcnemar_p_value(fixed: int, broken: int) -> float:
    """The two-sided exact p-value of McNemar's test on paired predictions; 1 without changes.

    If neither model is better, a sample that only one of them predicts correctly is as likely
    `fixed` as `broken`: a binomial test with probability 1/2. Q. McNemar, Note on the sampling
    error of the difference between correlated proportions or percentages, Psychometrika 12 (1947);
    recommended for one trained model each by T. Dietterich (1998).
    """
    if fixed + broken == 0:
        return 1.0
    from scipy.stats import binomtest  # takes long to import

    return float(binomtest(fixed, fixed + broken, 0.5).pvalue)


def _require_comparable(before: "Evaluation", after: "Evaluation") -> None:
    if _dataset_key(before) != _dataset_key(after):
        raise StudioError(
            f"“{before.run}” and “{after.run}” were trained on different datasets.",
            "Compare runs on the same dataset.",
        )
    if before.split != after.split:
        raise StudioError(
            f"The {before.split} and the {after.split} split hold different samples.",
            "Compare the same split of both runs.",
        )
    if before.class_names != after.class_names:
        raise StudioError(
            f"“{before.run}” and “{after.run}” have different classes.",
            "Compare runs with the same class names.",
        )


def _dataset_key(evaluation: "Evaluation") -> tuple[object, ...]:
    return evaluation.dataset, evaluation.source, evaluation.source_key


def _match(before: "Evaluation", after: "Evaluation") -> Pairs:
    """The samples of both evaluations, in the order of `after`. Raises StudioError for none."""
    positions = before.find_positions(after.sample_ids)
    in_after = np.flatnonzero(positions >= 0)
    if not len(in_after):
        raise StudioError(
            f"No {before.split} sample of “{before.run}” is among those of “{after.run}”.",
            "Compare runs with the same split seed and subset.",
        )
    return np.stack([positions[in_after], in_after], 1)


def _excluded(evaluation: "Evaluation", common: Positions, fixes: "Fixes") -> Positions:
    """Positions of the samples that are not in `common` because `fixes` exclude them."""
    names = [sample for sample, fix in fixes.items() if fix.excluded]
    found = evaluation.find_positions(names)
    return np.setdiff1d(found[found >= 0], common)


def _correct(evaluation: "Evaluation", positions: Positions) -> NDArray[np.bool_]:
    return np.asarray(evaluation.predicted[positions] == evaluation.labels[positions])
