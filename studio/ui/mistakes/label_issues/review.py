"""What a person decided about label issues, and the texts of the view. Needs no window."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from studio.data import Split
from studio.data.overlay import SampleFix
from studio.formatting import count, duration
from studio.insight.label_issues.issue import LabelIssue, LabelIssueReport
from studio.ui.widgets.tile_badge import TileBadge

Decision = Literal["accepted", "relabeled", "rejected", "ambiguous", "excluded", ""]

# Tag of samples whose label a person found to be right.
CONFIRMED = "label confirmed"

_BADGES: dict[Decision, TileBadge] = {
    "rejected": TileBadge("label is right", "good"),
    "ambiguous": TileBadge("ambiguous", "warn"),
    "excluded": TileBadge("excluded", "muted", fades_image=True),
}

TITLES: dict[Decision, str] = {
    "accepted": "Accepted",
    "relabeled": "Relabeled",
    "rejected": "Label confirmed",
    "ambiguous": "Marked as ambiguous",
    "excluded": "Excluded",
    "": "",
}


@dataclass(frozen=True)
class Review:
    """The label fix that a decision about an issue makes, and its description for undo."""

    fix: SampleFix
    description: str


def decision_of(issue: LabelIssue, fix: SampleFix) -> Decision:
    """Return what was decided about an issue, read from the sample's present fix."""
    if fix.excluded:
        return "excluded"
    if fix.label not in (None, issue.label):
        return "accepted" if fix.label == issue.suggested else "relabeled"
    if CONFIRMED in fix.tags:
        return "rejected"
    return "ambiguous" if fix.ambiguous else ""


def accept(issue: LabelIssue, fix: SampleFix, published_label: str) -> Review:
    """Give the sample the suggested class; its published label takes a relabeling back."""
    label = None if issue.suggested == published_label else issue.suggested
    changed = replace(fix, label=label, ambiguous=False, tags=_without_confirmation(fix))
    return Review(changed, f"Relabeled as {issue.suggested}")


def reject(issue: LabelIssue, fix: SampleFix, published_label: str) -> Review:
    """Confirm the label that the issue is about, so that the sample is not asked for again."""
    label = None if issue.label == published_label else issue.label
    tags = tuple(sorted({*fix.tags, CONFIRMED}))
    return Review(replace(fix, label=label, ambiguous=False, tags=tags), "Confirmed the label")


def mark_ambiguous(issue: LabelIssue, fix: SampleFix, published_label: str) -> Review:
    """Keep the label, and count the sample apart."""
    label = None if issue.label == published_label else issue.label
    changed = replace(fix, label=label, ambiguous=True, tags=_without_confirmation(fix))
    return Review(changed, "Marked as ambiguous")


def _without_confirmation(fix: SampleFix) -> tuple[str, ...]:
    return tuple(tag for tag in fix.tags if tag != CONFIRMED)


def issue_badges(issue: LabelIssue, fix: SampleFix) -> tuple[TileBadge, ...]:
    """Return the badge of a reviewed issue, none for another."""
    decision = decision_of(issue, fix)
    if decision in ("accepted", "relabeled"):
        return (TileBadge(f"→ {fix.label}"),)
    return (_BADGES[decision],) if decision else ()


class ReviewState:
    """The decisions about issues, in their order; kept up to date by the ids of changed samples."""

    def __init__(self, issues: Sequence[LabelIssue]) -> None:
        self._issues = issues
        self._ranks = {issue.sample: rank for rank, issue in enumerate(issues)}
        self.decisions: list[Decision] = [""] * len(issues)

    def update(
        self, fix_of: Callable[[str], SampleFix], samples: Collection[str] | None = None
    ) -> list[int]:
        """Read the fixes of these samples, by default of all; return the ranks of their issues."""
        known = self._ranks if samples is None else [s for s in samples if s in self._ranks]
        ranks = [self._ranks[sample] for sample in known]
        for rank in ranks:
            issue = self._issues[rank]
            self.decisions[rank] = decision_of(issue, fix_of(issue.sample))
        return ranks


def next_open(decisions: Sequence[Decision], row: int) -> int:
    """Return the row of the next issue without a decision after `row`, from the top at the end.

    Where all are decided, the next row, or the last one.
    """
    count_rows = len(decisions)
    for step in range(1, count_rows + 1):
        candidate = (row + step) % count_rows
        if not decisions[candidate]:
            return candidate
    return min(row + 1, count_rows - 1)


def introduction(split: Split, seconds: float | None) -> str:
    """Describe in plain words what a search does and how long it takes."""
    if split != "train":
        return (
            "Compares each label of this split with the prediction of the model, which was not "
            "trained on these samples. Takes seconds."
        )
    time = f"about {duration(seconds)}" if seconds else "about as long as the training"
    return (
        "Trains two more models, each on one half of the training samples, and compares every "
        f"label with the prediction of the model that never saw the sample. Takes {time}."
    )


def summary(report: LabelIssueReport) -> str:
    """Say how many labels are doubtful, and how far to trust the number."""
    included = " (training and validation)" if report.validation_included else ""
    verb = "contradicts" if report.estimated == 1 else "contradict"
    return (
        f"{count(len(report.issues), 'doubtful label')} among {count(report.samples, 'sample')}"
        f"{included}; {report.estimated:,} {verb} a confident prediction"
    )


SUMMARY_TOOLTIP = (
    "A label is doubtful when models that did not see the sample find another class more probable. "
    "How many contradict a confident prediction estimates how many are wrong: too many where "
    "classes resemble each other, and correct but unusual samples are among them."
)


def nothing_found(report: LabelIssueReport) -> str:
    """Say that there is no issue, and what that means."""
    return (
        f"For each of {count(report.samples, 'sample')} the label is the most probable class. A "
        "wrong label that the model learned from similar wrong labels would not be noticed."
    )


def progress_text(decisions: Sequence[Decision]) -> str:
    """Return "12 of 87 reviewed"."""
    return f"{sum(map(bool, decisions)):,} of {len(decisions):,} reviewed"


def likely_count(report: LabelIssueReport, shown: int) -> int:
    """Return how many of the `shown` first issues are likely errors, at least one."""
    return min(shown, max(report.estimated, 1))
