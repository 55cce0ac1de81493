"""A comparison of two runs in words, and as plain rows for JSON and reports."""

from typing import TYPE_CHECKING, Any

import numpy as np

from studio.formatting import count, percent
from studio.insight.comparison import Comparison, Pairs

if TYPE_CHECKING:
    from studio.insight.evaluation import Evaluation

SIGNIFICANCE = 0.05
# With fewer changes p is above `SIGNIFICANCE` even if all of them go one way: 2 · 0.5^5 = 0.063.
FEWEST_CHANGES = 6


def comparison_sentence(comparison: Comparison) -> str:
    """Fixed and broken samples, and what they say: "12 fixed, 3 broken: unlikely to be chance, …".

    Below a p-value of 0.05 the difference is called unlikely to be chance. A few changes that all
    go one way are called too few to tell, because no outcome of so few can reach that level.
    """
    if not len(comparison.compared):
        return "No sample has the same label in both runs."
    return change_sentence(len(comparison.fixed), len(comparison.broken), comparison.p_value)


def change_sentence(fixed: int, broken: int, p_value: float) -> str:
    """The sentence of `comparison_sentence` for counts and their p-value."""
    if fixed + broken == 0:
        return "Nothing fixed, nothing broken: both runs are correct on the same samples."
    return (
        f"{fixed:,} fixed, {broken:,} broken: {_verdict(fixed, broken, p_value)}, {p_text(p_value)}"
    )


def _verdict(fixed: int, broken: int, p_value: float) -> str:
    if p_value < SIGNIFICANCE:
        return "unlikely to be chance"
    if fixed + broken < FEWEST_CHANGES and not min(fixed, broken):
        return "too few changes to tell"
    return "may well be chance"


def p_text(p_value: float) -> str:
    """The p-value in two significant figures: "p = 0.035", "p = 1.0", "p < 0.001"."""
    if p_value < 0.001:
        return "p < 0.001"
    text = f"{p_value:#.2g}"
    if (float(text) < SIGNIFICANCE) != (p_value < SIGNIFICANCE):  # it would contradict the verdict
        text = f"{p_value:.3g}"
    return f"p = {text}"


def comparison_notes(comparison: Comparison) -> list[str]:
    """What limits the comparison, a sentence each: samples left out, splits that differ."""
    notes = [_splits_note(comparison), _apart_note(comparison), _training_note(comparison)]
    return [note for note in notes if note]


def _splits_note(comparison: Comparison) -> str:
    if not comparison.only_before + comparison.only_after:
        return ""
    before, after = len(comparison.before.labels), len(comparison.after.labels)
    common = len(comparison.compared) + len(comparison.relabeled) + len(comparison.ambiguous)
    return (
        f"The runs have different {comparison.after.split} splits, of {before:,} and {after:,} "
        f"samples: only {count(common, 'sample')} in both can be compared."
    )


def _apart_note(comparison: Comparison) -> str:
    counts = {
        "relabeled": len(comparison.relabeled),
        "ambiguous": len(comparison.ambiguous),
        "excluded": len(comparison.excluded),
        "included again": len(comparison.included),
    }
    parts = [f"{number:,} {word}" for word, number in counts.items() if number]
    return f"Counted apart: {', '.join(parts)}." if parts else ""


def _training_note(comparison: Comparison) -> str:
    if comparison.after.split != "train":
        return ""
    return "Both models were trained on these samples: this says little about new ones."


def comparison_values(comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain values: counts, accuracies (0..1), p-value, sentence, and samples.

    `fixed_samples` and so on are lists of the rows of `comparison_rows`.
    """
    groups = {
        "fixed": comparison.fixed,
        "broken": comparison.broken,
        "still_wrong": comparison.still_wrong,
        "relabeled": comparison.relabeled,
        "ambiguous": comparison.ambiguous,
    }
    return {
        "before": comparison.before.run,
        "after": comparison.after.run,
        "dataset": comparison.after.dataset,
        "split": comparison.after.split,
        "samples": len(comparison.compared),
        **{name: len(pairs) for name, pairs in groups.items()},
        "excluded": len(comparison.excluded),
        "included": len(comparison.included),
        "net": comparison.net,
        "before_accuracy": comparison.before_accuracy,
        "after_accuracy": comparison.after_accuracy,
        "p_value": comparison.p_value,
        "sentence": comparison_sentence(comparison),
        "notes": comparison_notes(comparison),
        **{f"{name}_samples": comparison_rows(comparison, pairs) for name, pairs in groups.items()},
        "excluded_samples": [_identity(comparison.before, int(p)) for p in comparison.excluded],
    }


def comparison_rows(comparison: Comparison, pairs: Pairs) -> list[dict[str, Any]]:
    """One dict for each sample: sample, file, and for both runs label, prediction, probability.

    Probabilities (0..1) are those of the label that each run was trained with.
    """
    chances = np.round(comparison.label_probabilities(pairs).astype(np.float64), 6).tolist()
    return [
        _identity(comparison.after, after)
        | _outcome("before", comparison.before, before, chance_before)
        | _outcome("after", comparison.after, after, chance_after)
        for (before, after), (chance_before, chance_after) in zip(
            pairs.tolist(), chances, strict=True
        )
    ]


def probability_text(before: float, after: float) -> str:
    """How the probability of the label changed: "12 % → 97 %"."""
    return f"{percent(before, 0)} → {percent(after, 0)}"


def _identity(evaluation: "Evaluation", position: int) -> dict[str, Any]:
    file = evaluation.file_on_disk(position)
    return {"sample": evaluation.sample_id(position), "file": file}


def _outcome(
    which: str, evaluation: "Evaluation", position: int, probability: float
) -> dict[str, Any]:
    names = evaluation.class_names
    return {
        f"{which}_label": names[evaluation.labels[position]],
        f"{which}_predicted": names[evaluation.predicted[position]],
        f"{which}_probability": probability,
    }
