"""What the form says of a data set, and why it cannot be trained on."""

import pytest

from studio.config import DataConfig, TrainConfig
from studio.data.quality.report import Issue, QualityReport
from studio.ui.train.data.dataset_text import (
    NOT_READ,
    estimate,
    finding_words,
    obstacle,
    prepare_words,
)
from studio.ui.train.form.config_form import form_values


def report(*severities: str) -> QualityReport:
    found = tuple(Issue("x", severity, f"{severity} found", "Mend it.") for severity in severities)
    return QualityReport((), found)


@pytest.mark.parametrize(
    ("severities", "words"),
    [
        ((), ""),
        (("note", "note"), ""),
        (("warn",), "1 warning"),
        (("stop", "warn", "warn", "note"), "1 problem · 2 warnings"),
    ],
)
def test_only_grave_findings_are_counted(severities, words) -> None:
    assert finding_words(report(*severities)) == words


OWN = DataConfig(source="folder", path="/pictures/cats")


@pytest.mark.parametrize(
    ("config", "there", "report", "trouble", "says"),
    [
        (DataConfig(source="digits"), True, None, None, None),
        (DataConfig(source="mnist"), False, None, None, "MNIST is not on this computer."),
        (DataConfig(source="mnist"), True, None, NOT_READ, None),
        (DataConfig(source="folder"), False, None, None, "No pictures are chosen."),
        (OWN, True, None, None, "“cats” is still being read."),
        (OWN, True, None, NOT_READ, "Reading was stopped."),
        (OWN, True, report("note", "warn"), None, None),
        (OWN, True, report("stop", "warn"), None, "stop found."),
    ],
)
def test_why_training_cannot_start(config, there, report, trouble, says) -> None:
    error = obstacle(config, there, report, trouble)
    assert (error.message if error else None) == says
    if error is not None:
        assert error.field == "data.source"
        assert error.hint


def test_the_folded_line_says_what_differs() -> None:
    values = form_values(TrainConfig())
    assert prepare_words(values, {"test"}) == "10\u00a0% validation"
    assert prepare_words(values, {"val", "test"}) == "as it is"
    values |= {
        "data.source": "folder",
        "data.image_size": 64,
        "data.fit": "fit",
        "data.color": "grey",
        "data.subset": 1000,
    }
    said = "64 px · grey · letterbox · 10\u00a0% validation · 20\u00a0% test · 1,000 pictures"
    assert prepare_words(values, ()) == said


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((), {"train": 360, "val": 240, "test": 400}),
        (("test",), {"train": 480, "val": 320, "test": 200}),
        (("val", "test"), {"train": 700, "val": 100, "test": 200}),
    ],
)
def test_parts_are_estimated_while_shares_are_dragged(given, expected) -> None:
    splits = {"train": 700, "val": 100, "test": 200}
    assert estimate(splits, given, val_share=0.4, test_share=0.4) == expected
