"""One run folder: its parts, each of which may be missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from studio.config import TrainConfig
from studio.errors import RunError, StudioError
from studio.files import write_text
from studio.recipes import read_toml
from studio.runs.status import Status, read_status, write_status
from studio.runs.tail import MetricsTail


@dataclass(frozen=True)
class Run:
    """A training and its folder. Nothing is read until it is asked for."""

    path: Path

    @property
    def id(self) -> str:
        """The folder's name, unique in its runs folder."""
        return self.path.name

    @property
    def best_weights(self) -> Path:
        """Weights of the epoch that `optim.select` chooses."""
        return self.path / "weights" / "best.safetensors"

    @property
    def last_weights(self) -> Path:
        """Weights of the last step."""
        return self.path / "weights" / "last.safetensors"

    @property
    def state(self) -> Path:
        """All that is needed to go on exactly here."""
        return self.path / "state.pt"

    @property
    def metrics_path(self) -> Path:
        """One event a line."""
        return self.path / "metrics.jsonl"

    def predictions(self, epoch: int) -> Path:
        """Validation logits after an epoch, counted from 1."""
        return self.path / "predictions" / f"epoch_{epoch:03d}.npz"

    @property
    def config(self) -> TrainConfig:
        """The run's own configuration. Raises StudioError when it is missing or damaged."""
        values = self._config_values()
        values.pop("run", None)
        optim = values.get("optim")
        if isinstance(optim, dict):  # earlier versions chose the epoch this way and did not say so
            optim.setdefault("select", "val_accuracy")
        return TrainConfig.from_dict(values)

    @property
    def config_stamp(self) -> tuple[int, int] | None:
        """Changes when config.toml does; None while it is missing or out of reach."""
        try:
            stat = (self.path / "config.toml").stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size

    @property
    def record(self) -> dict[str, Any]:
        """What was recorded beside the configuration: versions, device, data fingerprint."""
        record = self._config_values().get("run", {})
        return record if isinstance(record, dict) else {}

    def _config_values(self) -> dict[str, Any]:
        try:
            return read_toml(self.path / "config.toml")
        except StudioError as error:
            raise RunError(
                f"The run “{self.id}” has no readable configuration.", str(error)
            ) from None

    def write_config(self, config: TrainConfig, record: Mapping[str, Any]) -> None:
        """Write config.toml atomically. Raises OSError."""
        values = config.to_dict() | {"run": dict(record)}
        write_text(self.path / "config.toml", tomli_w.dumps(values))

    @property
    def status(self) -> Status | None:
        """The last written status, or None."""
        return read_status(self.path / "status.json")

    def write_status(self, status: Status) -> None:
        """Replace the status atomically. Raises OSError."""
        write_status(self.path / "status.json", status)

    def metrics(self) -> list[dict[str, Any]]:
        """Every whole line of metrics.jsonl; a half-written last one is left out."""
        news = MetricsTail(self.metrics_path).read_all()
        return [event for part in news for event in part.events()]

    @property
    def notes(self) -> str:
        """What the user wrote about the run."""
        try:
            return (self.path / "notes.md").read_text(encoding="utf-8")
        except OSError:
            return ""
