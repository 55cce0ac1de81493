"""Read weights in torchvision's layout from safetensors or pickles of tensors."""

from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor

from studio.config import ModelConfig
from studio.errors import CheckpointError, ConfigError
from studio.files import open_regular
from studio.models import build_model
from studio.models.backbone import backbone_layers
from studio.models.imagenet import check_published
from studio.models.plan import smallest_size
from studio.models.tensor_files import (
    TensorFileError,
    check_safetensors,
    check_tensor_file,
    is_zip,
)
from studio.models.torchvision_names import from_torchvision

Sizes = Mapping[str, list[int]]

# Files from before torch 1.6 cannot be mapped and are read whole; the largest VGG has 575 MB.
MAX_OLD_FILE_BYTES = 1_000_000_000


def backbone_weight_names(config: ModelConfig) -> list[str]:
    """Return the names of weights and statistics of the blocks, as in `state_dict`."""
    return list(backbone_tensors(config))


def read_torchvision(path: Path, config: ModelConfig) -> dict[str, Tensor]:
    """Read the weights of the blocks of a model under our names; a classifier is not read.

    Names and sizes are checked before memory is allocated. Raises CheckpointError with the reason
    for a file that is missing, damaged or of another model, ConfigError for a variant that
    torchvision does not have.
    """
    check_published(config.variant)
    try:
        if path.suffix == ".safetensors":
            return _read_safetensors(path, config)
        return _read_pickle(path, config)
    except FileNotFoundError:
        raise CheckpointError(f"There is no file “{path}”.", "Check model.backbone.") from None
    except OSError as error:
        message = f"“{path}” cannot be read: {error.strerror or error}."
        raise CheckpointError(message, "Check model.backbone.") from None
    except CheckpointError as error:
        raise CheckpointError(f"“{path}” cannot be used. {error.message}", error.hint) from None
    except ConfigError:
        raise
    except Exception as error:  # noqa: BLE001 - what a damaged file raises is not documented
        damaged = _damaged(error)
        raise CheckpointError(f"“{path}” cannot be used. {damaged.message}", damaged.hint) from None


def _read_safetensors(path: Path, config: ModelConfig) -> dict[str, Tensor]:
    check_safetensors(path)
    with safe_open(path, "pt") as file:
        names = file.keys()
        sizes = {name: list(file.get_slice(name).get_shape()) for name in names}
        return _load_checked(sizes, file.get_tensor, config)


def _read_pickle(path: Path, config: ModelConfig) -> dict[str, Tensor]:
    state = _unpickle(path)
    if not isinstance(state, dict):
        raise CheckpointError("It contains no weights by name.", "Save the model's state_dict().")
    tensors = {name: value for name, value in state.items() if isinstance(value, Tensor)}
    sizes = {name: list(tensor.shape) for name, tensor in tensors.items()}
    return _load_checked(sizes, tensors.__getitem__, config)


def _unpickle(path: Path) -> object:
    """Load a pickle of tensors, memory-mapped if the format allows it."""
    with open_regular(path) as handle:
        mapped = is_zip(handle)
        if not mapped and handle.seek(0, 2) > MAX_OLD_FILE_BYTES:
            raise CheckpointError("It is too large for a VGG.", "Choose another file.")
        check_tensor_file(handle)
    return torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)


def _damaged(error: Exception) -> CheckpointError:
    """The words of torch and safetensors are for programmers; ours are those of the checks."""
    reason = f": {error}" if isinstance(error, TensorFileError) else ""
    message = f"It is damaged, or contains more than weights{reason}."
    return CheckpointError(message, "Choose a .pth or .safetensors file in torchvision's layout.")


def _load_checked(
    sizes: Sizes, load: Callable[[str], Tensor], config: ModelConfig
) -> dict[str, Tensor]:
    """Check all names and sizes, then load."""
    stored_names = from_torchvision(
        {name: name for name in sizes}, config.variant, classifier=False
    )
    expected = backbone_tensors(config)
    for name, tensor in expected.items():
        if name in stored_names:
            found = sizes[stored_names[name]]
            if found != list(tensor.shape):
                message = f"“{stored_names[name]}” has the size {found}, not {list(tensor.shape)}."
                raise CheckpointError(message, "Choose a file of the same variant.")
        elif tensor.is_floating_point():  # old files lack the integer counters of batches
            raise CheckpointError(f"It has no “{name}”.", "Choose a file of the same variant.")
    return {
        name: load(stored_names[name]).to(tensor.dtype)
        for name, tensor in expected.items()
        if name in stored_names
    }


def backbone_tensors(config: ModelConfig) -> dict[str, Tensor]:
    """Return the tensors of the blocks by name, on the meta device.

    They do not depend on the image size.
    """
    config = config.model_copy(update={"image_size": smallest_size(config)})
    with torch.device("meta"):
        model = build_model(config)
    names = {layer.name for layer in backbone_layers(config)}
    return {
        name: tensor for name, tensor in model.state_dict().items() if name.split(".")[1] in names
    }
