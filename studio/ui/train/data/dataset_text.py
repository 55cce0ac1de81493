"""What the form says of a data set and of how it is prepared. No Qt here."""

from collections.abc import Container, Mapping
from typing import Any

from studio.config import DataConfig
from studio.data.dataset_shape import dataset_title
from studio.data.datasets import FOLDER, find_dataset
from studio.data.quality.report import QualityReport
from studio.errors import ConfigError
from studio.ui.train.words import percent

FITS = {"crop": "Crop", "fit": "Letterbox", "stretch": "Stretch"}
NOT_READ = "Reading was stopped.", "Read the pictures again to train on them."
NOT_DESCRIBED = "These settings describe no dataset.", "Fix the highlighted field."
CANNOT_READ = "These pictures cannot be read.", "The Data view says why."
COLORS = {"own": "As it is", "grey": "Grey", "rgb": "Colour"}


def part_words(splits: Mapping[str, int]) -> str:
    """How many pictures each part has."""
    return (
        f"{splits['train']:,} to learn from · {splits['val']:,} to validate · "
        f"{splits['test']:,} to test"
    )


def finding_words(report: QualityReport) -> str:
    """How many grave findings there are, or nothing."""
    grave = [finding.severity for finding in report.issues]
    counts = ((grave.count("stop"), "problem"), (grave.count("warn"), "warning"))
    return " · ".join(f"{count} {word}{'s' * (count > 1)}" for count, word in counts if count)


def is_grave(report: QualityReport) -> bool:
    """Whether something should be seen before training."""
    return any(finding.severity != "note" for finding in report.issues)


def absence(source: str) -> tuple[str, str]:
    """What is missing before a set can be read, and what to do."""
    if source == FOLDER:
        return "No pictures are chosen.", "Choose a folder, or drop one on this window."
    return f"{find_dataset(source).title} is not on this computer.", "Download it first."


def obstacle(
    config: DataConfig,
    there: bool,
    report: QualityReport | None,
    trouble: tuple[str, str] | None,
) -> ConfigError | None:
    """Why a set cannot be trained on, as a complaint about its field.

    `there` is whether it is downloaded or chosen, `report` what was found in it, None where it has
    not been read, `trouble` why it could not be read. Only own pictures must be read before.
    """
    if not there:
        return _complain(*absence(config.source))
    if config.source != FOLDER:
        return None
    if trouble is not None:
        return _complain(*trouble)
    if report is None:
        title = dataset_title(config)
        return _complain(f"“{title}” is still being read.", "Train when it is there.")
    stops = [finding for finding in report.issues if finding.severity == "stop"]
    return _complain(f"{stops[0].title}.", stops[0].advice) if stops else None


def _complain(message: str, hint: str) -> ConfigError:
    return ConfigError("data.source", message, hint)


def prepare_words(values: Mapping[str, Any], given: Container[str]) -> str:
    """Size, split and subset in one line; `given` are the parts that the set itself brings."""
    size = values["data.image_size"]
    words = [f"{size} px"] if size else []
    if values["data.color"] != "own":
        words.append(COLORS[values["data.color"]].lower())
    if values["data.source"] == FOLDER and values["data.fit"] != "crop":
        words.append(FITS[values["data.fit"]].lower())
    for part, name in (("val", "validation"), ("test", "test")):
        if part not in given:
            words.append(f"{percent(values[f'data.{part}_share'], 0)} {name}")
    if values["data.subset"]:
        words.append(f"{values['data.subset']:,} pictures")
    return " · ".join(words) or "as it is"


def estimate(
    splits: Mapping[str, int], given: Container[str], val_share: float, test_share: float
) -> dict[str, int]:
    """Parts of about the sizes that other shares will give; those the set brings stay."""
    total = sum(splits.values())
    test = splits["test"] if "test" in given else round(total * test_share)
    val = splits["val"] if "val" in given else round((total - test) * val_share)
    return {"train": total - test - val, "val": val, "test": test}
