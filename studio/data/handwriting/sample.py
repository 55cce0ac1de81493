"""One drawing of the user: its label, and the strokes it was drawn with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MAX_LABEL_CHARS = 60


class StrokeRecord(BaseModel):
    """One movement of a tool; `width` and `points` (x, y) are fractions of the canvas side.

    `widths` has one value for each point where a pen with pressure changed the width, else none.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    tool: Literal["pen", "eraser"] = "pen"
    width: float = Field(gt=0, le=1)
    points: tuple[tuple[float, float], ...] = Field(min_length=1)
    widths: tuple[float, ...] = ()


class SampleRecord(BaseModel):
    """The file of a sample. `time` is in seconds since the epoch.

    `is_test` keeps the sample for tests: it never changes, so that no sample moves from the
    training to the test when others are drawn or deleted.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int = 1
    label: str = Field(min_length=1, max_length=MAX_LABEL_CHARS)
    time: float = Field(allow_inf_nan=False)
    is_test: bool = False
    strokes: tuple[StrokeRecord, ...] = ()


@dataclass(frozen=True)
class HandwritingSample:
    """A stored drawing; `id` names its files and is never used again."""

    id: str
    record: SampleRecord

    @property
    def label(self) -> str:
        """The name of its class."""
        return self.record.label

    @property
    def is_test(self) -> bool:
        """Whether it is kept for tests."""
        return self.record.is_test


@dataclass(frozen=True)
class DamagedSample:
    """A sample that cannot be read: the name of its file and the reason."""

    file: str
    reason: str


class AnyStroke(Protocol):
    """A stroke of a canvas."""

    @property
    def tool(self) -> Any: ...
    @property
    def width(self) -> float: ...
    @property
    def points(self) -> Sequence[Any]: ...


def record_strokes(strokes: Iterable[AnyStroke]) -> tuple[StrokeRecord, ...]:
    """Return the strokes of a canvas as records; what is no stroke, as an image, is left out."""
    return tuple(
        StrokeRecord(
            tool=stroke.tool,
            width=min(max(stroke.width, 1e-4), 1.0),
            points=tuple((round(float(p[0]), 5), round(float(p[1]), 5)) for p in stroke.points),
            widths=tuple(round(float(w), 5) for w in getattr(stroke, "widths", None) or ()),
        )
        for stroke in strokes
        if getattr(stroke, "points", None)
    )


def parse_record(content: bytes) -> SampleRecord:
    """Parse the file of a sample. Raises ValueError with the reason in plain words."""
    try:
        return SampleRecord.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"{place or 'it'}: {first['msg'].lower()}") from None
