"""A drawing as a JSON value, with the images on the canvas in files beside it. No Qt."""

import base64
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.ui.draw.stored_images import (
    StoredImages,
    image_names,
    image_path,
    load_image,
    remove_other_images,
)
from studio.ui.widgets.strokes import Background, DrawingStep, HistorySnapshot, Stroke
from studio.ui.widgets.transform import IDENTITY, MAX_COORDINATE, Transform
from studio.ui.window_state import StateFiles

FLOAT_DTYPE = np.dtype("<f8")

# The canvas scales by less, and strokes with pressure are never that wide.
MAX_SCALE, MAX_RELATIVE_WIDTH = 1000.0, 4.0


class DrawingEncoder:
    """Encodes snapshots, and each of their steps only once.

    Not to be used by two threads at the same time.
    """

    def __init__(self) -> None:
        self._images = StoredImages()
        # By identity, because strokes are compared by value; the stroke keeps its id in use.
        self._strokes: dict[int, tuple[Stroke, dict[str, Any]]] = {}

    def encode(self, snapshot: HistorySnapshot, folder: Path) -> dict[str, Any]:
        """Return a JSON value, after the images of the snapshot are in `folder`. Raises OSError.

        The oldest steps are left out where the images take too much space.
        """
        self._images.begin()
        strokes = [step for step in snapshot.done + snapshot.undone if isinstance(step, Stroke)]
        known = self._strokes
        self._strokes = {
            id(stroke): known.get(id(stroke)) or (stroke, _encode_stroke(stroke))
            for stroke in strokes
        }
        done, undone = (self._encode_steps(steps, folder) for steps in snapshot)
        return {"done": done, "undone": undone}

    def _encode_steps(self, steps: Sequence[DrawingStep], folder: Path) -> list[dict[str, Any]]:
        """Encode steps from the newest to the first whose image takes too much space."""
        encoded: list[dict[str, Any]] = []
        for step in reversed(steps):
            if isinstance(step, Stroke):
                encoded.append(self._strokes[id(step)][1])
                continue
            if isinstance(step, Transform):
                encoded.append({"transform": list(step)})
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
    encoded: dict[str, Any] = {
        "tool": stroke.tool,
        "width": stroke.width,
        "points": _encode_floats(stroke.points),
    }
    if stroke.relative_widths:
        encoded["relative_widths"] = _encode_floats(stroke.relative_widths)
    return encoded | ({"starts_drawing": True} if stroke.starts_drawing else {})


def _encode_floats(values: Sequence[Any]) -> str:
    return base64.b64encode(np.array(values, FLOAT_DTYPE).tobytes()).decode()


def _decode_floats(text: str) -> NDArray[np.float64]:
    return np.frombuffer(base64.b64decode(text, validate=True), FLOAT_DTYPE)


def _decode_steps(steps: Iterable[Any], files: StateFiles) -> Iterable[DrawingStep]:
    total = IDENTITY  # of the transforms since the last image or stroke that hides everything
    for step in steps:
        if "transform" in step:
            transform = _decode_transform(step["transform"])
            total = total.then(transform)
            _check_scale(total)
            yield transform
        elif "points" in step:
            stroke = _decode_stroke(step)
            total = IDENTITY if stroke.starts_drawing else total
            yield stroke
        else:
            total = IDENTITY
            yield _decode_image(step["image"], files)


def _decode_transform(values: Any) -> Transform:
    cosine, sine, right, down = (float(value) for value in values)
    transform = Transform(cosine, sine, right, down)
    _check_scale(transform)
    return transform


def _check_scale(transform: Transform) -> None:
    """Raise ValueError for a transform that no canvas makes, also one with a NaN."""
    is_near = all(abs(value) <= MAX_SCALE for value in transform)
    if not is_near or not 1 / MAX_SCALE <= transform.scale <= MAX_SCALE:
        raise ValueError("not a transform of a drawing")


def _decode_stroke(step: Any) -> Stroke:
    tool, width = step["tool"], float(step["width"])
    if tool not in ("pen", "eraser") or not 0 < width <= 1:
        raise ValueError("not a stroke")
    points = _decode_floats(step["points"]).reshape(-1, 2)
    if not len(points) or not (np.abs(points) <= MAX_COORDINATE).all():  # also NaN
        raise ValueError("not the points of a stroke")
    pairs = [(x, y) for x, y in points.tolist()]
    widths = _decode_relative_widths(step.get("relative_widths", ""), len(pairs))
    return Stroke(tool, width, pairs, bool(step.get("starts_drawing")), widths)


def _decode_relative_widths(text: str, count: int) -> list[float]:
    """Decode the widths at `count` points; a stroke of even width, as all once were, has none."""
    widths = _decode_floats(text)
    is_valid = ((widths > 0) & (widths <= MAX_RELATIVE_WIDTH)).all()
    if len(widths) not in (0, count) or not is_valid:
        raise ValueError("not the widths of a stroke")
    decoded: list[float] = widths.tolist()
    return decoded


def _decode_image(name: str, files: StateFiles) -> Background:
    if not name:
        return Background()
    path = image_path(files.folder, name)
    try:
        return load_image(path)
    except (OSError, ValueError, LookupError, EOFError):
        files.set_aside(path)
        return Background()
