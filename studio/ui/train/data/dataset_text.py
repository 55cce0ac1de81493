"""Texts about a dataset and its preparation. No Qt here."""

from collections.abc import Container, Mapping
from typing import Any

from studio.config import DataConfig, setting
from studio.data.dataset_shape import dataset_title
from studio.data.datasets import FOLDER, find_dataset
from studio.data.quality.report import QualityReport
from studio.errors import ConfigError
from studio.formatting import count, percent

NOT_READ = "Reading was cancelled.", "Read the images again to train on them."
NOT_DESCRIBED = "These settings describe no dataset.", "Fix the highlighted field."
NO_DRAWINGS = (
    "You have saved no drawings yet.",
    "Draw some on the Draw page, under “My handwriting”.",
)
UNREADABLE = "This dataset cannot be read.", "The Data view says why."


def split_counts(splits: Mapping[str, int]) -> str:
    """Return the number of samples in each split."""
    return f"{splits['train']:,} train · {splits['val']:,} validation · {splits['test']:,} test"


def issue_counts(report: QualityReport) -> str:
    """Return the number of problems and warnings, empty if there are none."""
    severities = [issue.severity for issue in report.issues]
    counts = ((severities.count("stop"), "problem"), (severities.count("warn"), "warning"))
    return " · ".join(count(number, noun) for number, noun in counts if number)


def has_warnings(report: QualityReport) -> bool:
    """Whether an issue should be seen before training."""
    return any(issue.severity != "note" for issue in report.issues)


def missing_text(source: str) -> tuple[str, str]:
    """Return what is missing before a dataset can be read, and what to do."""
    if source == FOLDER:
        return "No images are chosen.", "Choose a folder, or drop one on this window."
    info = find_dataset(source)
    if info.is_handwriting:
        return NO_DRAWINGS
    return f"{info.title} is not on this computer.", "Download it first."


def dataset_obstacle(
    config: DataConfig,
    is_available: bool,
    report: QualityReport | None,
    problem: tuple[str, str] | None,
) -> ConfigError | None:
    """Return why a dataset cannot be trained on, as an error at its field.

    `is_available` is whether it is downloaded or chosen, `report` has its issues (None if it has
    not been read), `problem` is why it could not be read. Only the user's own images must be read
    before the training.
    """
    if not is_available:
        return _dataset_error(*missing_text(config.source))
    if config.source != FOLDER:
        return None
    if problem is not None:
        return _dataset_error(*problem)
    if report is None:
        title = dataset_title(config)
        return _dataset_error(f"“{title}” is still being read.", "Start the training after that.")
    stops = [issue for issue in report.issues if issue.severity == "stop"]
    return _dataset_error(f"{stops[0].title}.", stops[0].advice) if stops else None


def _dataset_error(message: str, hint: str) -> ConfigError:
    return ConfigError("data.source", message, hint)


def preparation_summary(values: Mapping[str, Any], given: Container[str]) -> str:
    """Return size, splits and subset in one line; `given` are the splits the dataset defines."""
    size = values["data.image_size"]
    items = [f"{size} px"] if size else []
    if values["data.color"] != "own":
        items.append(_choice_text(values, "data.color"))
    if values["data.source"] == FOLDER and values["data.fit"] != "crop":
        items.append(_choice_text(values, "data.fit"))
    held_out = [split for split in ("val", "test") if split not in given]
    items += [f"{percent(values[f'data.{split}_share'], 0)} {split}" for split in held_out]
    if values["data.subset"]:
        items.append(count(values["data.subset"], "sample"))
    return " · ".join(items) or "unchanged"


def _choice_text(values: Mapping[str, Any], name: str) -> str:
    return setting(name).format(values[name]).lower()


def estimate_splits(
    splits: Mapping[str, int], given: Container[str], val_fraction: float, test_fraction: float
) -> dict[str, int]:
    """Estimate the sizes of the splits for other fractions; the `given` ones stay."""
    total = sum(splits.values())
    test = splits["test"] if "test" in given else round(total * test_fraction)
    val = splits["val"] if "val" in given else round((total - test) * val_fraction)
    return {"train": total - test - val, "val": val, "test": test}
