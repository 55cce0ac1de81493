"""The convolutions a training takes over from another network instead of learning its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from studio.config import IMAGENET, OF_RUN, ModelConfig, TrainConfig
from studio.errors import ConfigError
from studio.models.backbone import BACKBONE_FIELDS
from studio.models.imagenet import MEAN, STD, find_imagenet, missing_imagenet
from studio.models.weights import backbone_weight_names, read_torchvision
from studio.paths import BUNDLED
from studio.runs import RunStore
from studio.runs.checkpoints import is_own, load_network, weights_path

Moments = tuple[tuple[float, ...], tuple[float, ...]]


@dataclass(frozen=True)
class Backbone:
    """The blocks of `model`: their `weights` under our names, and the moments of its pixels.

    `moments` are mean and standard deviation of each channel in grey levels of 0..255.
    """

    model: ModelConfig
    weights: Mapping[str, Tensor]
    moments: Moments

    def fit(self, config: TrainConfig) -> TrainConfig:
        """`config` with these blocks; its head and what of it learns stay.

        Raises ConfigError where its pictures have more or fewer channels.
        """
        own = self.model.in_channels
        if config.model.in_channels != own:
            kind, color = ("grey", "grey") if own == 1 else ("colour", "rgb")
            raise ConfigError(
                "data.color",
                f"The backbone learned from {kind} pictures, these are of another kind.",
                f"Choose data.color = {color}, or another backbone.",
            )
        return config.with_values({f"model.{n}": getattr(self.model, n) for n in BACKBONE_FIELDS})


def load_backbone(config: TrainConfig, data_dir: Path, runs_dir: Path) -> Backbone | None:
    """What `config.model.backbone` names, or None; a run is looked for in `runs_dir`.

    Raises ConfigError, RunError or CheckpointError saying why it cannot be used and what can.
    """
    name = config.model.backbone
    if not name:
        if config.data.normalize == "backbone":
            message = "There is no backbone, so nothing is known of its normalization."
            hint = "Choose data.normalize = standard, or a model.backbone."
            raise ConfigError("data.normalize", message, hint)
        return None
    if name == IMAGENET:
        return _read_imagenet(config.model, data_dir)
    if name.startswith(OF_RUN):
        return _read_own(_weights_of_run(name.removeprefix(OF_RUN), runs_dir))
    path = Path(name)
    if path.suffix == ".safetensors" and path.is_file() and is_own(path):
        return _read_own(path)
    return _read_published(path, config.model)


def _read_imagenet(model: ModelConfig, data_dir: Path) -> Backbone:
    path = find_imagenet(model.variant, data_dir)
    if path is None:
        raise missing_imagenet(model.variant, data_dir)
    return _read_published(path, model)


def _read_published(path: Path, model: ModelConfig) -> Backbone:
    model = model.model_copy(update={"in_channels": 3})
    return Backbone(model, read_torchvision(path, model), (MEAN, STD))


def _weights_of_run(run_id: str, runs_dir: Path) -> Path:
    if not run_id:
        message = "Which run is the backbone?"
        raise ConfigError("model.backbone", message, "Write model.backbone = run:ID.")
    return weights_path(run_id if run_id == BUNDLED else RunStore(runs_dir).open(run_id).path)


def _read_own(path: Path) -> Backbone:
    network, card = load_network(path)
    state = network.state_dict()
    weights = {name: state[name] for name in backbone_weight_names(card.model)}
    return Backbone(card.model, weights, (card.mean, card.std))
