"""The sections of a report that show images: mistakes, and what another run changed."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import ShouldStop
from studio.export.report.contents import ReportContents
from studio.export.report.images import figure, figures, gallery
from studio.export.report.markup import Html, bullet_list, escape, paragraph, section
from studio.export.report.sections import SPLIT_TITLES
from studio.formatting import count, percent
from studio.insight.comparison import Comparison, Pairs
from studio.insight.comparison_text import (
    comparison_notes,
    comparison_sentence,
    probability_text,
)
from studio.insight.label_issues import LabelIssue

MAX_MISTAKES = 36
MAX_COMPARED = 12  # of the fixed and of the broken samples


def mistakes_section(contents: ReportContents, should_stop: ShouldStop) -> Html:
    """The mistakes with the highest loss. Raises Stopped."""
    evaluation = contents.evaluation
    mistakes = evaluation.mistakes()
    if not len(mistakes):
        return section("mistakes", "Worst mistakes", paragraph("There are no mistakes."))
    names = evaluation.class_names

    def make(position: int) -> Html:
        true, predicted = evaluation.labels[position], evaluation.predicted[position]
        probabilities = evaluation.probabilities[position]
        return figure(
            evaluation.images[position],
            f"{names[true]} → {names[predicted]}",
            f"{percent(float(probabilities[predicted]), 0)} confident",
            evaluation.sample_name(position),
        )

    shown = mistakes[:MAX_MISTAKES]
    which = f"The {len(shown):,} worst of {len(mistakes):,} mistakes"
    if len(shown) == len(mistakes):
        which = "The only mistake" if len(mistakes) == 1 else f"All {len(mistakes):,} mistakes"
    text = (
        f"{which}, highest loss first: there the model was most certain, and wrong. Written as "
        "true → predicted class. Look for wrong labels among them."
    )
    return section(
        "mistakes",
        "Worst mistakes",
        paragraph(text),
        gallery(figures(shown, make, should_stop)),
    )


def comparison_section(contents: ReportContents, should_stop: ShouldStop) -> Html:
    """What changed since another run: samples fixed and broken. Raises Stopped."""
    comparison = contents.comparison
    if comparison is None:
        return ""
    accuracies = f"{percent(comparison.before_accuracy)} → {percent(comparison.after_accuracy)}"
    text = (
        f"Compared with {comparison.before.run} on the same {len(comparison.compared):,} samples "
        f"with the same labels: accuracy {accuracies}, {len(comparison.still_wrong):,} still "
        "wrong. Below each image: the predicted class and the probability of the label, before → "
        "after."
    )
    parts = [
        f'<p class="verdict">{escape(comparison_sentence(comparison).rstrip("."))}.</p>',
        paragraph(text),
        bullet_list(comparison_notes(comparison)),
    ]
    for title, pairs in (("Fixed", comparison.fixed), ("Broken", comparison.broken)):
        if len(pairs):
            parts.append(f"<h3>{title}: {len(pairs):,}</h3>")
            parts.append(_changed(comparison, pairs[:MAX_COMPARED], should_stop))
    return section("comparison", "What changed", *parts)


def label_issues_section(contents: ReportContents, should_stop: ShouldStop) -> Html:
    """Labels that are probably wrong, if they were searched before. Raises Stopped."""
    parts: list[Html] = []
    for found in contents.label_issues:
        report, shown = found.report, found.shown
        split = SPLIT_TITLES[report.split]
        text = (
            f"{count(len(report.issues), 'doubtful label')} among {report.samples:,} {split} "
            f"samples. About {report.estimated:,} are wrong by an estimate that is too high where "
            "classes resemble each other. Written as label → suggested class."
        )
        parts.append(paragraph(text))
        made = figures(range(len(shown)), partial(_issue_figure, shown), should_stop)
        parts.append(gallery(made) if made else "")
    return section("labels", "Doubtful labels", *parts) if parts else ""


def _issue_figure(shown: Sequence[tuple[LabelIssue, NDArray[np.uint8]]], row: int) -> Html:
    issue, image = shown[row]
    name = Path(issue.file).name or issue.sample
    return figure(image, f"{issue.label} → {issue.suggested}", issue.reason, name)


def _changed(comparison: Comparison, pairs: Pairs, should_stop: ShouldStop) -> Html:
    chances = comparison.label_probabilities(pairs)

    def make(row: int) -> Html:
        before, after = (int(position) for position in pairs[row])
        return figure(
            comparison.after.images[after],
            _outcomes(comparison, before, after),
            f"label {probability_text(*map(float, chances[row]))}",
            comparison.after.sample_name(after),
        )

    return gallery(figures(range(len(pairs)), make, should_stop))


def _outcomes(comparison: Comparison, before: int, after: int) -> str:
    names: Sequence[str] = comparison.after.class_names
    first = names[comparison.before.predicted[before]]
    return f"{first} → {names[comparison.after.predicted[after]]}"
