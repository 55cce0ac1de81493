"""Calibration: finds the fastest compute settings of a model on this CPU by measuring steps.

Results are cached per machine, model and batch size.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from studio.callbacks import OnProgress, ShouldStop
from studio.config import EngineConfig, TrainConfig
from studio.data import ImageDataset
from studio.errors import Stopped
from studio.files import write_text
from studio.models import summarize
from studio.paths import cache_dir
from studio.training.backend.compute_settings import ComputeSettings
from studio.training.backend.devices import describe_machine, has_bfloat16_instructions
from studio.training.backend.step_timer import StepTimer
from studio.training.backend.threads import max_threads

# Returns the time of a forward and backward pass in seconds. The first steps with new settings
# take longer.
TimeStep = Callable[[ComputeSettings], float]

# Multiply-adds per second of an average core, to estimate the time of a training.
_MULTIPLY_ADDS_PER_S = 3e10
MIN_TRAINING_S = 120.0
# The time of a calibration: a fraction of the training, and its limits in seconds.
TRAINING_FRACTION, MIN_CALIBRATION_S, MAX_CALIBRATION_S = 0.001, 3.0, 20.0
# A candidate must be clearly faster, so that noise does not decide.
_MIN_SPEEDUP = 1.1
_HOPELESS_SPEEDUP = 0.5
_MIN_ROUNDS, _MAX_ROUNDS = 3, 9
_MAX_CACHE_ENTRIES = 500  # the oldest ones are removed


def calibrate_settings(
    config: TrainConfig,
    dataset: ImageDataset,
    default: ComputeSettings,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> ComputeSettings:
    """Return the fastest settings for a long training, and `default` for a short one.

    Settings that the user chose do not change. Raises Stopped.
    """
    training_s = _estimate_training_s(config, len(dataset.splits["train"]))
    if training_s < MIN_TRAINING_S or not StepTimer.is_feasible(config, default.threads):
        return default
    keeps_threads = default.overlaps(config.model)
    candidates = list(list_candidates(config.engine, default, max_threads(), keeps_threads))
    if not candidates:
        return default
    key = _cache_key(config, default, candidates)
    cached = _load_cached(key)
    if cached is not None:
        return cached
    seconds = min(max(TRAINING_FRACTION * training_s, MIN_CALIBRATION_S), MAX_CALIBRATION_S)
    with closing(StepTimer(config, default.threads)) as timer:
        fastest, is_complete = find_fastest(
            default, candidates, timer, seconds, on_progress, should_stop
        )
    if is_complete:
        _save_cached(key, fastest)
    return fastest


def list_candidates(
    config: EngineConfig, default: ComputeSettings, max_threads: int, keeps_threads: bool = False
) -> Iterator[ComputeSettings]:
    """Yield settings that could be faster; each differs from `default` in one field.

    The number of threads stays the same if they overlap: such a training finds out itself when one
    thread is faster, and a measurement beside another program would be cached forever.
    """
    if config.precision == "auto" and has_bfloat16_instructions():
        other = "bfloat16" if default.precision == "float32" else "float32"
        yield replace(default, precision=other)
    if config.memory_format == "auto":
        other = "contiguous" if default.memory_format == "channels_last" else "channels_last"
        yield replace(default, memory_format=other)
    if not (config.threads or keeps_threads):
        if max_threads > default.threads:
            yield replace(default, threads=max_threads)
        # A small model does not have enough work for many threads.
        yield from (replace(default, threads=2**n) for n in range(6) if 2**n < default.threads)


def find_fastest(
    default: ComputeSettings,
    candidates: list[ComputeSettings],
    time_step: TimeStep,
    seconds: float,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[ComputeSettings, bool]:
    """Combine the candidates that are faster; also return whether all of them were compared.

    Takes about `seconds`; a candidate that is undecided by then is not used. Raises Stopped.
    """

    def time_step_unless_stopped(settings: ComputeSettings) -> float:
        if should_stop():
            raise Stopped
        return time_step(settings)

    best, deadline, is_complete = default, clock() + seconds, True
    for done, candidate in enumerate(candidates):
        on_progress(done / len(candidates), "Finding the fastest compute settings")
        candidate = _apply_difference(candidate, default, best)
        now = clock()
        until = now + (deadline - now) / (len(candidates) - done)
        is_faster = _is_faster(candidate, best, time_step_unless_stopped, until, clock)
        best = candidate if is_faster else best
        is_complete &= is_faster is not None
    return replace(best, reason="calibrated"), is_complete


def _apply_difference(
    candidate: ComputeSettings, default: ComputeSettings, best: ComputeSettings
) -> ComputeSettings:
    """Return `best` with the fields in which `candidate` differs from `default`."""
    changes = {
        name: getattr(candidate, name)
        for name in ("precision", "memory_format", "threads")
        if getattr(candidate, name) != getattr(default, name)
    }
    return replace(best, **changes)


def _is_faster(
    candidate: ComputeSettings,
    best: ComputeSettings,
    time_step: TimeStep,
    deadline: float,
    clock: Callable[[], float],
) -> bool | None:
    """Compare alternating steps, so that other programs disturb both. None if time is too short."""
    # The first step with new settings prepares its kernels.
    if clock() + 2 * _MIN_ROUNDS * time_step(best) > deadline:
        return None
    time_step(candidate)
    speedups: list[float] = []
    while len(speedups) < _MAX_ROUNDS and clock() < deadline:
        speedups.append(time_step(best) / time_step(candidate))
        if speedups[-1] < _HOPELESS_SPEEDUP:
            return False
    return median(speedups) >= _MIN_SPEEDUP if len(speedups) >= _MIN_ROUNDS else None


def _estimate_training_s(config: TrainConfig, images: int) -> float:
    images_seen = images * config.optim.epochs
    if config.engine.max_steps:
        images_seen = min(images_seen, config.engine.max_steps * config.optim.batch_size)
    # A backward pass takes twice the time of a forward pass.
    return 3 * summarize(config.model).multiply_adds * images_seen / _MULTIPLY_ADDS_PER_S


def _load_cached(key: str) -> ComputeSettings | None:
    match _read_cache().get(key):
        case {
            "precision": "float32" | "bfloat16" as precision,
            "memory_format": "channels_last" | "contiguous" as memory_format,
            "threads": int(threads),
        } if threads > 0:
            return ComputeSettings(precision, memory_format, threads, "calibrated")
    return None


def _save_cached(key: str, fastest: ComputeSettings) -> None:
    entry = {
        "machine": describe_machine(),
        "precision": fastest.precision,
        "memory_format": fastest.memory_format,
        "threads": fastest.threads,
    }
    entries = [*_read_cache().items(), (key, entry)]
    # On a full disk the next training measures again.
    with suppress(OSError):
        _cache_path().parent.mkdir(parents=True, exist_ok=True)
        write_text(_cache_path(), json.dumps(dict(entries[-_MAX_CACHE_ENTRIES:]), indent=1))


def _cache_path() -> Path:
    return cache_dir() / "calibration.json"


def _read_cache() -> dict[str, Any]:
    """Return all entries; none if the file is missing or damaged."""
    try:
        entries = json.loads(_cache_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return entries if isinstance(entries, dict) else {}


def _cache_key(
    config: TrainConfig, default: ComputeSettings, candidates: Sequence[ComputeSettings]
) -> str:
    """Return a hash of what the result depends on: machine, model, batch size, candidates."""
    text = f"{describe_machine()} {config.model.model_dump_json()} {config.optim.batch_size}"
    text += f" {default} {candidates}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
