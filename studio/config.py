"""Everything that decides a training, as frozen and validated values."""

import difflib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeGuard

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from studio.errors import ConfigError

Norm = Literal["none", "batch", "layer", "group"]  # of maps
FlatNorm = Literal["none", "batch", "layer"]  # of vectors
Activation = Literal["relu", "leaky_relu", "elu", "gelu", "silu", "tanh"]
Kernel = Literal[1, 3, 5, 7]  # odd: the picture keeps its size
Pool = Literal["max", "avg"]
PoolSide = Literal[1, 2, 3, 4, 5, 6, 7, 8]
Fit = Literal["crop", "fit", "stretch"]  # cut off, letterbox, distort
Select = Literal["val_loss", "val_accuracy", "last"]
Filters = tuple[Annotated[int, Field(ge=1, le=4096)], ...]

# What a backbone can be beside a file: torchvision's weights, or a run by its id.
IMAGENET = "imagenet"
OF_RUN = "run:"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def absolute(path: str) -> str:
    """A path that a run finds again whatever folder the next command is started in."""
    return str(Path(path).expanduser().absolute())


class ModelConfig(_Frozen):
    """A network: a variant of the family, and where it differs from the variant's own table row.

    `None` means the variant's own value; `studio.models.Variant` says what each field means.
    `in_channels`, `image_size` and `num_classes` follow the data when a training starts.
    `kernel_size`, `pool_size` and `pool_stride` are one number or one for each block.
    `layers` chooses torch's own layers or those written by hand: same weights, same answers.
    `backbone` names what lends its convolutions: nothing, `imagenet`, `run:` and the id of a run or
    `bundled`, or a weights file; the network then has the blocks of the run or file. They do not
    learn but for the last `unfrozen` blocks. While none learns, their answers are kept for the
    pictures as they are, and of training for `views` changed versions of each.
    """

    variant: str = Field("simple-vgg", title="Network")
    layers: Literal["native", "scratch"] = Field("native", title="Implementation")
    in_channels: int = Field(1, ge=1, le=4, title="Input channels")
    image_size: int = Field(28, ge=1, le=1024, title="Input size")
    num_classes: int = Field(10, ge=1, le=10_000, title="Classes")
    filters: Annotated[tuple[Filters, ...], Field(min_length=1, max_length=8)] | None = Field(
        None, title="Filters"
    )
    kernel_size: Kernel | tuple[Kernel, ...] | None = Field(None, title="Kernel")
    conv_bias: bool | None = Field(None, title="Convolution bias")
    norm: Norm | None = Field(None, title="Norm")
    activation: Activation | None = Field(None, title="Activation")
    pool: Pool | None = Field(None, title="Pooling")
    pool_size: PoolSide | tuple[PoolSide, ...] | None = Field(None, title="Pool size")
    pool_stride: PoolSide | tuple[PoolSide, ...] | None = Field(None, title="Pool stride")
    global_pool: bool | None = Field(None, title="Into the head")
    flat_norm: FlatNorm | None = Field(None, title="Norm before the head")
    hidden: Filters | None = Field(None, title="Hidden layers")
    hidden_norm: FlatNorm | None = Field(None, title="Norm of hidden layers")
    dropout: float | None = Field(None, ge=0, lt=1, title="Dropout")
    backbone: str = Field("", title="Start from")
    unfrozen: int = Field(0, ge=0, le=8, title="Last blocks learn")
    views: int = Field(4, ge=1, le=64, title="Augmented versions kept")

    @field_validator("backbone")
    @classmethod
    def _absolute(cls, backbone: str) -> str:
        named = backbone in ("", IMAGENET) or backbone.startswith(OF_RUN)
        return backbone if named else absolute(backbone)


