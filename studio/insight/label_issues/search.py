"""The search for label issues: samples whose label is probably wrong, most doubtful first."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.data import ImageDataset, Split, require_splits
from studio.insight.label_issues.cache import read_report, report_key, write_report
from studio.insight.label_issues.confident_learning import (
    NO_CLASS,
    best_other_class,
    confident_classes,
    confident_joint,
    self_confidence,
)
from studio.insight.label_issues.evidence import FLOOR, Evidence, collect_evidence
from studio.insight.label_issues.issue import LabelIssue, LabelIssueReport
from studio.insight.label_issues.reasons import LearningFacts, describe_issue
from studio.paths import data_dir as default_data_dir
from studio.runs.checkpoints import read_card, weights_path
from studio.runs.run_dataset import load_run_dataset


def find_label_issues(
    run: str | Path,
    split: Split = "train",
    data_dir: Path | None = None,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> LabelIssueReport:
    """Rank the doubtful labels of a split of the data that a model was trained on.

    `run` is a run folder or `bundled`. The split "train" includes the validation samples, which
    belong to the same published file; it takes about the time of the training, for the models of a
    cross-validation. The others are predicted by the model itself, which was not trained on them.
    The report is cached in the run folder while weights and data are the same. The same run on the
    same machine gives the same report. Raises StudioError, Stopped.
    """
    dataset, key = load_examined_data(run, data_dir, on_progress, should_stop)
    report = read_report(run, split, key)
    if report is None:
        folder = data_dir or default_data_dir()
        evidence = collect_evidence(run, dataset, split, folder, on_progress, should_stop)
        report = rank_issues(dataset, split, evidence)
        write_report(run, split, key, report)
    return report


def load_examined_data(
    run: str | Path, data_dir: Path | None, on_progress: OnProgress, should_stop: ShouldStop
) -> tuple[ImageDataset, str]:
    """Load the dataset of a run, and the key of its reports. Raises StudioError, Stopped."""
    on_progress(0.0, "Loading the dataset")
    weights = weights_path(run)
    config = read_card(weights).data
    folder = data_dir or default_data_dir()
    dataset = load_run_dataset(run, config, folder, on_progress, should_stop)
    require_splits(dataset, config)
    return dataset, report_key(weights, dataset)


def rank_issues(dataset: ImageDataset, split: Split, evidence: Evidence) -> LabelIssueReport:
    """Rank the samples whose label is not the most probable class.

    The score is 1 - sqrt(p q), with p the geometric mean of the out-of-sample probabilities of the
    label, and q its mean probability during the training, where that is known; else 1 - p.
    """
    judged = np.flatnonzero(evidence.is_judged)
    indices = evidence.indices[judged]
    labels = dataset.labels[indices]
    probabilities = _normalize(evidence.log_probabilities[judged])
    confident = confident_classes(probabilities, labels)
    joint = confident_joint(labels, confident, len(dataset.class_names))
    contradicts = (confident != NO_CLASS) & (confident != labels)
    suggested = np.where(contradicts, confident, best_other_class(probabilities, labels))
    doubtful = contradicts | (probabilities.argmax(1) != labels)
    certainty = _certainty(evidence, judged, labels)
    order = np.flatnonzero(doubtful)
    order = order[np.argsort(certainty[order], kind="stable")]
    in_validation = np.isin(indices, dataset.splits["val"])
    issues = tuple(
        LabelIssue(
            sample=dataset.sample_ids.id(int(indices[at])),
            index=int(indices[at]),
            file=dataset.files[indices[at]] if dataset.files else "",
            label=dataset.class_names[labels[at]],
            suggested=dataset.class_names[suggested[at]],
            score=float(1 - np.exp(certainty[at])),
            reason=describe_issue(
                dataset.class_names[labels[at]],
                dataset.class_names[suggested[at]],
                float(probabilities[at, labels[at]]),
                float(probabilities[at, suggested[at]]),
                LearningFacts.at(evidence.statistics, int(judged[at])),
                evidence.cross_validated,
            ),
            split="val" if in_validation[at] else split,
        )
        for at in order
    )
    return LabelIssueReport(
        split,
        samples=len(evidence.indices),
        estimated=int(joint.sum() - joint.trace()),
        issues=issues,
        unjudged=len(evidence.indices) - len(judged),
        validation_included=split == "train",
    )


def _normalize(log_probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return probabilities that add up to 1, float64 [N, K]."""
    values = np.exp(log_probabilities.astype(np.float64))
    return np.asarray(values / values.sum(1, keepdims=True))


def _certainty(
    evidence: Evidence, judged: NDArray[np.intp], labels: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the log of how certain each label is."""
    unseen = self_confidence(evidence.log_probabilities[judged], labels)
    certainty = np.maximum(unseen, np.log(FLOOR))
    if evidence.learning is None:
        return certainty
    return (certainty + evidence.learning[judged]) / 2
