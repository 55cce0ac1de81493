"""The misclassified samples as rows, and as a CSV file or an HTML page."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.data.csv_cells import to_cell
from studio.errors import Stopped, StudioError
from studio.files import write_atomic
from studio.insight.html_export import mistakes_page

if TYPE_CHECKING:
    from studio.insight.evaluation import Evaluation

Positions = NDArray[np.int64]
Rows = Iterator[tuple[int, dict[str, Any]]]  # position in the evaluation and row of each sample

_COLUMNS = (
    "index",
    "file",
    "split",
    "true",
    "predicted",
    "loss",
    "confidence",
    "true_probability",
    "sample",
)
_CHECK_INTERVAL = 256  # rows between two calls of `should_stop`


def mistake_rows(
    evaluation: "Evaluation", positions: Positions | None = None
) -> list[dict[str, Any]]:
    """Return one dict for each sample at `positions` [n], by default all mistakes by falling loss.

    Keys: index (in the dataset), file (its name on the disk, with surrogates where it is not UTF-8;
    empty where the dataset has none), split, true, predicted (class names), loss (nats), confidence
    (probability of the predicted class), true_probability and sample (its name in every run: the
    file as it is shown, or published split and index in it, "test:729").
    """
    chosen = evaluation.mistakes() if positions is None else positions
    return [_row(evaluation, int(position)) for position in chosen]


def write_mistakes(
    evaluation: "Evaluation",
    path: Path,
    positions: Positions | None = None,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> None:
    """Write the samples at `positions` to a file, by default all mistakes by falling loss.

    The suffix decides the format: `.csv`, or `.html` for a page that contains the images. The file
    is written completely or not at all. Raises StudioError for another suffix or a path that cannot
    be written, and Stopped.
    """
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".html"):
        raise StudioError(
            f"“{path.name}” ends in neither .csv nor .html.", "The suffix decides the format."
        )
    chosen = evaluation.mistakes() if positions is None else positions
    rows = _iterate_rows(evaluation, chosen, on_progress, should_stop)
    if suffix == ".csv":
        content = _csv_text(rows).encode("utf-8", "surrogateescape")
    else:
        content = mistakes_page(evaluation, rows).encode()
    try:
        write_atomic(path, lambda partial: partial.write_bytes(content), len(content))
    except OSError as error:
        raise StudioError(
            f"“{path}” cannot be written: {error.strerror or error}.", "Choose another folder."
        ) from None


def _iterate_rows(
    evaluation: "Evaluation", positions: Positions, on_progress: OnProgress, should_stop: ShouldStop
) -> Rows:
    for done, position in enumerate(positions):
        if done % _CHECK_INTERVAL == 0:
            on_progress(done / len(positions), "Writing the list")
            if should_stop():
                raise Stopped
        yield int(position), _row(evaluation, int(position))


def _row(evaluation: "Evaluation", position: int) -> dict[str, Any]:
    names, probabilities = evaluation.class_names, evaluation.probabilities[position]
    true, predicted = int(evaluation.labels[position]), int(evaluation.predicted[position])
    return {
        "index": int(evaluation.indices[position]),
        "file": evaluation.file_on_disk(position),
        "split": evaluation.split,
        "true": names[true],
        "predicted": names[predicted],
        "loss": round(float(evaluation.losses[position]), 6),
        "confidence": round(float(probabilities[predicted]), 6),
        "true_probability": round(float(probabilities[true]), 6),
        "sample": evaluation.sample_id(position),
    }


def _csv_text(rows: Rows) -> str:
    lines = io.StringIO()
    table = csv.DictWriter(lines, _COLUMNS, lineterminator="\n")
    table.writeheader()
    for _, row in rows:
        table.writerow(row | {name: to_cell(row[name]) for name in ("file", "true", "predicted")})
    return lines.getvalue()
