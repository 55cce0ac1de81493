"""Texts about the dataset, and why it cannot be trained on."""

import pytest

from studio.config import DataConfig, TrainConfig
from studio.data.quality.report import Issue, QualityReport
from studio.ui.train.data.dataset_text import (
    NOT_READ,
    dataset_obstacle,
    estimate_splits,
    issue_counts,
    preparation_summary,
)
from studio.ui.train.form.config_form import form_values


def report(*severities: str) -> QualityReport:
    found = tuple(Issue("x", severity, f"{severity} found", "Fix it.") for severity in severities)
    return QualityReport((), found)


@pytest.mark.parametrize(
    ("severities", "text"),
    [
        ((), ""),
        (("note", "note"), ""),
        (("warn",), "1 warning"),
        (("stop", "warn", "warn", "note"), "1 problem · 2 warnings"),
    ],
)
def test_only_problems_and_warnings_are_counted(severities, text) -> None:
    assert issue_counts(report(*severities)) == text


OWN = DataConfig(source="folder", path="/pictures/cats")


@pytest.mark.parametrize(
    ("config", "is_available", "report", "problem", "says"),
    [
        (DataConfig(source="digits"), True, None, None, None),
        (DataConfig(source="mnist"), False, None, None, "MNIST is not on this computer."),
        (DataConfig(source="mnist"), True, None, NOT_READ, None),
        (DataConfig(source="folder"), False, None, None, "No images are chosen."),
        (OWN, True, None, None, "“cats” is still being read."),
        (OWN, True, None, NOT_READ, "Reading was cancelled."),
        (OWN, True, report("note", "warn"), None, None),
        (OWN, True, report("stop", "warn"), None, "stop found."),
    ],
)
def test_why_training_cannot_start(config, is_available, report, problem, says) -> None:
    error = dataset_obstacle(config, is_available, report, problem)
    assert (error.message if error else None) == says
    if error is not None:
        assert error.field == "data.source"
        assert error.hint


def test_the_summary_names_what_differs() -> None:
    values = form_values(TrainConfig())
    assert preparation_summary(values, {"test"}) == "10 % val"
    assert preparation_summary(values, {"val", "test"}) == "unchanged"
    values |= {
        "data.source": "folder",
        "data.image_size": 64,
        "data.fit": "fit",
        "data.color": "grey",
        "data.subset": 1000,
    }
    said = "64 px · grayscale · letterbox · 10 % val · 20 % test · 1,000 samples"
    assert preparation_summary(values, ()) == said


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((), {"train": 360, "val": 240, "test": 400}),
        (("test",), {"train": 480, "val": 320, "test": 200}),
        (("val", "test"), {"train": 700, "val": 100, "test": 200}),
    ],
)
def test_splits_are_estimated_while_shares_are_dragged(given, expected) -> None:
    splits = {"train": 700, "val": 100, "test": 200}
    assert estimate_splits(splits, given, val_fraction=0.4, test_fraction=0.4) == expected
