"""Edits of one sample: strokes and transformations, with undo and redo. No Qt.

torch is imported when transformations are rendered, not for strokes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from studio.insight.sample_transforms import TRANSFORMS, Background, find_transform

Pixels = NDArray[np.uint8]
Point = tuple[float, float]

DRAWN = "Drawn on"

_LUMA = (0.2989, 0.587, 0.114)


@dataclass(frozen=True, eq=False)
class SampleEdit:
    """An edited image: `pixels`, uint8 [C, H, W], to which transformations are to be applied.

    `values` maps keys of `TRANSFORMS` to parameters that differ from the identity. `done` says in
    words what was done to `pixels` before.
    """

    pixels: Pixels
    values: Mapping[str, float] = field(default_factory=dict)
    done: tuple[str, ...] = ()

    def value(self, key: str) -> float:
        """Return the parameter of a transformation."""
        return self.values.get(key, find_transform(key).identity)

    def with_value(self, key: str, value: float) -> "SampleEdit":
        """Return the edit with another parameter of one transformation."""
        values = {name: old for name, old in self.values.items() if name != key}
        if value != find_transform(key).identity:
            values[key] = value
        return replace(self, values=values)

    def with_pixels(self, pixels: Pixels) -> "SampleEdit":
        """Return the edit after drawing: `pixels` include the transformations so far."""
        steps = self.changes()
        done = steps if steps and steps[-1] == DRAWN else (*steps, DRAWN)
        return SampleEdit(pixels, done=done)

    def changes(self) -> tuple[str, ...]:
        """Say in words what differs from the original: ("Rotated by 7° clockwise", "Drawn on")."""
        texts = (find_transform(key).describe(value) for key, value in self._ordered())
        return (*self.done, *texts)

    def render(self, background: Background | None = None) -> Pixels:
        """Return the image with all transformations applied, uint8 [C, H, W]."""
        images = self.pixels[None]
        for key, value in self._ordered():
            images = find_transform(key).apply(images, value, background, 0)
        image: Pixels = images[0]
        return image

    def _ordered(self) -> list[tuple[str, float]]:
        """The parameters in the order of `TRANSFORMS`, in which they are applied."""
        keys = [transform.key for transform in TRANSFORMS]
        return sorted(self.values.items(), key=lambda item: keys.index(item[0]))


class EditHistory:
    """The edits of one sample, with unlimited undo and redo."""

    def __init__(self, original: Pixels) -> None:
        self._edits = [SampleEdit(original)]
        self._index = 0
        self._merged = ""  # what the newest edit changes, if the next change may replace it

    @property
    def current(self) -> SampleEdit:
        """The edit shown."""
        return self._edits[self._index]

    @property
    def edits(self) -> tuple[SampleEdit, ...]:
        """All edits, the original first."""
        return tuple(self._edits)

    @property
    def index(self) -> int:
        """The number of the edit shown, 0 for the original."""
        return self._index

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to undo."""
        return self._index > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone change and no newer one."""
        return self._index < len(self._edits) - 1

    @property
    def is_changed(self) -> bool:
        """Whether the edit differs from the original."""
        return bool(self.current.changes())

    def push(self, edit: SampleEdit, merge: str = "") -> None:
        """Add a change and discard the undone ones.

        Changes in a row with the same text `merge`, such as those of one slider, count as one.
        """
        del self._edits[self._index + 1 :]
        if merge and merge == self._merged and self.can_undo:
            self._edits.pop()
        self._edits.append(edit)
        self._index = len(self._edits) - 1
        self._merged = merge

    def restore(self, edits: Sequence[SampleEdit], index: int) -> None:
        """Replace the history by another one of the same original; `index` is the edit shown."""
        self._edits, self._index, self._merged = list(edits), index, ""

    def undo(self) -> None:
        """Undo the last change, if any."""
        self._index = max(0, self._index - 1)
        self._merged = ""

    def redo(self) -> None:
        """Redo the change that was undone last, if any."""
        self._index = min(len(self._edits) - 1, self._index + 1)
        self._merged = ""

    def reset(self) -> None:
        """Return to the original, as a change that can be undone."""
        if self.is_changed:
            self.push(self._edits[0])


class PixelStroke:
    """One movement of a round pen over an image, smooth at its edge.

    Points and width are in pixels; the top left corner of the image is (0, 0). Where the pen passes
    twice, it covers only once.
    """

    def __init__(self, pixels: Pixels, color: Background, width: float) -> None:
        self._original = pixels.astype(np.float32)
        self._color = color.astype(np.float32)[:, None, None]
        self._radius = width / 2
        height, side = pixels.shape[1:]
        self._rows, self._columns = np.mgrid[0.5:height, 0.5:side].astype(np.float32)
        self._coverage = np.zeros((height, side), np.float32)
        self._last: Point | None = None

    def add(self, point: Point) -> Pixels:
        """Draw to a point, given as (x, y), and return the image, uint8 [C, H, W]."""
        distance = self._distance(self._last or point, point)
        covered = np.clip(self._radius + 0.5 - distance, 0, 1)
        np.maximum(self._coverage, covered, out=self._coverage)
        self._last = point
        mixed = self._original + (self._color - self._original) * self._coverage
        return np.asarray(np.rint(mixed), np.uint8)

    def _distance(self, start: Point, end: Point) -> NDArray[np.float32]:
        """The distance of each pixel's center from the segment, float32 [H, W]."""
        across, down = end[0] - start[0], end[1] - start[1]
        length = across**2 + down**2
        x, y = self._columns - start[0], self._rows - start[1]
        along = np.clip((x * across + y * down) / length, 0, 1) if length else np.zeros_like(x)
        return np.asarray(np.hypot(x - along * across, y - along * down), np.float32)


def pen_color(background: Background) -> Background:
    """Return the color of strokes, uint8 [C]: white on a dark background, black on a bright one."""
    weights = _LUMA if len(background) == len(_LUMA) else (1.0,)
    is_dark = float(np.dot(background, weights)) < 128  # mid-gray
    return np.full(len(background), 255 if is_dark else 0, np.uint8)
