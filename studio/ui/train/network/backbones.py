"""The pretrained backbones that a training can start from. No Qt here."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.callbacks import ShouldStop, never_stop
from studio.config import IMAGENET, OF_RUN, ModelConfig, TrainConfig
from studio.errors import ConfigError, StudioError
from studio.formatting import count
from studio.models import VARIANTS
from studio.models.imagenet import IMAGENET_FILES, find_imagenet
from studio.runs import RunStore, run_title
from studio.ui.shared.model_choices import ModelChoice, model_choices

RGB = 3
_MAX_RUNS = 30  # a longer list is not read


@dataclass(frozen=True)
class BackboneChoice:
    """A trained network whose blocks can be reused; `source` is its name in ModelConfig."""

    source: str
    title: str
    tip: str
    model: ModelConfig


def list_backbones(store: RunStore) -> list[BackboneChoice]:
    """Return the newest runs with weights, then the bundled model. Reads files, needs torch.

    Runs that cannot be read are skipped: a training could not start from them either.
    """
    runs = store.list()
    *choices, bundled = model_choices(runs)
    paths = {run.key: str(run.path) for run in runs}
    found = [_read_backbone(choice, paths[choice.key]) for choice in choices[:_MAX_RUNS]]
    found.append(_read_backbone(bundled, bundled.key))
    return [backbone for backbone in found if backbone is not None]


def read_file(
    path: str,
    model: ModelConfig,
    data_dir: Path,
    runs_dir: Path,
    should_stop: ShouldStop = never_stop,
) -> BackboneChoice:
    """Return the backbone in a weights file, checked against `model`. Needs torch.

    Raises CheckpointError or ConfigError if it cannot be used, Stopped.
    """
    from studio.training.pretrained import load_backbone

    config = TrainConfig(model=model.model_copy(update={"backbone": path}))
    backbone = load_backbone(config, data_dir, runs_dir, should_stop)
    assert backbone is not None
    return BackboneChoice(path, Path(path).name, path, backbone.model)


def imagenet_backbone(variant: str) -> BackboneChoice | None:
    """Return torchvision's weights of a variant, if there are any."""
    if variant not in IMAGENET_FILES:
        return None
    tip = f"{VARIANTS[variant].title}, trained on 1.3 million photographs of 1,000 classes."
    return BackboneChoice(IMAGENET, "ImageNet", tip, ModelConfig(variant=variant, in_channels=RGB))


def download_megabytes(variant: str) -> int:
    """Return the size of the ImageNet weights of a published variant."""
    return IMAGENET_FILES[variant][1]


def is_missing(source: str, variant: str, data_dir: Path) -> bool:
    """Whether the ImageNet weights that a network needs have not been downloaded yet."""
    if source != IMAGENET or variant not in IMAGENET_FILES:
        return False
    return find_imagenet(variant, data_dir) is None


def backbone_note(missing: bool, unfrozen: int) -> str:
    """Return what a backbone means for the training, or what it still needs."""
    if missing:
        return "Not on this computer yet. One of your runs or a file works too."
    if not unfrozen:
        return "The backbone is frozen; only the head is trained, which is fast."
    blocks = "The last block is" if unfrozen == 1 else f"The last {count(unfrozen, 'block')} are"
    return f"{blocks} trained with the head. The other blocks are frozen."


def backbone_obstacle(
    model: ModelConfig, backbone: BackboneChoice | None, data_dir: Path
) -> ConfigError | None:
    """Return why a training cannot start from `backbone`, which is None if it is not known."""
    if is_missing(model.backbone, model.variant, data_dir):
        title = VARIANTS[model.variant].title
        return ConfigError(
            "model.backbone",
            f"The ImageNet weights of {title} are not on this computer.",
            "Download them, or choose one of your runs or a file.",
        )
    if model.backbone and backbone is not None and backbone.model.in_channels != model.in_channels:
        trained = "color" if model.in_channels == 1 else "grayscale"
        return ConfigError(
            "data.color",
            f"The backbone was trained on {trained} images, this dataset has others.",
            f"Choose “{trained.capitalize()}”, or other initial weights.",
        )
    return None


def find_backbone(
    backbones: Sequence[BackboneChoice], source: str, variant: str
) -> BackboneChoice | None:
    """Return the backbone that `source` names."""
    if source == IMAGENET:
        return imagenet_backbone(variant)
    return next((backbone for backbone in backbones if backbone.source == source), None)


def unknown_title(source: str) -> str:
    """Return the title of a backbone that is not listed."""
    if source.startswith(OF_RUN):
        return run_title(Path(source.removeprefix(OF_RUN)).name)
    return Path(source).name


def _read_backbone(choice: ModelChoice, run: str) -> BackboneChoice | None:
    from studio.runs.checkpoints import read_card, weights_path

    try:
        card = read_card(weights_path(run))
    except StudioError:
        return None
    return BackboneChoice(f"{OF_RUN}{choice.key}", choice.title, choice.tooltip, card.model)
