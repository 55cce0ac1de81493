"""What calibrations found, kept for the next training of the same network on the same machine."""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from studio.config import TrainConfig
from studio.files import write_text
from studio.paths import cache_dir
from studio.training.backend.devices import describe_machine
from studio.training.backend.engine import Engine

_MOST = 500  # entries; the oldest go first


def recall(config: TrainConfig, default: Engine, rivals: Sequence[Engine]) -> Engine | None:
    """What was found faster than `default` among these rivals, or None."""
    match _read().get(_key(config, default, rivals)):
        case {
            "precision": "float32" | "bfloat16" as precision,
            "memory_format": "channels_last" | "contiguous" as memory_format,
            "threads": int(threads),
        } if threads > 0:
            return Engine(precision, memory_format, threads, "calibrated")
    return None


def remember(config: TrainConfig, default: Engine, rivals: Sequence[Engine], found: Engine) -> None:
    """Keep what was found, if the disk takes it."""
    entry = {
        "machine": describe_machine(),
        "precision": found.precision,
        "memory_format": found.memory_format,
        "threads": found.threads,
    }
    entries = [*_read().items(), (_key(config, default, rivals), entry)]
    # Without it the next training measures again, no more.
    with suppress(OSError):
        _path().parent.mkdir(parents=True, exist_ok=True)
        write_text(_path(), json.dumps(dict(entries[-_MOST:]), indent=1))


def _path() -> Path:
    return cache_dir() / "calibration.json"


def _read() -> dict[str, Any]:
    """All entries; none where the file is missing or damaged."""
    try:
        entries = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return entries if isinstance(entries, dict) else {}


def _key(config: TrainConfig, default: Engine, rivals: Sequence[Engine]) -> str:
    """Changes with all that the answer depends on: machine, network, batch, what was compared."""
    words = f"{describe_machine()} {config.model.model_dump_json()} {config.optim.batch_size}"
    words += f" {default} {rivals}"
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest()
