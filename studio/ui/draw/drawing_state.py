"""A drawing as a JSON value, with the images on the canvas in files beside it. No Qt."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from studio.ui.draw.stored_images import (
    StoredImages,
    image_names,
    image_path,
    load_image,
    remove_other_images,
)
from studio.ui.widgets.strokes import Background, DrawingStep, HistorySnapshot, Stroke
from studio.ui.window_state import StateFiles

MAX_COORDINATE = 100.0  # in sides of the canvas; Qt takes long to draw what is much farther away


class DrawingEncoder:
    """Encodes snapshots, each image only once. Not to be used by two threads at the same time."""

    def __init__(self) -> None:
        self._images = StoredImages()

    def encode(self, snapshot: HistorySnapshot, folder: Path) -> dict[str, Any]:
        """Return a JSON value, after the images of the snapshot are in `folder`. Raises OSError.

        The oldest steps are left out where the images take too much space.
        """
        self._images.begin()
        done, undone = (self._encode_steps(steps, folder) for steps in snapshot)
        return {"done": done, "undone": undone}

    def _encode_steps(self, steps: Sequence[DrawingStep], folder: Path) -> list[dict[str, Any]]:
        """Encode steps from the newest to the first whose image takes too much space."""
        encoded: list[dict[str, Any]] = []
        for step in reversed(steps):
            if isinstance(step, Stroke):
                encoded.append(_encode_stroke(step))
                continue
            encoded.append({"image": self._images.store(step, folder)})
            if self._images.is_full:
                break
        return encoded[::-1]


def decode_drawing(value: Any, files: StateFiles) -> HistorySnapshot:
    """Return the snapshot in a JSON value. Raises ValueError, TypeError or LookupError.

    A damaged image is set aside and leaves the canvas empty; what was drawn on it is kept.
    """
    return HistorySnapshot(
        tuple(_decode_steps(value["done"], files)), tuple(_decode_steps(value["undone"], files))
    )


def remove_unused_images(value: Any, folder: Path) -> None:
    """Delete the images that a JSON value does not name."""
    steps = [*value["done"], *value["undone"]]
    remove_other_images(folder, image_names(steps))


def _encode_stroke(stroke: Stroke) -> dict[str, Any]:
    points = [coordinate for point in stroke.points for coordinate in point]
    encoded = {"tool": stroke.tool, "width": stroke.width, "points": points}
    return encoded | ({"starts_drawing": True} if stroke.starts_drawing else {})


def _decode_steps(steps: Iterable[Any], files: StateFiles) -> Iterable[DrawingStep]:
    for step in steps:
        yield _decode_stroke(step) if "points" in step else _decode_image(step["image"], files)


def _decode_stroke(step: Any) -> Stroke:
    tool, width, flat = step["tool"], float(step["width"]), step["points"]
    if tool not in ("pen", "eraser") or not 0 < width <= 1:
        raise ValueError("not a stroke")
    if not flat or len(flat) % 2 or not all(map(_is_coordinate, flat)):
        raise ValueError("not the points of a stroke")
    points = list(zip(flat[::2], flat[1::2], strict=True))
    return Stroke(tool, width, points, bool(step.get("starts_drawing")))


def _decode_image(name: str, files: StateFiles) -> Background:
    if not name:
        return Background()
    path = image_path(files.folder, name)
    try:
        return load_image(path)
    except (OSError, ValueError, LookupError, EOFError):
        files.set_aside(path)
        return Background()


def _is_coordinate(value: Any) -> bool:
    is_number = isinstance(value, float | int) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and abs(value) <= MAX_COORDINATE
