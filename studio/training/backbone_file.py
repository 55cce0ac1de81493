"""The backbone in a weights file that a person chose, read in a child process with limits.

Such a file may come from anyone. The child converts it to safetensors, which the training loads.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from safetensors.torch import load, save_file
from torch import Tensor

from studio.callbacks import OnProgress, ShouldStop, never_stop
from studio.config import ModelConfig
from studio.errors import CheckpointError, IsolationError
from studio.files import open_regular
from studio.isolation import Limits, run_isolated
from studio.models.imagenet import MEAN, STD
from studio.models.weights import backbone_tensors, read_torchvision
from studio.runs.checkpoints import has_card, load_model

Moments = tuple[tuple[float, ...], tuple[float, ...]]
BackboneContent = tuple[ModelConfig, dict[str, Tensor], Moments]

# The largest VGG has 575 MB; checkpoints of other programs also hold the state of the optimizer.
MAX_FILE_BYTES = 4 << 30
_SECONDS = 120.0
_MEMORY_BYTES = 2 << 30  # beside the file itself
_OUTPUT_BYTES = 1 << 20


def read_backbone_file(
    path: Path, model: ModelConfig, should_stop: ShouldStop = never_stop
) -> BackboneContent:
    """Return the model, weights and moments in a file of VGG Studio or in torchvision's layout.

    `model` says which variant the latter has. Raises CheckpointError, ConfigError, Stopped.
    """
    size = _file_bytes(path)
    with TemporaryDirectory(prefix="vgg-studio-") as folder:
        target = Path(folder) / "backbone.safetensors"
        arguments = {
            "path": str(path.absolute()),
            "model": model.model_dump(mode="json"),
            "target": str(target),
        }
        try:
            answer = run_isolated(
                "studio.training.backbone_file:convert_backbone_file",
                arguments,
                Limits(_SECONDS, _MEMORY_BYTES + 2 * size, _OUTPUT_BYTES),
                should_stop=should_stop,
                subject=f"“{path}”",
                reuse=True,  # the command line checks the file before the training loads it
            )
        except IsolationError as error:
            raise CheckpointError(error.message, error.hint) from None
        return _parse_answer(path, answer, target)


def convert_backbone_file(
    path: str, model: dict[str, Any], target: str, on_progress: OnProgress, should_stop: ShouldStop
) -> dict[str, Any]:
    """In the child: write the weights to `target`, and return the model and the moments."""
    del on_progress, should_stop  # the parent ends the process
    found, weights, moments = _read(Path(path), ModelConfig.model_validate(model))
    # A clone: a tensor that is mapped may be a small view of a large one.
    save_file({name: tensor.clone() for name, tensor in weights.items()}, target)
    return {"model": found.model_dump(mode="json"), "moments": moments}


def _read(path: Path, model: ModelConfig) -> BackboneContent:
    if path.suffix == ".safetensors" and has_card(path):
        trained, card = load_model(path)
        state = trained.state_dict()
        weights = {name: state[name] for name in backbone_tensors(card.model)}
        return card.model, weights, (card.mean, card.std)
    return model, read_torchvision(path, model), (MEAN, STD)


def _file_bytes(path: Path) -> int:
    """The size of a regular file. Raises CheckpointError for anything else."""
    hint = "Check model.backbone."
    try:
        with open_regular(path) as handle:
            size = handle.seek(0, 2)
    except FileNotFoundError:
        raise CheckpointError(f"There is no file “{path}”.", hint) from None
    except OSError as error:
        reason = error.strerror or error
        raise CheckpointError(f"“{path}” cannot be read: {reason}.", hint) from None
    if size > MAX_FILE_BYTES:
        raise CheckpointError(f"“{path}” is too large for a VGG.", "Choose another file.")
    return size


def _parse_answer(path: Path, answer: dict[str, Any], target: Path) -> BackboneContent:
    """Load what the child wrote, and check it: a hostile file may have taken the child over."""
    model = ModelConfig.model_validate(answer["model"])
    mean, std = (tuple(map(float, values)) for values in answer["moments"])
    with open_regular(target) as handle:
        weights = load(handle.read())
    expected = backbone_tensors(model)
    sizes = {name: tensor.shape for name, tensor in expected.items()}
    if any(sizes.get(name) != tensor.shape for name, tensor in weights.items()):
        raise CheckpointError(f"“{path}” cannot be used.", "Choose another file.")
    return model, {name: weights[name] for name in expected if name in weights}, (mean, std)
