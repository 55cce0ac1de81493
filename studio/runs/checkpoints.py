"""Weights files with a model card, and the training state for resuming. Needs torch."""

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from studio.config import DataConfig, ModelConfig
from studio.data.drawing import DrawingStyle
from studio.errors import CheckpointError, StudioError
from studio.files import is_file, open_regular
from studio.models import build_model, plan_layers
from studio.models.tensor_files import TensorFileError, check_safetensors, check_tensor_file
from studio.paths import BUNDLED, resource
from studio.runs.familiarity import Familiarity
from studio.runs.finite import find_non_finite, flatten_values
from studio.runs.manifest import is_listed, verify_file, write_listed
from studio.runs.previous import CONFIG
from studio.runs.run import Run

_KEY = "vgg-studio"
_HINT = "Choose another model, or train this one again."
_STATE_HINT = "The weights beside it can still be used."
_MAX_CARD_CHARS = 1 << 20


class ModelCard(BaseModel):
    """Metadata of a weights file: all that is needed to use the model.

    `mean` and `std` are those of each input channel, for pixels 0..255. Logits are divided by
    `temperature` before the softmax, see `studio.inference`; 1 where it was never fitted. `select`
    is how the epoch was selected, empty where an earlier version did not record it; `familiarity`
    is None there.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    recipe: str
    model: ModelConfig
    data: DataConfig
    class_names: tuple[str, ...] = Field(min_length=1)
    mean: tuple[float, ...]
    std: tuple[float, ...]
    drawing: DrawingStyle
    epoch: int = 0
    val_accuracy: float | None = None
    temperature: float = Field(1.0, gt=0, allow_inf_nan=False)
    select: str = ""
    familiarity: Familiarity | None = None

    @model_validator(mode="after")
    def _check_plausible(self) -> Self:
        """Raise ValueError where values contradict each other or cannot be those of pixels."""
        channels, classes = self.model.in_channels, self.model.num_classes
        if not len(self.mean) == len(self.std) == channels:
            raise ValueError(f"mean and std must have {channels} values")
        if not all(map(math.isfinite, (*self.mean, *self.std))) or min(self.std) <= 0:
            raise ValueError("mean must be finite, and std finite and above 0")
        if len(self.class_names) != classes:
            raise ValueError(f"{len(self.class_names)} class names for {classes} classes")
        if self.familiarity is not None:
            self.familiarity.check_fits(classes, plan_layers(self.model)[-1].in_shape[0])
        return self


def save_weights(path: Path, weights: Mapping[str, Tensor], card: ModelCard) -> None:
    """Write weights and their card as safetensors, atomically, and list them in the manifest.

    The manifest is that of the run they belong to, if they do. Raises OSError, and
    CheckpointError when a number is not finite.
    """
    require_finite(weights)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_listed(path, lambda partial: write_weights(partial, weights, card))


def write_weights(path: Path, weights: Mapping[str, Tensor], card: ModelCard) -> None:
    """Write weights and their card into a new file, unchecked. Raises OSError."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()}
    header = {_KEY: card.model_dump_json(exclude_none=True)}
    save_file(tensors, path, header)


def load_model(path: Path) -> tuple[nn.Module, ModelCard]:
    """The model in a weights file, in float32 on the CPU, in evaluation mode.

    Raises CheckpointError when the file is missing, damaged, of another program, or does not fit
    its card. Names and shapes are checked before memory is allocated; no random number is drawn.
    """
    card = read_card(path)
    try:
        with torch.device("meta"):
            model = build_model(card.model)
        tensors = _read_tensors(path, model.state_dict())
        require_finite(tensors)
        model.load_state_dict(tensors, assign=True)
    except Exception as error:  # noqa: BLE001 - what a damaged file raises is not documented
        raise CheckpointError(f"“{path}” cannot be used: {_reason(error)}.", _HINT) from None
    return model.eval(), card


def read_card(path: Path) -> ModelCard:
    """The card of a weights file. Raises CheckpointError."""
    text = _read_metadata(path).get(_KEY)
    if text is None:
        raise CheckpointError(f"“{path}” was not written by VGG Studio.", _HINT)
    try:
        if len(text) > _MAX_CARD_CHARS:
            raise ValueError("it is too long")
        return ModelCard.model_validate_json(text)
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ").rstrip(".")
        raise CheckpointError(f"The model card in “{path}” is invalid: {reason}.", _HINT) from None
    except (StudioError, ValueError, RecursionError) as error:
        message = f"The model card in “{path}” is invalid: {_reason(error)}."
        raise CheckpointError(message, _HINT) from None


