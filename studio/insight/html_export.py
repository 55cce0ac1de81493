"""The list of mistakes as one HTML page that contains its images."""

import base64
import html
import io
from collections.abc import Iterable
from string import Template
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.formatting import number, percent

if TYPE_CHECKING:
    from studio.insight.evaluation import Evaluation

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
:root { color-scheme: light dark; --muted: #667085; }
@media (prefers-color-scheme: dark) { :root { --muted: #9aa3b2; } }
body { font: 13px/1.4 system-ui, sans-serif; margin: 24px; }
h1 { font-size: 20px; margin: 0 0 4px; }
p { color: var(--muted); margin: 0 0 24px; }
main { display: flex; flex-wrap: wrap; gap: 16px; }
figure { margin: 0; width: 136px; text-align: center; }
img { width: 112px; height: 112px; object-fit: contain; image-rendering: pixelated;
  border-radius: 4px; }
figcaption { color: var(--muted); overflow-wrap: anywhere; }
b { color: CanvasText; }
</style>
</head>
<body>
<h1>$title</h1>
<p>$summary</p>
<main>
$figures
</main>
</body>
</html>
""")


def mistakes_page(evaluation: "Evaluation", rows: Iterable[tuple[int, dict[str, Any]]]) -> str:
    """The page of some samples: their positions in the evaluation and rows of `mistake_rows`."""
    figures = "\n".join(_figure(evaluation.images[position], row) for position, row in rows)
    total, wrong = int(evaluation.counted.sum()), len(evaluation.mistakes())
    summary = f"{wrong:,} of {total:,} samples of the {evaluation.split} split are misclassified."
    return _PAGE.substitute(
        title=html.escape(f"Mistakes of {evaluation.run}"),
        summary=html.escape(summary),
        figures=figures,
    )


def _figure(image: NDArray[np.uint8], row: dict[str, Any]) -> str:
    true, predicted = html.escape(row["true"]), html.escape(row["predicted"])
    source = html.escape(row["sample"])
    png = base64.b64encode(_encode_png(image)).decode("ascii")
    return (
        f'<figure><img src="data:image/png;base64,{png}" alt="{true} predicted as {predicted}">'
        f"<figcaption><b>{true} → {predicted}</b><br>loss {number(row['loss'])} · "
        f"{percent(row['confidence'])} confident<br>{source}</figcaption></figure>"
    )


def _encode_png(image: NDArray[np.uint8]) -> bytes:
    """Encode uint8 [C, H, W] as PNG bytes."""
    is_grayscale = image.shape[0] == 1
    pixels = np.ascontiguousarray(image[0] if is_grayscale else image.transpose(1, 2, 0))
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()
