"""What a network can start from, and why it cannot train on that yet. No Qt here."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.config import IMAGENET, OF_RUN, ModelConfig, TrainConfig
from studio.data.datasets import DATASETS, FOLDER
from studio.errors import ConfigError, StudioError
from studio.formatting import percent
from studio.models import VARIANTS
from studio.models.imagenet import IMAGENET_FILES, find_imagenet
from studio.paths import BUNDLED
from studio.runs import RunStore, RunSummary, run_title

RGB = 3
_MOST = 30  # runs; a longer list is not read


@dataclass(frozen=True)
class Backbone:
    """A trained network whose blocks can be taken over: `backbone` is its name in ModelConfig."""

    backbone: str
    title: str
    tip: str
    model: ModelConfig


def list_backbones(store: RunStore) -> list[Backbone]:
    """The newest own runs with weights, then the bundled network. Reads files, needs torch.

    What cannot be read is left out: it could not be started from either.
    """
    runs = [run for run in store.list() if run.has_weights]
    found = [_of_run(run) for run in runs[:_MOST]]
    bundled = _lender(BUNDLED, "", "Bundled network", "Trained on MNIST; comes with the studio")
    return [lender for lender in (*found, bundled) if lender is not None]


def read_file(path: str, model: ModelConfig, data_dir: Path, runs_dir: Path) -> Backbone:
    """The blocks in a weights file, read and compared with `model`. Needs torch.

    Raises CheckpointError or ConfigError saying why they cannot be used.
    """
    from studio.training.pretrained import load_backbone

    config = TrainConfig(model=model.model_copy(update={"backbone": path}))
    backbone = load_backbone(config, data_dir, runs_dir)
    assert backbone is not None
    return Backbone(path, Path(path).name, path, backbone.model)


def imagenet_backbone(variant: str) -> Backbone | None:
    """torchvision's weights of a variant, if there are any."""
    if variant not in IMAGENET_FILES:
        return None
    tip = f"What {VARIANTS[variant].title} learned from 1.3 million photographs of 1,000 kinds"
    return Backbone(IMAGENET, "ImageNet", tip, ModelConfig(variant=variant, in_channels=RGB))


def megabytes(variant: str) -> int:
    """Size of the ImageNet weights of a published variant."""
    return IMAGENET_FILES[variant][1]


def is_missing(backbone: str, variant: str, data_dir: Path) -> bool:
    """Whether the ImageNet weights that a network wants have not been downloaded yet."""
    if backbone != IMAGENET or variant not in IMAGENET_FILES:
        return False
    return find_imagenet(variant, data_dir) is None


def note(missing: bool, unfrozen: int) -> str:
    """What a backbone means for the training, or what it still needs."""
    if missing:
        return "Not on this computer yet. A run of your own or a file works too."
    if not unfrozen:
        return "Its convolutions stay as they are; only the head learns, which is fast."
    blocks = "block learns" if unfrozen == 1 else f"{unfrozen} blocks learn"
    return f"The last {blocks} on, with the head. The others stay as they are."


def obstacle(model: ModelConfig, lender: Backbone | None, data_dir: Path) -> ConfigError | None:
    """Why training cannot start from the chosen backbone; `lender` is None if it is not known."""
    if is_missing(model.backbone, model.variant, data_dir):
        title = VARIANTS[model.variant].title
        return ConfigError(
            "model.backbone",
            f"The ImageNet weights of {title} are not on this computer.",
            "Download them, or start from a run of your own or from a file.",
        )
    if model.backbone and lender is not None and lender.model.in_channels != model.in_channels:
        kind, word = ("colour", "Colour") if model.in_channels == 1 else ("grey", "Grey")
        return ConfigError(
            "data.color",
            f"The backbone learned from {kind} pictures, these are of another kind.",
            f"Choose “{word}”, or start from something else.",
        )
    return None


def color_for(channels: int, source: str, color: str) -> str:
    """The colour setting that brings the pictures of a set to so many channels."""
    own = None if source == FOLDER else DATASETS[source].channels
    if color == "own" and own == channels:
        return color
    return "grey" if channels == 1 else "rgb"


def find_backbone(lenders: Sequence[Backbone], backbone: str, variant: str) -> Backbone | None:
    """Who lends the blocks that `backbone` names."""
    if backbone == IMAGENET:
        return imagenet_backbone(variant)
    return next((lender for lender in lenders if lender.backbone == backbone), None)


def title_of_unknown(backbone: str) -> str:
    """What to call a backbone that is in no list."""
    if backbone.startswith(OF_RUN):
        return run_title(Path(backbone.removeprefix(OF_RUN)).name)
    return Path(backbone).name


def _of_run(run: RunSummary) -> Backbone | None:
    name = VARIANTS[run.variant].title if run.variant in VARIANTS else run.variant
    tip = f"{name} on {run.dataset_title}"
    share = run.val_accuracy if run.test_accuracy is None else run.test_accuracy
    if share is not None:
        tip += f", {percent(share)}"
    when = f", {run.started.day} {run.started:%b %H:%M}" if run.started else ""
    return _lender(run.key, str(run.path), run.title, f"{tip}{when}")


def _lender(run_id: str, path: str, title: str, tip: str) -> Backbone | None:
    from studio.runs.checkpoints import read_card, weights_path

    try:
        card = read_card(weights_path(path or run_id))
    except StudioError:
        return None
    return Backbone(f"{OF_RUN}{run_id}", title, tip, card.model)
