"""What a worker is to do, as a word of its command line."""

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from studio.config import TrainConfig
from studio.recipes import load_recipe


@dataclass(frozen=True)
class Workload:
    """A recipe with changed settings, the folders it uses, and the seconds of one turn."""

    recipe: str
    data_dir: Path
    runs_dir: Path
    seconds: float = 2.0
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def config(self) -> TrainConfig:
        """The configuration. Raises ConfigError."""
        return load_recipe(self.recipe).config.with_values(self.settings)

    def to_json(self) -> str:
        """As one word that `from_json` reads."""
        return json.dumps(dataclasses.asdict(self), default=str)

    @classmethod
    def from_json(cls, word: str) -> Self:
        """The workload of a word that `to_json` made."""
        values = json.loads(word)
        folders = {name: Path(values[name]) for name in ("data_dir", "runs_dir")}
        return cls(**(values | folders))
