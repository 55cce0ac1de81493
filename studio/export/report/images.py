"""Samples as images inside the page."""

import base64
import io
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.callbacks import ShouldStop
from studio.errors import Stopped
from studio.export.report.markup import Html, escape

MAX_SIDE = 96  # pixels; larger images are reduced, so that the page stays small


def gallery(figures: Iterable[Html]) -> Html:
    """Return images side by side."""
    return f'<div class="gallery">{"".join(figures)}</div>'


def figure(image: NDArray[np.uint8], title: str, *lines: str) -> Html:
    """Return an image uint8 [C, H, W] with a title and lines of text below it."""
    # No line may end between a number and its percent sign.
    kept = (line.replace(" %", "\N{NO-BREAK SPACE}%") for line in lines if line)
    text = "".join(f"<span>{escape(line)}</span>" for line in kept)
    source = base64.b64encode(encode_png(image)).decode("ascii")
    return (
        f'<figure><img src="data:image/png;base64,{source}" alt="{escape(title)}" loading="lazy">'
        f"<figcaption><b>{escape(title)}</b>{text}</figcaption></figure>"
    )


def figures(
    positions: Iterable[int], make: Callable[[int], Html], should_stop: ShouldStop
) -> list[Html]:
    """Return the figure of every position. Raises Stopped."""
    made = []
    for position in positions:
        if should_stop():
            raise Stopped
        made.append(make(int(position)))
    return made


def encode_png(image: NDArray[np.uint8]) -> bytes:
    """Encode uint8 [C, H, W] with one or three channels as PNG, at most 96 pixels wide and high."""
    pixels = image[0] if len(image) == 1 else image[:3].transpose(1, 2, 0)
    shown = Image.fromarray(np.ascontiguousarray(pixels))
    shown.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    shown.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
