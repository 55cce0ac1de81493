"""Pretrained backbones: the convolutions of another model, from which a training starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from studio.callbacks import ShouldStop, never_stop
from studio.config import IMAGENET, OF_RUN, ModelConfig, TrainConfig
from studio.errors import ConfigError
from studio.models.backbone import BACKBONE_FIELDS
from studio.models.imagenet import MEAN, STD, check_imagenet, find_imagenet, missing_imagenet
from studio.models.weights import backbone_weight_names, read_torchvision
from studio.paths import BUNDLED
from studio.runs import RunStore
from studio.runs.checkpoints import load_model, weights_path
from studio.training.backbone_file import Moments, read_backbone_file


@dataclass(frozen=True)
class Backbone:
    """The pretrained weights of the blocks of `model`, by parameter name.

    `moments` are the mean and standard deviation per channel, in 0..255, of its training images.
    """

    model: ModelConfig
    weights: Mapping[str, Tensor]
    moments: Moments

    def adapt_config(self, config: TrainConfig) -> TrainConfig:
        """Return `config` with the blocks of the backbone, and its own head.

        Raises ConfigError when the number of image channels is different.
        """
        channels = self.model.in_channels
        if config.model.in_channels != channels:
            name, color = ("grayscale", "grey") if channels == 1 else ("color", "rgb")
            raise ConfigError(
                "data.color",
                f"The backbone was trained on {name} images, but these are not {name}.",
                f"Choose data.color = {color}, or another backbone.",
            )
        return config.with_values({f"model.{n}": getattr(self.model, n) for n in BACKBONE_FIELDS})


def load_backbone(
    config: TrainConfig, data_dir: Path, runs_dir: Path, should_stop: ShouldStop = never_stop
) -> Backbone | None:
    """Load the backbone `model.backbone`, or return None; runs are opened from `runs_dir`.

    A file is read in a child process. Raises ConfigError, RunError or CheckpointError with the
    reason and a hint, Stopped.
    """
    name = config.model.backbone
    if not name:
        if config.data.normalize == "backbone":
            message = "There is no backbone whose normalization could be used."
            hint = "Choose data.normalize = standard, or a model.backbone."
            raise ConfigError("data.normalize", message, hint)
        return None
    if name == IMAGENET:
        return _load_imagenet_weights(config.model, data_dir)
    if name.startswith(OF_RUN):
        return _load_run_weights(_weights_of_run(name.removeprefix(OF_RUN), runs_dir))
    return Backbone(*read_backbone_file(Path(name), _of_color_images(config.model), should_stop))


def _load_imagenet_weights(model: ModelConfig, data_dir: Path) -> Backbone:
    path = find_imagenet(model.variant, data_dir)
    if path is None:
        raise missing_imagenet(model.variant, data_dir)
    check_imagenet(model.variant, path)
    model = _of_color_images(model)
    return Backbone(model, read_torchvision(path, model), (MEAN, STD))


def _of_color_images(model: ModelConfig) -> ModelConfig:
    return model.model_copy(update={"in_channels": 3})


def _weights_of_run(run_id: str, runs_dir: Path) -> Path:
    if not run_id:
        message = "The run of the backbone is missing."
        raise ConfigError("model.backbone", message, "Write model.backbone = run:ID.")
    return weights_path(run_id if run_id == BUNDLED else RunStore(runs_dir).open(run_id).path)


def _load_run_weights(path: Path) -> Backbone:
    model, card = load_model(path)
    state = model.state_dict()
    weights = {name: state[name] for name in backbone_weight_names(card.model)}
    return Backbone(card.model, weights, (card.mean, card.std))
