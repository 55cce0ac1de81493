"""Reading weights in torchvision's layout: safetensors, or pickles that may hold only tensors."""

from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from studio.config import ModelConfig
from studio.errors import CheckpointError
from studio.models import build_model
from studio.models.backbone import backbone_layers
from studio.models.imagenet import check_published
from studio.models.plan import smallest_size
from studio.models.torchvision_names import from_torchvision

Sizes = Mapping[str, list[int]]

_ZIP_MAGIC = b"PK\x03\x04"
# A file of torch before 1.6 is read whole before it can be looked at; the largest VGG has 575 MB.
_OLD_LIMIT_BYTES = 1_000_000_000


def backbone_weight_names(config: ModelConfig) -> list[str]:
    """Names of the weights and statistics of the blocks, as `state_dict` has them."""
    return list(_skeleton(config))


def read_torchvision(path: Path, config: ModelConfig) -> dict[str, Tensor]:
    """The weights of the blocks of a network under our names; a classifier is left in the file.

    Names and sizes are compared before memory is taken. Raises CheckpointError with the reason for
    a file that is missing, damaged, foreign or of another network, ConfigError for a variant that
    torchvision does not have.
    """
    check_published(config.variant)
    if not path.is_file():
        raise CheckpointError(f"There is no file “{path}”.", "Check model.backbone.")
    try:
        if path.suffix == ".safetensors":
            return _read_safetensors(path, config)
        return _read_pickle(path, config)
    except CheckpointError as error:
        raise CheckpointError(f"“{path}” cannot be used. {error.message}", error.hint) from None


def _read_safetensors(path: Path, config: ModelConfig) -> dict[str, Tensor]:
    try:
        with safe_open(path, "pt") as file:
            names = file.keys()
            sizes = {name: list(file.get_slice(name).get_shape()) for name in names}
            return _take(sizes, file.get_tensor, config)
    except (SafetensorError, OSError) as error:
        raise _damaged(error) from None


def _read_pickle(path: Path, config: ModelConfig) -> dict[str, Tensor]:
    state = _unpickle(path)
    if not isinstance(state, dict):
        raise CheckpointError("It holds no weights by name.", "Save the network's state_dict().")
    tensors = {name: value for name, value in state.items() if isinstance(value, Tensor)}
    sizes = {name: list(tensor.shape) for name, tensor in tensors.items()}
    return _take(sizes, tensors.__getitem__, config)


def _unpickle(path: Path) -> object:
    """What the pickle holds, mapped into memory where the file allows it."""
    try:
        with path.open("rb") as handle:
            mapped = handle.read(len(_ZIP_MAGIC)) == _ZIP_MAGIC
        if not mapped and path.stat().st_size > _OLD_LIMIT_BYTES:
            raise CheckpointError("It is too large for a VGG.", "Choose another file.")
        return torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    except CheckpointError:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged pickle can raise anything
        raise _damaged(error) from None


def _damaged(error: Exception) -> CheckpointError:
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    message = f"It is damaged, or holds more than weights: {reason}."
    return CheckpointError(message, "Choose a .pth or .safetensors file of torchvision's layout.")


def _take(sizes: Sizes, load: Callable[[str], Tensor], config: ModelConfig) -> dict[str, Tensor]:
    """Compare all names and sizes, then load."""
    theirs = from_torchvision({name: name for name in sizes}, config.variant, classifier=False)
    wanted = _skeleton(config)
    for name, tensor in wanted.items():
        # The counters, which old files lack, only count.
        if name in theirs:
            found = sizes[theirs[name]]
            if found != list(tensor.shape):
                message = f"“{theirs[name]}” has the size {found}, not {list(tensor.shape)}."
                raise CheckpointError(message, "Choose the file of the same network.")
        elif tensor.is_floating_point():
            raise CheckpointError(f"It has no “{name}”.", "Choose the file of the same network.")
    return {
        name: load(theirs[name]).to(tensor.dtype)
        for name, tensor in wanted.items()
        if name in theirs
    }


def _skeleton(config: ModelConfig) -> dict[str, Tensor]:
    """The tensors of the blocks, without memory; no size of pictures changes them."""
    config = config.model_copy(update={"image_size": smallest_size(config)})
    with torch.device("meta"):
        network = build_model(config)
    parts = {layer.name for layer in backbone_layers(config)}
    return {
        name: tensor for name, tensor in network.state_dict().items() if name.split(".")[1] in parts
    }
