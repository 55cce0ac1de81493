"""Reports of label issues in the run folder, so that a second search takes no time."""

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from studio.data import ImageDataset, Split
from studio.files import read_regular, write_text
from studio.insight.label_issues.issue import LabelIssueReport
from studio.insight.prediction_cache import hash_file
from studio.paths import BUNDLED, cache_dir

# Raised when the method changes.
_VERSION = 1
_MAX_BYTES = 256 << 20


def report_key(weights: Path, dataset: ImageDataset) -> str:
    """Return what a report depends on: the method, the weights and the data with its labels."""
    return f"{_VERSION}-{hash_file(weights)}-{dataset.fingerprint}"


def read_report(run: str | Path, split: Split, key: str) -> LabelIssueReport | None:
    """Return the cached report of the same weights and data, else None."""
    try:
        values = json.loads(read_regular(_path(run, split), _MAX_BYTES))
        if values["key"] != key:
            return None
        return TypeAdapter(LabelIssueReport).validate_python(values["report"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError, ValidationError):
        return None  # a missing or damaged cache is computed again


def write_report(run: str | Path, split: Split, key: str, report: LabelIssueReport) -> None:
    """Cache a report. A folder that cannot be written is no error."""
    path = _path(run, split)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps({"key": key, "report": asdict(report)}, ensure_ascii=False))


def _path(run: str | Path, split: Split) -> Path:
    """The bundled model has no folder of its own that could be written."""
    if str(run) == BUNDLED:
        return cache_dir() / BUNDLED / "label_issues" / f"{split}.json"
    folder = Path(run) if Path(run).is_dir() else Path(run).parent
    return folder / "label_issues" / f"{split}.json"
