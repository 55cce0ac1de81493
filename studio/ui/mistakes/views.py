"""The views of the Mistakes page, in the order of their buttons."""

from collections.abc import Callable
from typing import NamedTuple

from studio.ui.mistakes.analysis_view import AnalysisView
from studio.ui.mistakes.session import EvaluationSession

SAMPLES, COMPARISON = "samples", "comparison"


class ViewEntry(NamedTuple):
    """A view and its button. `create` is called when the view is first opened."""

    key: str
    title: str
    tooltip: str
    create: Callable[[EvaluationSession], AnalysisView]


def _create_samples(session: EvaluationSession) -> AnalysisView:
    from studio.ui.mistakes.samples.samples_view import SamplesView

    return SamplesView(session)


def _create_overview(session: EvaluationSession) -> AnalysisView:
    from studio.ui.mistakes.overview.overview_view import OverviewView

    return OverviewView(session)


def _create_label_issues(session: EvaluationSession) -> AnalysisView:
    from studio.ui.mistakes.label_issues.label_issues_view import LabelIssuesView

    return LabelIssuesView(session)


def _create_robustness(session: EvaluationSession) -> AnalysisView:
    from studio.ui.mistakes.robustness.robustness_view import RobustnessView

    return RobustnessView(session)


def _create_comparison(session: EvaluationSession) -> AnalysisView:
    from studio.ui.mistakes.comparison.comparison_view import ComparisonView

    return ComparisonView(session)


def _create_learning(session: EvaluationSession) -> AnalysisView:
    from studio.ui.mistakes.learning.learning_view import LearningView

    return LearningView(session)


def _create_map(session: EvaluationSession) -> AnalysisView:
    from studio.ui.mistakes.embedding.map_view import MapView

    return MapView(session)


VIEWS = (
    ViewEntry(SAMPLES, "Samples", "The mistakes as images, one in detail", _create_samples),
    ViewEntry(
        "overview",
        "Overview",
        "Accuracy, classes and confidence, and what the number of samples allows to conclude",
        _create_overview,
    ),
    ViewEntry("map", "Map", "The samples by how similar they are to the model", _create_map),
    ViewEntry(
        "label_issues",
        "Label issues",
        "Samples whose label is probably wrong, to be reviewed one by one",
        _create_label_issues,
    ),
    ViewEntry(
        "learning",
        "Learning",
        "When the model learned each training sample, and which it forgot again",
        _create_learning,
    ),
    ViewEntry(
        "robustness",
        "Robustness",
        "Accuracy when the images are rotated, shifted, blurred or otherwise changed",
        _create_robustness,
    ),
    ViewEntry(
        COMPARISON,
        "Comparison",
        "What this run fixed and what it broke, compared with another run",
        _create_comparison,
    ),
)
