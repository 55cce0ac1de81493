"""The weights of another run from which a training starts: fine-tuning."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from torch import Tensor

from studio.config import ModelConfig, TrainConfig
from studio.errors import ConfigError
from studio.models.backbone import BACKBONE_FIELDS
from studio.models.variants import resolve_variant
from studio.paths import BUNDLED
from studio.runs import RunStore
from studio.runs.checkpoints import ModelCard, load_model, weights_path
from studio.training.backbone_file import Moments

FIELD = "optim.start_from"
# Settings that do not change which weights a network has and what they compute.
_FREE_FIELDS = {"title", "summary", "input_shape", "dropout", "dropout_layers"}
_INPUT_FIELDS = {"in_channels": "channels", "image_size": "image size"}


@dataclass(frozen=True)
class StartingWeights:
    """All weights of a trained model, by parameter name, and its card."""

    run: str
    card: ModelCard
    weights: Mapping[str, Tensor]

    @property
    def moments(self) -> Moments:
        """Mean and standard deviation per channel, 0..255, with which the weights were trained."""
        return self.card.mean, self.card.std

    def adapt_config(self, config: TrainConfig, class_names: tuple[str, ...]) -> TrainConfig:
        """Return `config`, of which a pretrained backbone is the one in the weights.

        Raises ConfigError when the network or the classes are not those of the weights.
        """
        if config.model.backbone:
            own = {f"model.{name}": getattr(self.card.model, name) for name in BACKBONE_FIELDS}
            config = config.with_values(own)
        if class_names != self.card.class_names:
            message = f"The model “{self.run}” has other classes than this dataset."
            raise ConfigError(FIELD, message, "Choose a run that was trained on the same classes.")
        different = different_settings(self.card.model, config.model)
        if different:
            message = f"The model “{self.run}” is another network: {', '.join(different)} differ."
            raise ConfigError(FIELD, message, "Use the model settings of that run.")
        return config


def load_starting_weights(config: TrainConfig, runs_dir: Path) -> StartingWeights | None:
    """Load the weights of `optim.start_from`, or return None; runs are opened from `runs_dir`.

    They are those of the run's selected epoch. Raises RunError or CheckpointError.
    """
    name = config.optim.start_from
    if not name:
        return None
    model, card = load_model(weights_path(_find_model(name, runs_dir)))
    return StartingWeights(Path(name).name, card, model.state_dict())


def _find_model(name: str, runs_dir: Path) -> str | Path:
    return name if name == BUNDLED else RunStore(runs_dir).open(name).path


def different_settings(first: ModelConfig, second: ModelConfig) -> list[str]:
    """Names of the settings in which two networks differ, those of the input included."""
    one, other = asdict(resolve_variant(first)), asdict(resolve_variant(second))
    names = [name for name in one if name not in _FREE_FIELDS and one[name] != other[name]]
    inputs = [
        label
        for name, label in _INPUT_FIELDS.items()
        if getattr(first, name) != getattr(second, name)
    ]
    return [name.replace("_", " ") for name in names] + inputs
