"""Settings that can change while a training runs: those in force, and the mailbox for changes.

This module is imported without torch.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Self

from pydantic import Field, TypeAdapter

from studio.config import TrainConfig
from studio.errors import ConfigError
from studio.models.variants import resolve_variant
from studio.training.events import Event, SettingsChanged
from studio.training.live_values import (
    DROPOUT,
    LIVE_SETTINGS,
    LR,
    STRENGTH,
    WEIGHT_DECAY,
    Changes,
)

_Factor = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Decay = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Dropout = Annotated[float, Field(ge=0, lt=1)]
_Strength = Annotated[float, Field(ge=0, le=1)]
_Count = Annotated[int, Field(ge=0)]


@dataclass(frozen=True)
class LiveSettings:
    """The settings in force; None stands for the value of the configuration.

    The learning rate of a step is that of the schedule times `lr_factor`. The training state holds
    them, so that a resumed training continues with the same values. `rollbacks` counts how often
    the training went back to a checkpoint after it had diverged.
    """

    lr_factor: _Factor = 1.0
    weight_decay: _Decay | None = None
    dropout: _Dropout | None = None
    augment_strength: _Strength = 1.0
    rollbacks: _Count = 0

    @classmethod
    def from_dict(cls, values: Mapping[str, Any] | None) -> Self:
        """Build from `dataclasses.asdict`; None, of earlier versions, gives the defaults.

        Raises ValueError for other values.
        """
        return TypeAdapter(cls).validate_python(dict(values or {}))

    def with_changes(self, changes: Changes, scheduled_lr: float) -> Self:
        """A copy with changed values; `scheduled_lr` is the rate of the schedule at this step."""
        values: dict[str, Any] = {}
        if LR in changes and scheduled_lr > 0:
            values["lr_factor"] = changes[LR] / scheduled_lr
        names = {WEIGHT_DECAY: "weight_decay", DROPOUT: "dropout", STRENGTH: "augment_strength"}
        values |= {field: changes[name] for name, field in names.items() if name in changes}
        return replace(self, **values)


class SettingsMailbox:
    """Passes changes from any thread to the one of the training, which takes them between steps.

    `schedule` are changes by the number of steps done before them, as `recorded_changes` returns
    them: a training with the same configuration and schedule gives the same bits.
    """

    def __init__(self, schedule: Mapping[int, Changes] | None = None) -> None:
        self.schedule = dict(schedule or {})
        self._lock = threading.Lock()
        self._posted: dict[str, float] = {}

    def post(self, changes: Changes) -> None:
        """Change settings at the next step. Raises ConfigError, and changes nothing."""
        check_changes(changes)
        with self._lock:
            self._posted.update({name: float(value) for name, value in changes.items()})

    def has(self, name: str) -> bool:
        """Whether a change of this setting waits."""
        with self._lock:
            return name in self._posted

    @property
    def is_empty(self) -> bool:
        """Whether no change waits that was posted."""
        return not self._posted

    def take(self) -> dict[str, float]:
        """Return the changes posted since the last call."""
        with self._lock:
            taken, self._posted = self._posted, {}
        return taken


def check_changes(changes: Changes) -> None:
    """Raise ConfigError for a setting that cannot change while a training runs, or its value."""
    for name, value in changes.items():
        if name not in LIVE_SETTINGS:
            known = ", ".join(LIVE_SETTINGS)
            raise ConfigError(
                name, f"“{name}” cannot change while a training runs.", f"These can: {known}."
            )
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ConfigError(name, f"“{name}” cannot be {value!r}: it must be a number.")
        if name == STRENGTH and not 0 <= value <= 1:
            raise ConfigError(name, f"“{name}” cannot be {value:g}: it must be from 0 to 1.")
        if name != STRENGTH:
            TrainConfig().with_values({name: value})


def find_obstacles(config: TrainConfig) -> dict[str, str]:
    """Return why settings have no effect on a training, by name; `config` as of its run."""
    obstacles = {}
    variant = resolve_variant(config.model)
    if not (variant.dropout and variant.hidden and variant.dropout_layers != 0):
        obstacles[DROPOUT] = "This network has no dropout layer."
    if not config.augment.active:
        obstacles[STRENGTH] = "This run has no augmentation."
    elif config.model.backbone and not config.model.unfrozen:
        obstacles[STRENGTH] = "The samples were augmented once, before the training of the head."
    return obstacles


def recorded_changes(events: Iterable[Event | None]) -> dict[int, dict[str, float]]:
    """Return the changes of a run by the number of steps before them, for `SettingsMailbox`."""
    schedule: dict[int, dict[str, float]] = {}
    for event in events:
        if isinstance(event, SettingsChanged):
            schedule.setdefault(event.step, {}).update(event.changes)
    return schedule


def values_in_force(config: TrainConfig, changes: Changes) -> dict[str, float]:
    """Return weight decay, dropout and augmentation strength after `changes`, by their names."""
    configured = {
        WEIGHT_DECAY: config.optim.weight_decay,
        DROPOUT: resolve_variant(config.model).dropout,
        STRENGTH: 1.0,
    }
    return configured | {name: changes[name] for name in configured if name in changes}
