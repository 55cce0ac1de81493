"""One drawing of the user: its label, and the strokes it was drawn with."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MAX_LABEL_CHARS = 60


class StrokeRecord(BaseModel):
    """One movement of a tool; `width` and `points` (x, y) are fractions of the canvas side.

    `relative_widths` has a factor of the width for each point where a pen with pressure drew.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    tool: Literal["pen", "eraser"] = "pen"
    width: float = Field(gt=0, le=1)
    points: tuple[tuple[float, float], ...] = Field(min_length=1)
    relative_widths: tuple[float, ...] = ()


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


def parse_record(content: bytes) -> SampleRecord:
    """Parse the file of a sample. Raises ValueError with the reason in plain words."""
    try:
        return SampleRecord.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"{place or 'it'}: {first['msg'].lower()}") from None
