"""The configuration of a training: all settings, frozen and validated."""

import difflib
from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, ValidationError

from studio.config.augment import AugmentConfig
from studio.config.data import DataConfig
from studio.config.engine import EngineConfig
from studio.config.model import ModelConfig
from studio.config.optim import MOST_EPOCHS, OptimConfig
from studio.config.setting_field import Section, Setting, read_settings, setting_field
from studio.errors import ConfigError, quoted, shortened


class TrainConfig(Section):
    """All settings of a training: the same values give the same result on the same machine."""

    recipe: str = setting_field(
        "custom", "Recipe", "Id of the recipe that the configuration was made from."
    )
    seed: int = setting_field(
        0,
        "Random seed",
        "Seed of the initial weights, the order of the samples and the augmentation. The same seed "
        "gives the same result on the same machine.",
        ge=0,
        le=2**31 - 1,
    )
    model: ModelConfig = Field(ModelConfig(), title="Model")
    data: DataConfig = Field(DataConfig(), title="Data")
    augment: AugmentConfig = Field(AugmentConfig(), title="Augmentation")
    optim: OptimConfig = Field(OptimConfig(), title="Optimization")
    engine: EngineConfig = Field(EngineConfig(), title="Computation")

    @property
    def length(self) -> tuple[float, str]:
        """The length of the training and its unit: `steps`, `minutes` or `epochs`.

        The first limit of these that is set is the length, also if another one ends the training
        before: minutes count as the length only where the epochs are as many as there can be.
        """
        if steps := self.engine.max_steps:
            return steps, "steps"
        minutes = self.engine.max_minutes
        if minutes and self.optim.epochs == MOST_EPOCHS:
            return minutes, "minutes"
        return self.optim.epochs, "epochs"

    @property
    def length_text(self) -> str:
        """The length with its unit: "40 epochs", "1,000 steps", "10 minutes"."""
        return describe_length(*self.length)

    @property
    def planned_epochs(self) -> int:
        """The number of epochs; 0 where the length is given in steps or minutes."""
        number, unit = self.length
        return int(number) if unit == "epochs" else 0

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Validate nested `values`. Raises ConfigError naming the first wrong field."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise _explain(error) from None

    def to_dict(self) -> dict[str, Any]:
        """Nested plain values without those that are None, which TOML cannot express."""
        return self.model_dump(mode="json", exclude_none=True)

    def with_values(self, values: Mapping[str, Any]) -> Self:
        """A copy with dotted fields replaced, such as `{"optim.epochs": 3}`.

        Raises ConfigError for an unknown field or a value that is not allowed.
        """
        nested = self.model_dump(mode="json")
        known = read_settings(type(self))
        for name, value in values.items():
            if name not in known:
                raise _unknown(name)
            section, _, field = name.rpartition(".")
            (nested[section] if section else nested)[field] = value
        return self.from_dict(nested)


def describe_length(number: float, unit: str) -> str:
    """Return a length of a training as text; `unit` is in the plural."""
    return f"{number:,.10g} {unit.removesuffix('s') if number == 1 else unit}"


def settings() -> Mapping[str, Setting]:
    """Every setting of a training by its dotted name, in order."""
    return read_settings(TrainConfig)


def setting(name: str) -> Setting:
    """The setting of a dotted name, such as `optim.lr`. Raises ConfigError for an unknown name."""
    try:
        return settings()[name]
    except KeyError:
        raise _unknown(name) from None


def setting_label(name: str) -> str:
    """The label of a dotted setting: "Learning rate" for `optim.lr`.

    A name that is no setting of this version is returned as it is.
    """
    known = settings().get(name)
    return known.label if known else name


def _unknown(name: str) -> ConfigError:
    return ConfigError(name, f"There is no setting {quoted(name)}.", _nearest(name))


def _nearest(name: str) -> str:
    names = list(settings())
    close = difflib.get_close_matches(name, names, 1, 0.5)
    fields = difflib.get_close_matches(name.split(".")[-1], [n.split(".")[-1] for n in names], 1)
    close = close or [known for known in names if fields and known.endswith(fields[0])]
    return f"Did you mean “{close[0]}”?" if close else "“vgg-studio settings” lists all settings."


def _explain(error: ValidationError) -> ConfigError:
    """The first error of pydantic as a sentence that names the field."""
    first = error.errors()[0]
    # Other steps of a location are indices, and validators of pydantic such as `tuple[int, ...]`.
    name = ".".join(step for step in first["loc"] if isinstance(step, str) and "[" not in step)
    if first["type"] == "extra_forbidden":
        return _unknown(name)
    reason = first["msg"].replace("Input should", "it must").replace("Value error, ", "")
    given = shortened(repr(first["input"]))
    return ConfigError(name, f"“{name}” cannot be {given}: {reason}.")