class DataConfig(_Frozen):
    """A data set, how it is split, and how pixels become numbers.

    `path` names the user's own pictures, `source` being `folder`: a folder of class folders, an
    archive of one, or a CSV file of labels beside the pictures. `test_share` counts only where a
    set brings no test part. `subset` and `test_subset` keep that many pictures of training with
    validation, and of test. `rename` is the overlay of class names, as (old, new) pairs: two
    classes of one new name are merged. `normalize` makes mean 0 and deviation 1 of this training
    set, or divides pixels of 0..255 by `scale`, or does what the network's backbone learned with.
    """

    source: str = Field("digits", title="Data")
    path: str | None = Field(None, title="Own images")
    image_size: int | None = Field(None, ge=4, le=1024, title="Picture size")
    fit: Fit = Field("crop", title="Fit")
    color: Literal["own", "grey", "rgb"] = Field("own", title="Colour")
    val_share: float = Field(0.1, gt=0, lt=0.9, title="Validation share")
    test_share: float = Field(0.2, gt=0, lt=0.9, title="Test share")
    split_seed: int = Field(0, ge=0, title="Split seed")
    subset: int | None = Field(None, ge=2, title="Learn from")
    test_subset: int | None = Field(None, ge=1, title="Test on")
    rename: tuple[tuple[str, str], ...] = Field((), title="Class names")
    normalize: Literal["standard", "unit", "backbone"] = Field("standard", title="Normalization")
    scale: float = Field(255, ge=1, le=65_535, title="Pixel scale")

    @field_validator("path")
    @classmethod
    def _absolute(cls, path: str | None) -> str | None:
        return absolute(path) if path else None


class AugmentConfig(_Frozen):
    """Random changes of the training pictures; each figure is the largest change either way."""

    rotate: float = Field(0, ge=0, le=180, description="degrees", title="Rotate")
    shear: float = Field(0, ge=0, le=60, description="degrees", title="Slant")
    zoom: float = Field(0, ge=0, lt=0.9, description="share of the size", title="Zoom")
    shift: float = Field(0, ge=0, le=0.5, description="share of the side", title="Shift")
    thickness: float = Field(
        0, ge=0, le=1, description="share of a one-pixel change of strokes", title="Thickness"
    )
    flip_horizontal: bool = Field(False, title="Mirror left and right")
    flip_vertical: bool = Field(False, title="Mirror up and down")
    brightness: float = Field(0, ge=0, le=1, description="share of each pixel", title="Brightness")
    contrast: float = Field(
        0, ge=0, lt=1, description="share of the distance from the mean", title="Contrast"
    )
    blur: float = Field(0, ge=0, le=5, description="standard deviation in pixels", title="Blur")
    noise: float = Field(
        0, ge=0, le=1, description="standard deviation, share of full brightness", title="Noise"
    )
    erase: float = Field(
        0, ge=0, le=1, description="share of pictures that lose a rectangle", title="Erase"
    )

    @property
    def active(self) -> bool:
        """Whether anything is changed at all."""
        return any(self.model_dump().values())


MOST_EPOCHS = 10_000  # also what a training in steps asks for: its steps end it


class OptimConfig(_Frozen):
    """How the weights are learned.

    `select` names the epoch whose weights are kept: of the lowest validation loss (without label
    smoothing), of the highest validation accuracy, or the last one. Where the learning rate falls
    to 0 the last one is as good as any and no draw among noisy figures of few samples.
    """

    optimizer: Literal["sgd", "adam", "adamw"] = Field("adamw", title="Optimizer")
    lr: float = Field(1e-3, gt=0, le=10, title="Learning rate")
    momentum: float = Field(0.9, ge=0, lt=1, title="Momentum")
    weight_decay: float = Field(0.0, ge=0, le=1, title="Weight decay")
    schedule: Literal["constant", "cosine", "onecycle", "exponential"] = Field(
        "constant", title="Schedule"
    )
    decay: float = Field(
        0.95,
        gt=0,
        le=1,
        description="factor a epoch of the exponential schedule",
        title="Learning-rate decay",
    )
    epochs: int = Field(10, ge=1, le=MOST_EPOCHS, title="Epochs")
    batch_size: int = Field(32, ge=1, le=65_536, title="Batch")
    label_smoothing: float = Field(0.0, ge=0, lt=1, title="Label smoothing")
    ema: float = Field(
        0.0,
        ge=0,
        lt=1,
        title="Weight averaging",
        description="decay a step of the averaged weights; 0 is off",
    )
    select: Select = Field("val_loss", title="Kept epoch")