def _read_metadata(path: Path) -> dict[str, str]:
    """The texts in the header of a safetensors file. Raises CheckpointError."""
    verify_file(path)
    try:
        check_safetensors(path)
        with safe_open(path, "pt") as file:
            return file.metadata() or {}
    except FileNotFoundError:
        raise CheckpointError(f"There are no weights at “{path}”.", _HINT) from None
    except OSError as error:
        message = f"The weights in “{path}” cannot be read: {_reason(error)}."
        raise CheckpointError(message, _HINT) from None
    except Exception as error:  # noqa: BLE001 - as in `load_model`
        raise CheckpointError(f"“{path}” is damaged: {_reason(error)}.", _HINT) from None


def weights_path(where: str | Path) -> Path:
    """The weights file of `bundled` or of a run folder, or the file itself.

    Raises CheckpointError when there is none.
    """
    if str(where) == BUNDLED:
        return resource("models", "mnist-best.safetensors")
    path = Path(where)
    if is_file(path):
        return path
    run = Run(path)
    verify_file(path / CONFIG)
    if os.path.lexists(run.best_weights) or _has_saved_best(run):
        return run.best_weights
    if os.path.lexists(run.last_weights):
        return run.last_weights  # the run ended in its first epoch
    raise CheckpointError(
        f"The run “{path.name}” has no weights.", "Train it for at least one epoch."
    )


def _has_saved_best(run: Run) -> bool:
    """Whether best weights were ever saved in a run. Raises CheckpointError."""
    if is_listed(run.best_weights):
        return True
    status = run.status  # of a run without a manifest
    return status is not None and status.best_epoch is not None


def has_card(path: Path) -> bool:
    """Whether a safetensors file has a model card. Raises CheckpointError when it is damaged."""
    return _KEY in _read_metadata(path)


def _read_tensors(path: Path, wanted: Mapping[str, Tensor]) -> dict[str, Tensor]:
    with safe_open(path, "pt") as file:
        names = set(file.keys())
        if names != set(wanted):
            example = sorted(names ^ set(wanted))[0]
            raise CheckpointError(f"its layers do not match its model card (“{example}”)")
        for name, tensor in wanted.items():
            if list(file.get_slice(name).get_shape()) != list(tensor.shape):
                raise CheckpointError(f"“{name}” has the wrong size")
        # The bundled model is stored as float16 to save space.
        return {name: file.get_tensor(name).to(wanted[name].dtype) for name in names}


def save_state(path: Path, state: Mapping[str, Any]) -> None:
    """Write a training state atomically, and list it in the manifest of its run.

    Raises OSError, and CheckpointError when a number is not finite.
    """
    require_finite(state)
    write_listed(path, lambda partial: write_state(partial, state))


def write_state(path: Path, state: Mapping[str, Any]) -> None:
    """Write a training state into a new file, unchecked. Raises OSError."""
    torch.save(dict(state), path)


def tensor_bytes(values: object) -> int:
    """The size of all tensors in nested values: about that of the file they are saved in."""
    leaves = (value for _, value in flatten_values(values))
    return sum(value.nbytes for value in leaves if isinstance(value, Tensor))


def require_finite(values: object) -> None:
    """Raise CheckpointError when a number in nested values or tensors is not finite."""
    name = find_non_finite(values)
    if name is not None:
        raise CheckpointError(f"“{name}” is not a finite number.", _HINT)


def load_state(path: Path) -> dict[str, Any]:
    """Read a training state: tensors and plain values only. Raises CheckpointError.

    Its structure is checked before any of it is made, so that no file takes more time or memory
    than its size.
    """
    verify_file(path)
    try:
        with open_regular(path) as handle:
            check_tensor_file(handle)
            state = torch.load(handle, map_location="cpu", weights_only=True)
            require_finite(state)
    except OSError as error:
        message = f"The training state “{path}” cannot be read: {_reason(error)}."
        raise CheckpointError(message, _STATE_HINT) from None
    except Exception as error:  # noqa: BLE001 - as in `load_model`
        raise CheckpointError(f"“{path}” is damaged: {_reason(error)}.", _STATE_HINT) from None
    if not isinstance(state, dict):
        raise CheckpointError(f"“{path}” is not a training state.", _STATE_HINT)
    return state


def _reason(error: BaseException) -> str:
    """Why a file cannot be used. The words of torch and safetensors are for programmers."""
    if isinstance(error, StudioError):
        text = error.message
    elif isinstance(error, TensorFileError):
        text = str(error)
    elif isinstance(error, OSError):
        text = error.strerror or "the disk failed"
    elif isinstance(error, MemoryError):
        text = "there is not enough memory"
    else:
        text = "its contents are damaged"
    return text.rstrip(".")
