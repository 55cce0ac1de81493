"""Texts about a filter: what it shows, its removable parts, and what an empty grid means."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isinf, isnan
from typing import TYPE_CHECKING, NamedTuple

from studio.formatting import count, percent
from studio.ui.mistakes.samples.sample_filter import (
    FixState,
    Outcome,
    SampleFilter,
    SortKey,
    outcome_text,
)

if TYPE_CHECKING:
    from studio.insight import Evaluation
    from studio.ui.mistakes.samples.sample_columns import SampleColumns

# Title, and tooltip that explains the value.
SORT_TEXTS = {
    SortKey.LOSS: ("Loss", "High loss: a confident mistake"),
    SortKey.CONFIDENCE: ("Confidence", "The probability of the predicted class"),
    SortKey.MARGIN: ("Margin", "Highest minus second highest probability: low means a close call"),
    SortKey.ENTROPY: (
        "Entropy",
        "How evenly the probability is spread over all classes, in nats: high means undecided",
    ),
    SortKey.FORGETTING: (
        "Forgetting",
        "How often a correct prediction became wrong again while training; never learned comes "
        "first",
    ),
    SortKey.ISSUE: ("Label issue", "How likely the label is wrong, as the label issues rank it"),
    SortKey.INDEX: ("Index", "The order of the dataset"),
}
OUTCOME_TEXTS = {
    Outcome.MISTAKES: ("Mistakes", "Predictions that differ from the true class"),
    Outcome.CORRECT: ("Correct", "Predictions of the true class"),
    Outcome.ALL: ("All", "Mistakes and correct predictions"),
}
FIX_TEXTS = {
    FixState.CHANGED: ("Changed", "Samples with any label fix"),
    FixState.UNCHANGED: ("Unchanged", "Samples without label fixes"),
    FixState.RELABELED: ("Relabeled", "Samples with another label"),
    FixState.EXCLUDED: ("Excluded", "Samples that are left out of every split"),
    FixState.AMBIGUOUS: ("Ambiguous", "Samples that are counted apart in the accuracy"),
}
# The filters that are not beside the grid but in the pop-up.
MORE_FIELDS = (
    ("second",),
    ("true_in_top2",),
    ("min_confidence", "max_confidence"),
    ("fix",),
    ("tag",),
    ("differs_from",),
)
_CLASS_FIELDS = ("true", "predicted")


class FilterChip(NamedTuple):
    """A removable part of a filter: the fields that it stands for, and its description."""

    fields: tuple[str, ...]
    text: str


def without(wanted: SampleFilter, fields: Sequence[str]) -> SampleFilter:
    """Return the filter with the defaults of some fields."""
    defaults = SampleFilter()
    return replace(wanted, **{field: getattr(defaults, field) for field in fields})


def more_count(wanted: SampleFilter) -> int:
    """Return how many filters of the pop-up are active."""
    return sum(wanted.is_changed(*fields) for fields in MORE_FIELDS)


def filter_chips(
    wanted: SampleFilter, class_names: Sequence[str], run_titles: Mapping[str, str]
) -> list[FilterChip]:
    """Describe the parts of a filter that its controls beside the grid do not show."""
    texts = {
        ("subset",): _subset_text(wanted),
        _CLASS_FIELDS: filter_text(wanted, class_names),
        ("second",): _class_text("Second choice {}", wanted.second, class_names),
        ("true_in_top2",): _top2_text(wanted),
        ("min_confidence", "max_confidence"): _confidence_text(wanted),
        ("fix",): FIX_TEXTS[wanted.fix][0] if wanted.fix else "",
        ("tag",): f"Tag {wanted.tag}" if wanted.tag else "",
        ("differs_from",): _differs_text(wanted, run_titles),
    }
    return [FilterChip(fields, text) for fields, text in texts.items() if text]


def filter_text(wanted: SampleFilter, class_names: Sequence[str]) -> str:
    """Describe the class filter: "4 predicted as 9"; empty if there is none."""
    true = class_names[wanted.true] if wanted.true is not None else ""
    predicted = class_names[wanted.predicted] if wanted.predicted is not None else ""
    if true and predicted:
        return outcome_text(true, predicted)
    if true:
        return f"True class {true}"
    return f"Predicted {predicted}" if predicted else ""


def value_text(columns: "SampleColumns", key: SortKey, position: int) -> str:
    """Return the value of a sample that it is ordered by: "97 % confident", "forgotten 3 times"."""
    if key in columns.unavailable or key is SortKey.INDEX:
        key = SortKey.LOSS
    value = float(columns.values(key)[position])
    if isnan(value):
        return "no history" if key is SortKey.FORGETTING else "no issue"
    if key is SortKey.FORGETTING:
        return _forgotten_text(value)
    if key is SortKey.CONFIDENCE:
        return f"{percent(value)} confident"
    if key is SortKey.MARGIN:
        return f"margin {percent(value)}"
    return f"{SORT_TEXTS[key][0].lower()} {value:.2f}"


def _forgotten_text(times: float) -> str:
    if isinf(times):
        return "never learned"
    return f"forgotten {count(int(times), 'time')}" if times else "never forgotten"


def count_text(wanted: SampleFilter, shown: int) -> str:
    """Count the samples shown: "12 mistakes", "360 samples"."""
    if wanted.outcome is Outcome.CORRECT:
        return f"{shown:,} correct"
    is_mistakes = wanted.outcome is Outcome.MISTAKES and not wanted.is_diagonal
    return count(shown, "mistake" if is_mistakes else "sample")


class EmptyText(NamedTuple):
    """What an empty grid says: title, text, label of its button, and the filter that it sets."""

    title: str
    text: str
    action: str
    suggested: SampleFilter


def empty_text(
    evaluation: "Evaluation", wanted: SampleFilter, run_titles: Mapping[str, str] | None = None
) -> EmptyText:
    """Explain an empty grid."""
    total = len(evaluation.labels)
    chips = filter_chips(wanted, evaluation.class_names, run_titles or {})
    if not total:
        return EmptyText("This split is empty", "Choose another split above.", "", wanted)
    if wanted.is_narrowed:
        return _no_match(wanted, chips)
    if wanted.outcome is Outcome.CORRECT:
        text = f"None of the {total:,} samples was predicted correctly."
        everything = replace(wanted, outcome=Outcome.ALL)
        return EmptyText("No correct predictions", text, "Show all samples", everything)
    text = (
        f"All {total:,} samples were predicted correctly. "
        "Those with the highest loss were the hardest."
    )
    everything = replace(wanted, outcome=Outcome.ALL)
    return EmptyText("No mistakes in this split", text, "Show all samples", everything)


def clear_filters(wanted: SampleFilter) -> SampleFilter:
    """Return a filter that leaves nothing out but by outcome, in the same order."""
    return SampleFilter(outcome=wanted.outcome, sort=wanted.sort, reverse=wanted.reverse)


def _no_match(wanted: SampleFilter, chips: Sequence[FilterChip]) -> EmptyText:
    parts = [chip.text for chip in chips]
    if wanted.text.strip():
        parts.append(f"“{wanted.text.strip()}”")
    if [chip.fields for chip in chips] == [_CLASS_FIELDS] and len(parts) == 1:
        shown = without(wanted, _CLASS_FIELDS)
        text = "No sample matches this filter."
        return EmptyText(f"No samples: {parts[0]}", text, "Show all classes", shown)
    outcome = OUTCOME_TEXTS[wanted.outcome][0]
    noun = "No samples match" if wanted.outcome is Outcome.ALL else f"{outcome}: no match"
    text = f"Filters: {' · '.join(parts)}."
    if wanted.outcome is not Outcome.ALL:
        text += f" Only {outcome.lower()} are searched."
    return EmptyText(noun, text, "Clear filters", clear_filters(wanted))


def _subset_text(wanted: SampleFilter) -> str:
    if wanted.subset is None:
        return ""
    return f"{wanted.subset.title} · {len(wanted.subset.positions):,}"


def _class_text(template: str, number: int | None, class_names: Sequence[str]) -> str:
    return "" if number is None else template.format(class_names[number])


def _top2_text(wanted: SampleFilter) -> str:
    if wanted.true_in_top2 is None:
        return ""
    return "True class in top 2" if wanted.true_in_top2 else "True class not in top 2"


def _confidence_text(wanted: SampleFilter) -> str:
    low, high = (round(100 * value) for value in (wanted.min_confidence, wanted.max_confidence))
    if (low, high) == (0, 100):
        return ""
    if low and high < 100:
        return f"Confidence {low}–{high} %"
    return f"Confidence ≥ {low} %" if low else f"Confidence ≤ {high} %"


def _differs_text(wanted: SampleFilter, run_titles: Mapping[str, str]) -> str:
    if not wanted.differs_from:
        return ""
    return f"Differs from {run_titles.get(wanted.differs_from, wanted.differs_from)}"
