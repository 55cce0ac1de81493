"""What was measured of a model on this machine, and the file that remembers it. No torch here."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter

from studio.config import TrainConfig
from studio.files import read_regular, write_text
from studio.models import plan_layers
from studio.processor_override import processor_override
from studio.training.backend.processor import count_cores, processor_name

FILE_NAME = "forecasts.json"
_MAX_ENTRIES = 500  # the oldest ones are removed
_MAX_FILE_BYTES = 4 << 20
_VERSION = 2  # of what is measured; other versions are measured again

# Settings of the optimization that change the time of a step by being on.
_SWITCHES = ("momentum", "weight_decay", "ema", "mixup", "clip_norm")


@dataclass(frozen=True)
class Calibration:
    """Times in seconds and memory in bytes of a training of one model on one machine.

    `step_s` is a step of `batch_size` samples, `predict_s` the validation of one image, `test_s`
    that of one test image in float32, `epoch_s` what the end of an epoch takes beside validation:
    checkpoint, history, log. `feature_s` is what one image takes in a frozen backbone, whose
    features are computed once. `memory_bytes` is what model, optimizer and activations take, on
    the GPU if there is one, where that of the validation is included. `setup_s` is the time before
    the first step, None if it is unknown, without `loading_s`, what the first training of a process
    takes longer.
    """

    machine: str
    device: str
    precision: str
    threads: int
    torch: str
    multiply_adds: int
    batch_size: int
    checkpoint_bytes: int
    step_s: float
    predict_s: float
    test_s: float
    epoch_s: float
    feature_s: float
    memory_bytes: int
    setup_s: float | None = None
    loading_s: float = 0.0

    @classmethod
    def from_dict(cls, values: Any) -> Self:
        """Build from `dataclasses.asdict`. Raises ValueError for other values."""
        return TypeAdapter(cls).validate_python(values)


def describe_machine() -> str:
    """Return the processor and the number of cores, without loading torch."""
    override = processor_override()
    treated = f", treated as {override}" if override else ""
    return f"{processor_name()}, {count_cores()} cores{treated}"


def calibration_key(config: TrainConfig) -> str:
    """Return a hash of the machine and of all settings that the time of a step depends on.

    `config` has the input shape and the number of classes of its data. Raises ConfigError for a
    model that cannot be built.
    """
    optim, engine, model = config.optim, config.engine, config.model
    layers = [
        (*replace(layer, name="", dropout=float(layer.dropout > 0)).__dict__.values(),)
        for layer in plan_layers(model)
    ]
    parts: list[object] = [
        _VERSION,
        describe_machine(),
        layers,
        model.layers,
        model.backbone,
        model.unfrozen,
    ]
    parts += [optim.batch_size, optim.optimizer]
    parts += [name for name in _SWITCHES if getattr(optim, name)]
    parts += [name for name, value in config.augment.model_dump().items() if value]
    parts += [engine.device, engine.precision, engine.memory_format, engine.threads]
    parts += [engine.history]
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


class Calibrations:
    """The calibrations in `forecasts.json` of a data folder, by `calibration_key`.

    A missing or damaged file holds none; one that cannot be written forgets.
    """

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE_NAME
        self._version: tuple[int, int] | None = None  # of the file that was read
        self._entries: dict[str, Calibration] = {}

    def find(self, config: TrainConfig) -> Calibration | None:
        """Return what was measured with these settings on this machine."""
        return self._read().get(calibration_key(config))

    def of_this_machine(self) -> list[Calibration]:
        """Return everything that was measured on this machine."""
        machine = describe_machine()
        return [entry for entry in self._read().values() if entry.machine == machine]

    def remember(self, config: TrainConfig, calibration: Calibration) -> None:
        """Add a calibration, or replace the one with these settings."""
        key = calibration_key(config)
        entries = {k: v for k, v in self._read().items() if k != key} | {key: calibration}
        kept = dict(list(entries.items())[-_MAX_ENTRIES:])
        text = json.dumps({k: asdict(v) for k, v in kept.items()}, indent=1)
        self._entries = kept
        # In a folder that cannot be written they are known until the program ends.
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_text(self._path, text + "\n")
            self._version = self._file_version()

    def _read(self) -> Mapping[str, Calibration]:
        version = self._file_version()
        if version is not None and version != self._version:
            self._entries, self._version = _parse(self._path), version
        return self._entries

    def _file_version(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size


def _parse(path: Path) -> dict[str, Calibration]:
    try:
        values = json.loads(read_regular(path, _MAX_FILE_BYTES))
    except (OSError, ValueError):
        return {}
    entries = {}
    for key, entry in values.items() if isinstance(values, dict) else ():
        with suppress(ValueError):  # of a later version
            entries[key] = Calibration.from_dict(entry)
    return entries
