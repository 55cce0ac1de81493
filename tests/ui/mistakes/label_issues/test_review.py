"""Decisions about label issues, as label fixes."""

from dataclasses import replace

import pytest

from studio.data.overlay import SampleFix
from studio.insight.label_issues.issue import LabelIssue, LabelIssueReport
from studio.ui.mistakes.label_issues import review
from studio.ui.mistakes.label_issues.review import CONFIRMED

ISSUE = LabelIssue("train:3", 3, "", "cat", "dog", 0.99, "", "train")
REPORT = LabelIssueReport("train", 1000, 7, (ISSUE,) * 20, validation_included=True)


@pytest.mark.parametrize(
    ("decide", "decision"),
    [
        (review.accept, "accepted"),
        (review.reject, "rejected"),
        (review.mark_ambiguous, "ambiguous"),
    ],
)
@pytest.mark.parametrize(
    "before",
    [
        SampleFix(),
        SampleFix(label="dog"),
        SampleFix(ambiguous=True),
        SampleFix(tags=(CONFIRMED, "blurred"), note="n"),
    ],
)
def test_a_decision_replaces_an_earlier_one(decide, decision, before):
    fix = decide(ISSUE, before, "cat").fix
    assert review.decision_of(ISSUE, fix) == decision
    assert fix.note == before.note
    assert set(before.tags) - {CONFIRMED} <= set(fix.tags)


def test_the_published_label_takes_a_relabeling_back():
    """The run was trained with “cat” instead of the published “dog”."""
    trained_with = SampleFix(label="cat")
    assert review.decision_of(ISSUE, trained_with) == ""
    assert review.accept(ISSUE, trained_with, "dog").fix == SampleFix()
    assert review.reject(ISSUE, trained_with, "dog").fix.label == "cat"


def test_decisions_made_elsewhere_count():
    assert review.decision_of(ISSUE, SampleFix()) == ""
    assert review.decision_of(ISSUE, SampleFix(excluded=True, label="dog")) == "excluded"
    assert review.decision_of(ISSUE, SampleFix(label="eel")) == "relabeled"
    assert [badge.text for badge in review.issue_badges(ISSUE, SampleFix(label="eel"))] == ["→ eel"]
    assert review.issue_badges(ISSUE, SampleFix(tags=("blurred",))) == ()


def test_decisions_follow_the_fixes():
    issues = [replace(ISSUE, sample=f"train:{n}") for n in range(3)]
    fixes = {"train:1": SampleFix(label="dog"), "train:9": SampleFix(excluded=True)}

    def fix_of(sample):
        return fixes.get(sample, SampleFix())

    state = review.ReviewState(issues)
    assert state.update(fix_of) == [0, 1, 2]
    assert state.decisions == ["", "accepted", ""]
    fixes["train:2"] = SampleFix(ambiguous=True)
    assert state.update(fix_of, ["train:2", "train:9"]) == [2]
    assert state.decisions == ["", "accepted", "ambiguous"]


def test_the_next_open_issue():
    assert review.next_open(["", "", ""], -1) == 0
    assert review.next_open(["accepted", "rejected", ""], 0) == 2
    assert review.next_open(["", "rejected", "accepted"], 2) == 0
    assert review.next_open(["accepted", "rejected"], 0) == 1
    assert review.next_open(["accepted", "rejected"], 1) == 1


def test_texts():
    assert review.progress_text(["", "accepted", "rejected"]) == "2 of 3 reviewed"
    assert review.introduction("train", 83.0).endswith("Takes about 1 min 23 s.")
    assert "as long as the training" in review.introduction("train", None)
    assert "Trains" not in review.introduction("test", 83.0)
    assert review.summary(REPORT) == (
        "20 doubtful labels among 1,000 samples (training and validation); 7 contradict a "
        "confident prediction"
    )
    assert review.likely_count(REPORT, 20) == 7
    assert review.likely_count(replace(REPORT, estimated=0), 20) == 1
    assert "1,000 samples" in review.nothing_found(REPORT)
