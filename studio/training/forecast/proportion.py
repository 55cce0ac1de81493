"""Whether a training is out of proportion here, and what would cost less. No torch here."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from studio.config import TrainConfig
from studio.data.dataset_shape import DatasetShape
from studio.errors import ConfigError
from studio.formatting import byte_size, count, rough_duration
from studio.models import VARIANT_FIELDS, VARIANTS, plan_layers
from studio.runs.stored_epochs import NONE
from studio.training.forecast.calibration import Calibrations
from studio.training.forecast.estimate import Forecast, fit_to_data, forecast

LONG_S = 3600.0  # a training that takes longer is worth a question
_MAX_ALTERNATIVE_S = 1800.0
_MEMORY_FRACTION, _DISK_FRACTION = 0.9, 0.9  # of what is free
# From the most accurate to the fastest: the first one that is short enough is offered.
_SMALLER_VARIANTS = ("tiny-vgg", "simple-vgg", "mini-vgg-v1")
_SMALLER_SUBSETS = (10_000, 2_000)
_MIN_SAVING = 4  # an alternative must be so many times as fast


@dataclass(frozen=True)
class Resources:
    """Free memory of the machine and free disk space at the runs, in bytes."""

    memory_bytes: int
    disk_bytes: int


@dataclass(frozen=True)
class CostWarning:
    """What is out of proportion, and settings that cost less: `action` is the text of a button.

    `values` are empty where nothing is offered.
    """

    text: str
    action: str = ""
    values: Mapping[str, Any] | None = None


def free_resources(runs_dir: Path) -> Resources:
    """Return what is free; a folder that does not exist yet counts as its parent."""
    folder = next((path for path in (runs_dir, *runs_dir.parents) if path.is_dir()), Path.cwd())
    return Resources(psutil.virtual_memory().available, shutil.disk_usage(folder).free)


def find_warning(
    config: TrainConfig,
    cost: Forecast,
    calibrations: Calibrations,
    shape: DatasetShape,
    resources: Resources,
) -> CostWarning | None:
    """Return a warning where a training takes too long, too much memory or too much disk space."""
    if cost.device == "cpu" and cost.memory_bytes > _MEMORY_FRACTION * resources.memory_bytes:
        return _memory_warning(config, cost, resources)
    if cost.disk_bytes > _DISK_FRACTION * resources.disk_bytes:
        return _disk_warning(config, cost, resources)
    if cost.seconds <= LONG_S:
        return None
    text = f"{_title(config)} here: about {_figure(cost.seconds)}."
    offer = _best_alternative(config, cost, calibrations, shape)
    if offer is None:
        return CostWarning(f"{text} Fewer epochs or samples take less.")
    seconds, action, values = offer
    return CostWarning(f"{text} {action}: {_figure(seconds)}.", f"Use {action}", values)


def _best_alternative(
    config: TrainConfig, cost: Forecast, calibrations: Calibrations, shape: DatasetShape
) -> tuple[float, str, dict[str, Any]] | None:
    """Return the first alternative that is short, else the shortest one, with its seconds."""
    offers: list[tuple[float, str, dict[str, Any]]] = []
    for action, values, changed in _alternatives(config, shape):
        other = forecast(changed, calibrations, shape)
        if other is None or other.seconds * _MIN_SAVING > cost.seconds:
            continue
        offers.append((other.seconds, action, values))
        if other.seconds <= _MAX_ALTERNATIVE_S:
            return offers[-1]
    return min(offers, key=lambda offer: offer[0], default=None)


def _alternatives(
    config: TrainConfig, shape: DatasetShape
) -> Iterator[tuple[str, dict[str, Any], TrainConfig]]:
    """Yield smaller networks, then smaller subsets."""
    yield from _smaller_variants(config, shape)
    for subset in _SMALLER_SUBSETS:
        if subset < (config.data.subset or shape.count) / _MIN_SAVING:
            values = {"data.subset": subset}
            yield count(subset, "sample"), values, config.with_values(values)


def _smaller_variants(
    config: TrainConfig, shape: DatasetShape
) -> Iterator[tuple[str, dict[str, Any], TrainConfig]]:
    if config.model.backbone:
        return
    for name in _SMALLER_VARIANTS:
        if name == config.model.variant:
            continue
        values: dict[str, Any] = {f"model.{field}": None for field in VARIANT_FIELDS}
        values["model.variant"] = name
        changed = config.with_values(values)
        try:
            plan_layers(fit_to_data(changed, shape).model)
        except ConfigError:  # the images are too small for it
            continue
        yield VARIANTS[name].title, values, changed


def _memory_warning(config: TrainConfig, cost: Forecast, resources: Resources) -> CostWarning:
    free = byte_size(resources.memory_bytes)
    text = f"It needs about {byte_size(cost.memory_bytes)} of memory; {free} are free."
    batch_size = config.optim.batch_size
    if batch_size < 16 or cost.step_memory_bytes < cost.memory_bytes / 2:
        return CostWarning(f"{text} Use a smaller network or smaller images.")
    smaller = max(8, batch_size // 4)
    return CostWarning(text, f"Use batch size {smaller}", {"optim.batch_size": smaller})


def _disk_warning(config: TrainConfig, cost: Forecast, resources: Resources) -> CostWarning:
    free = byte_size(resources.disk_bytes)
    text = f"It needs about {byte_size(cost.disk_bytes)} on the disk; {free} are free."
    if config.engine.keep_weights == NONE:
        return CostWarning(f"{text} Free some space first.")
    return CostWarning(text, "Keep no epochs", {"engine.keep_weights": NONE})


def _title(config: TrainConfig) -> str:
    return VARIANTS[config.model.variant].title


def _figure(seconds: float) -> str:
    """A rough time whose unit stays on the line of its number."""
    return rough_duration(seconds).replace(" ", "\N{NO-BREAK SPACE}")
