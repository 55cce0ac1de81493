"""One run folder and its files, each of which may be missing."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import tomli_w

from studio.config import TrainConfig
from studio.errors import RunError, StudioError
from studio.files import read_regular, write_text
from studio.recipes import MAX_CONFIG_BYTES, read_toml
from studio.runs.manifest import MARK, verify_file, write_listed
from studio.runs.manifest_file import LOG
from studio.runs.metrics_reader import MetricsReader
from studio.runs.previous import CONFIG
from studio.runs.status import Status, read_status

# Every version wrote all of them. Without one, defaults would train something else.
_SECTIONS = ("model", "data", "augment", "optim", "engine", "run")


@dataclass(frozen=True)
class Run:
    """A training run and its folder. Files are read when a property is used."""

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

    def epoch_weights(self, epoch: int) -> Path:
        """Weights after an epoch, counted from 1, which `engine.keep_weights` keeps."""
        return self.path / "weights" / f"epoch_{epoch:03d}.safetensors"

    @property
    def state(self) -> Path:
        """Training state from which the run resumes exactly."""
        return self.path / "state.pt"

    @property
    def metrics_path(self) -> Path:
        """File of events, one per line."""
        return self.path / LOG

    def predictions(self, epoch: int) -> Path:
        """Validation logits after an epoch, counted from 1."""
        return self.path / "predictions" / f"epoch_{epoch:03d}.npz"

    @property
    def config(self) -> TrainConfig:
        """The run's own configuration.

        Raises StudioError when it is missing, damaged or incomplete.
        """
        return self.read_config()[0]

    def read_config(self) -> tuple[TrainConfig, dict[str, Any]]:
        """Read `config` and `record` at once. Raises StudioError as `config`."""
        values = self._config_values()
        missing = [name for name in _SECTIONS if not isinstance(values.get(name), dict)]
        if missing:
            raise RunError(
                f"The configuration of the run “{self.id}” lacks its section [{missing[0]}].",
                f"Copy “{self.path / CONFIG}” from a backup.",
            )
        record = values.pop("run")
        optim = values.get("optim")
        if isinstance(optim, dict):  # earlier versions did not record how they select the epoch
            optim.setdefault("select", "val_accuracy")
        return TrainConfig.from_dict(values), record

    @property
    def config_stamp(self) -> tuple[int, int] | None:
        """Modification time and size of config.toml; None while it cannot be read."""
        try:
            stat = (self.path / CONFIG).stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size

    @property
    def record(self) -> dict[str, Any]:
        """Facts recorded with the configuration: versions, device, dataset fingerprint."""
        record = self._config_values().get("run", {})
        return record if isinstance(record, dict) else {}

    @property
    def config_text(self) -> str:
        """The text of config.toml, which is valid TOML. Raises StudioError."""
        self._config_values()
        return read_regular(self.path / CONFIG, MAX_CONFIG_BYTES).decode("utf-8")

    def _config_values(self) -> dict[str, Any]:
        path = self.path / CONFIG
        verify_file(path)
        try:
            return read_toml(path)
        except StudioError as error:
            raise RunError(
                f"The run “{self.id}” has no readable configuration.", str(error)
            ) from None

    def write_config(self, config: TrainConfig, record: Mapping[str, Any]) -> None:
        """Write config.toml atomically, and list it in the manifest, which begins with it.

        Raises OSError and DamagedRunError.
        """
        values = config.to_dict() | {"run": dict(record) | {MARK: 1}}
        text = tomli_w.dumps(values).encode()
        write_listed(self.path / CONFIG, lambda partial: partial.write_bytes(text), begin=True)

    @property
    def status(self) -> Status | None:
        """The last status written, or None."""
        return read_status(self.path / "status.json")

    def write_status(self, status: Status) -> None:
        """Replace the status atomically. Raises OSError."""
        write_text(self.path / "status.json", json.dumps(asdict(status), indent=1))

    def metrics(self) -> list[dict[str, Any]]:
        """The events of all complete lines of metrics.jsonl."""
        chunks = MetricsReader(self.metrics_path).read_all()
        return [event for chunk in chunks for event in chunk.events()]