class EngineConfig(_Frozen):
    """Where and how the arithmetic runs; nothing here changes what is learned, but for rounding.

    What is left to the program is the fastest of a short measurement where a training is long.
    `memory_format` is the order of a picture's numbers: pixel by pixel, or channel by channel.
    """

    device: str = Field("auto", pattern=r"^(auto|cpu|cuda(:\d+)?|mps)$", title="Device")
    precision: Literal["auto", "float32", "bfloat16"] = Field("auto", title="Precision")
    memory_format: Literal["auto", "channels_last", "contiguous"] = Field(
        "auto", title="Memory format"
    )
    threads: int = Field(
        0, ge=0, le=256, description="0 leaves the choice to the program", title="Threads"
    )
    log_every: int = Field(10, ge=1, le=100_000, title="Steps between log lines")
    max_steps: int | None = Field(None, ge=1, title="Steps")


class TrainConfig(_Frozen):
    """All of a training: same values and seed, same result on the same machine."""

    recipe: str = Field("custom", title="Recipe")
    seed: int = Field(0, ge=0, le=2**31 - 1, title="Seed")
    model: ModelConfig = ModelConfig()
    data: DataConfig = DataConfig()
    augment: AugmentConfig = AugmentConfig()
    optim: OptimConfig = OptimConfig()
    engine: EngineConfig = EngineConfig()

    @property
    def length(self) -> tuple[int, str]:
        """What ends the training: a number of `steps` where it was given them, else `epochs`."""
        steps = self.engine.max_steps
        return (steps, "steps") if steps else (self.optim.epochs, "epochs")

    @property
    def planned_epochs(self) -> int:
        """How many epochs it takes; 0 for a training in steps, where the data decide that."""
        return 0 if self.engine.max_steps else self.optim.epochs

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Validate nested `values`. Raises ConfigError naming the first wrong field."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise _explain(error) from None

    def to_dict(self) -> dict[str, Any]:
        """Nested plain values without those that are None, as TOML has no word for it."""
        return self.model_dump(mode="json", exclude_none=True)

    def with_values(self, values: Mapping[str, Any]) -> Self:
        """A copy with dotted fields replaced, such as `{"optim.epochs": 3}`.

        Raises ConfigError for an unknown field or a value that cannot work.
        """
        nested, known = self.model_dump(mode="json"), field_names()
        for field, value in values.items():
            if field not in known:
                raise ConfigError(field, f"There is no setting “{field}”.", _nearest(field))
            *room, name = field.split(".")
            (nested[room[0]] if room else nested)[name] = value
        return self.from_dict(nested)


@cache
def field_names() -> tuple[str, ...]:
    """Dotted names of every setting, in order."""
    return tuple(_leaves(TrainConfig))


def setting_title(name: str) -> str:
    """What the window calls a dotted setting: "Learning rate" for `optim.lr`.

    The name itself where it is no setting of this version.
    """
    *section, field = name.split(".")
    known = TrainConfig.model_fields
    owner = known[section[0]].annotation if section and section[0] in known else TrainConfig
    found = owner.model_fields.get(field) if _is_section(owner) else None
    return (found.title if found else None) or name


def _is_section(kind: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _leaves(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if _is_section(kind):
            yield from _leaves(kind, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _nearest(field: str) -> str:
    names = field_names()
    close = difflib.get_close_matches(field, names, 1, 0.5)
    tails = difflib.get_close_matches(field.split(".")[-1], [n.split(".")[-1] for n in names], 1)
    close = close or [name for name in names if tails and name.endswith(tails[0])]
    return f"Did you mean “{close[0]}”?" if close else "See the README for the settings."


def _explain(error: ValidationError) -> ConfigError:
    """The first complaint in plain words."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"] if not _is_noise(part))
    if first["type"] == "extra_forbidden":
        return ConfigError(field, f"There is no setting “{field}”.", _nearest(field))
    reason = first["msg"].replace("Input should", "it must").replace("Value error, ", "")
    return ConfigError(field, f"“{field}” cannot be {first['input']!r}: {reason}.")


def _is_noise(part: int | str) -> bool:
    """Parts of a location that name pydantic's own steps, not a setting."""
    return isinstance(part, int) or "[" in part
