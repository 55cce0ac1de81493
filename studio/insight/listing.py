"""The list of mistakes as rows, as a CSV file, and as one web page that holds its pictures."""

import base64
import csv
import html
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.data.csv_cells import to_cell
from studio.errors import Stopped, StudioError
from studio.files import write_atomic
from studio.formatting import percent

if TYPE_CHECKING:
    from studio.insight.evaluation import Evaluation

Positions = NDArray[np.int64]
SHOWN_SIDE = 112  # pixels at which a thumbnail stands on the page
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
_BATCH = 256  # rows between two looks at should_stop


def mistake_rows(
    evaluation: "Evaluation", positions: Positions | None = None
) -> list[dict[str, Any]]:
    """Return one dict a sample at `positions` [n], by default every mistake, highest loss first.

    Keys: index (in the image set), file (its name, empty where the set has none), split, true,
    predicted (class names), loss (nats), confidence (probability of the predicted class),
    true_probability and sample (split and index within the split, "test:9729").
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
    """Write the samples at `positions`, by default every mistake, highest loss first.

    The name decides the form: `.csv`, or `.html` for a page with the pictures inside. The file
    appears whole or not at all. Raises StudioError for another ending or a place that cannot be
    written, Stopped when asked to stop.
    """
    writers = {".csv": _csv_text, ".html": _html_text}
    write = writers.get(path.suffix.lower())
    if write is None:
        raise StudioError(
            f"“{path.name}” ends in neither .csv nor .html.", "The ending decides what is written."
        )
    chosen = evaluation.mistakes() if positions is None else positions
    watch = _Watch(len(chosen), on_progress, should_stop)
    text = write(evaluation, chosen, watch)
    try:
        write_atomic(path, lambda partial: _fill(partial, text))
    except OSError as error:
        raise StudioError(
            f"“{path}” cannot be written: {error.strerror or error}.", "Choose another place."
        ) from None


class _Watch:
    """Walks over positions, telling progress and obeying a stop now and then."""

    def __init__(
        self,
        total: int,
        on_progress: OnProgress,
        should_stop: ShouldStop,
    ) -> None:
        self._total = max(total, 1)
        self._progress = on_progress
        self._should_stop = should_stop

    def over(self, positions: Positions) -> Iterator[int]:
        for done, position in enumerate(positions):
            if done % _BATCH == 0:
                self._look_up(done)
            yield int(position)

    def _look_up(self, done: int) -> None:
        if self._should_stop is not None and self._should_stop():
            raise Stopped
        if self._progress is not None:
            self._progress(done / self._total, "Writing the list")


def _row(evaluation: "Evaluation", position: int) -> dict[str, Any]:
    names, shares = evaluation.class_names, evaluation.probabilities[position]
    true, predicted = int(evaluation.labels[position]), int(evaluation.predicted[position])
    return {
        "index": int(evaluation.indices[position]),
        "file": evaluation.files[position] if evaluation.files else "",
        "split": evaluation.split,
        "true": names[true],
        "predicted": names[predicted],
        "loss": round(float(evaluation.losses[position]), 6),
        "confidence": round(float(shares[predicted]), 6),
        "true_probability": round(float(shares[true]), 6),
        "sample": evaluation.sample_id(position),
    }


def _csv_text(evaluation: "Evaluation", positions: Positions, watch: _Watch) -> str:
    lines = io.StringIO()
    table = csv.DictWriter(lines, _COLUMNS, lineterminator="\n")
    table.writeheader()
    for position in watch.over(positions):
        row = _row(evaluation, position)
        table.writerow(row | {name: to_cell(row[name]) for name in ("file", "true", "predicted")})
    return lines.getvalue()


def _html_text(evaluation: "Evaluation", positions: Positions, watch: _Watch) -> str:
    cards = "\n".join(_card(evaluation, position) for position in watch.over(positions))
    title = html.escape(f"Mistakes of {evaluation.run}")
    return _PAGE.format(title=title, summary=html.escape(_summary(evaluation)), cards=cards)


def _summary(evaluation: "Evaluation") -> str:
    total, wrong = len(evaluation.labels), len(evaluation.mistakes())
    return f"{wrong:,} of {total:,} samples of the {evaluation.split} split are read wrong."


def _card(evaluation: "Evaluation", position: int) -> str:
    row = _row(evaluation, position)
    true, predicted = html.escape(row["true"]), html.escape(row["predicted"])
    source = html.escape(row["file"] or row["sample"])
    picture = base64.b64encode(_png(evaluation.images[position])).decode("ascii")
    return (
        f'<figure><img src="data:image/png;base64,{picture}" alt="{true} read as {predicted}">'
        f"<figcaption><b>{true} → {predicted}</b><br>loss {row['loss']:.2f} · "
        f"{percent(row['confidence'])} sure<br>{source}</figcaption></figure>"
    )


def _png(pixels: NDArray[np.uint8]) -> bytes:
    """Encode uint8 [C, H, W] as PNG bytes."""
    grey = pixels.shape[0] == 1
    rows = np.ascontiguousarray(pixels[0] if grey else pixels.transpose(1, 2, 0))
    held = io.BytesIO()
    Image.fromarray(rows).save(held, "PNG")
    return held.getvalue()


def _fill(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


_PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{title}}</title>
<style>
:root {{{{ color-scheme: light dark; --muted: #667085; }}}}
@media (prefers-color-scheme: dark) {{{{ :root {{{{ --muted: #9aa3b2; }}}} }}}}
body {{{{ font: 13px/1.4 system-ui, sans-serif; margin: 24px; }}}}
h1 {{{{ font-size: 20px; margin: 0 0 4px; }}}}
p {{{{ color: var(--muted); margin: 0 0 24px; }}}}
main {{{{ display: flex; flex-wrap: wrap; gap: 16px; }}}}
figure {{{{ margin: 0; width: {SHOWN_SIDE + 24}px; text-align: center; }}}}
img {{{{ width: {SHOWN_SIDE}px; height: {SHOWN_SIDE}px; object-fit: contain;
  image-rendering: pixelated; border-radius: 4px; }}}}
figcaption {{{{ color: var(--muted); overflow-wrap: anywhere; }}}}
b {{{{ color: CanvasText; }}}}
</style>
</head>
<body>
<h1>{{title}}</h1>
<p>{{summary}}</p>
<main>
{{cards}}
</main>
</body>
</html>
"""
