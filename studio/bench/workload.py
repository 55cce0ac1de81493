"""What a worker process runs, as an argument of its command line."""

from dataclasses import field
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from studio.config import TrainConfig
from studio.recipes import load_recipe


class JsonArgument:
    """A pydantic dataclass that is passed to a process as one argument of its command line."""

    def to_json(self) -> str:
        """Return text that `from_json` reads."""
        return TypeAdapter(type(self)).dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return what `to_json` wrote."""
        return TypeAdapter(cls).validate_json(text)


@dataclass(frozen=True)
class Workload(JsonArgument):
    """A recipe with changed settings, its folders, and the seconds of one measurement."""

    recipe: str
    data_dir: Path
    runs_dir: Path
    seconds: float = 2.0
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def config(self) -> TrainConfig:
        """The configuration to train. Raises ConfigError."""
        return load_recipe(self.recipe).config.with_values(self.settings)
