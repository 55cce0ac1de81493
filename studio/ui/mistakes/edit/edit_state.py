"""The edits of a sample as a JSON value. No Qt."""

import base64
import math
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.insight.sample_edits import Pixels, SampleEdit
from studio.insight.sample_transforms import find_transform
from studio.ui.mistakes.edit.edit_subject import EditSubject

MAX_EDITS = 100  # the newest ones; each may hold an image
MAX_PIXELS = 1 << 24


@dataclass(frozen=True, eq=False)
class EditSnapshot:
    """The edits of a sample of `run`, the original first, and whether the editor is open.

    `index` is that of the edit shown.
    """

    run: str
    sample_id: str
    edits: tuple[SampleEdit, ...]
    index: int
    is_open: bool

    @classmethod
    def of(cls, subject: EditSubject, is_open: bool) -> "EditSnapshot":
        """Copy the edits of a sample."""
        history = subject.history
        return cls(subject.run, subject.sample_id, history.edits, history.index, is_open)

    def belongs_to(self, subject: EditSubject) -> bool:
        """Whether these are edits of this sample, whose image has not changed."""
        is_same = (self.run, self.sample_id) == (subject.run, subject.sample_id)
        return is_same and np.array_equal(self.edits[0].pixels, subject.image)


def encode_edits(snapshot: EditSnapshot | None, _folder: Path) -> dict[str, Any]:
    """Return a JSON value; the oldest edits are left out where there are very many."""
    if snapshot is None:
        return {}
    left_out = max(0, len(snapshot.edits) - 1 - MAX_EDITS)
    edits = (snapshot.edits[0], *snapshot.edits[1 + left_out :])
    images = list({id(edit.pixels): edit.pixels for edit in edits}.values())
    numbers = {id(pixels): number for number, pixels in enumerate(images)}
    return {
        "run": snapshot.run,
        "sample": snapshot.sample_id,
        "shape": list(images[0].shape),
        "images": [_encode_pixels(pixels) for pixels in images],
        "edits": [
            {"image": numbers[id(edit.pixels)], "values": dict(edit.values), "done": edit.done}
            for edit in edits
        ],
        "index": max(0, snapshot.index - left_out),
        "open": snapshot.is_open,
    }


def decode_edits(value: Any, _files: object) -> EditSnapshot | None:
    """Return the edits in a JSON value. Raises ValueError, TypeError or LookupError."""
    if not value:
        return None
    shape = [int(size) for size in value["shape"]]
    if len(shape) != 3 or min(shape) < 1 or math.prod(shape) > MAX_PIXELS:
        raise ValueError("not the shape of an image")
    images = [_decode_pixels(text, shape) for text in value["images"]]
    edits = tuple(_decode_edits(value["edits"], images))
    index, run, sample = value["index"], value["run"], value["sample"]
    if type(index) is not int or not 0 <= index < len(edits):
        raise ValueError("not the index of an edit")
    if not (isinstance(run, str) and isinstance(sample, str)):
        raise TypeError("not a sample")
    return EditSnapshot(run, sample, edits, index, value["open"] is True)


def _decode_edits(edits: Iterable[Any], images: list[Pixels]) -> Iterable[SampleEdit]:
    for edit in edits:
        done = tuple(edit["done"])
        if not all(isinstance(text, str) for text in done):
            raise TypeError("not texts")
        yield SampleEdit(images[edit["image"]], _decode_values(edit["values"]), done)


def _decode_values(values: Mapping[str, Any]) -> dict[str, float]:
    decoded = {}
    for key, number in values.items():
        transform = find_transform(key)
        if not (isinstance(number, float | int) and math.isfinite(number)):
            raise ValueError("not a parameter")
        decoded[key] = min(max(float(number), transform.low), transform.high)
    return decoded


def _encode_pixels(pixels: Pixels) -> str:
    return base64.b64encode(zlib.compress(pixels.tobytes())).decode()


def _decode_pixels(text: str, shape: list[int]) -> Pixels:
    size = math.prod(shape)
    content = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), size + 1)
    return np.frombuffer(content, np.uint8).reshape(shape).copy()
