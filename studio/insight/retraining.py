"""Train a run again with label fixes: fine-tune its model, or repeat its training."""

from dataclasses import dataclass
from math import ceil
from typing import Any, Literal

from studio.config import TrainConfig
from studio.errors import RunError
from studio.paths import BUNDLED
from studio.recipes import load_recipe
from studio.runs import RunStore
from studio.runs.run_folders import run_key

RetrainMode = Literal["finetune", "retrain"]

# Fine-tuning adapts weights that already work: small updates, and few of them.
FINETUNE_LR_FACTOR = 0.1
FINETUNE_LENGTH_FACTOR = 0.2


@dataclass(frozen=True)
class Retraining:
    """A training that follows from another run: its configuration, and the key of that run."""

    config: TrainConfig
    parent: str = ""


def plan_retraining(name: str, mode: RetrainMode, overlay: str, store: RunStore) -> Retraining:
    """The training of `mode` that follows the run `name`, or the `bundled` model, with fixes.

    `overlay` is the value of `data.overlay`. Raises RunError, StudioError.
    """
    parent = name if name == BUNDLED else run_key(store.open(name).path, store.runs_dir)
    source = parent if mode == "finetune" else _original(parent, store)
    return Retraining(retrain_config(config_of(source, store), mode, overlay, parent), parent)


def retrain_config(
    config: TrainConfig, mode: RetrainMode, overlay: str, parent: str
) -> TrainConfig:
    """The configuration that trains a run again with the label fixes `overlay`.

    `finetune` starts from the weights of the run `parent`, with a tenth of its learning rate and a
    fifth of its epochs or steps, rounded up. A run that was fine-tuned itself already has such
    settings and keeps them. `retrain` keeps all settings, the seed included.
    """
    values: dict[str, Any] = {"data.overlay": overlay}
    if mode == "finetune":
        values["optim.start_from"] = parent
        if not config.optim.start_from:
            values |= _finetune_settings(config)
    return config.with_values(values)


def _finetune_settings(config: TrainConfig) -> dict[str, Any]:
    length, unit = config.length
    fields = {
        "epochs": "optim.epochs",
        "steps": "engine.max_steps",
        "minutes": "engine.max_minutes",
    }
    shorter = length * FINETUNE_LENGTH_FACTOR
    return {
        # Rounded, so that it is readable: 0.001 times 0.1 is 0.00010000000000000002.
        "optim.lr": float(f"{config.optim.lr * FINETUNE_LR_FACTOR:.6g}"),
        fields[unit]: shorter if unit == "minutes" else ceil(shorter),
    }


def _original(name: str, store: RunStore) -> str:
    """The run whose training began with new weights: `name`, or the first of its parents."""
    seen = {name}
    while start := config_of(name, store).optim.start_from:
        if start in seen:
            raise RunError(f"The run “{name}” was fine-tuned from itself.", "Fine-tune it instead.")
        seen.add(start)
        name = start
    return name


def config_of(name: str, store: RunStore) -> TrainConfig:
    """The configuration of a run, or the one of the bundled model. Raises RunError, StudioError."""
    if name != BUNDLED:
        return store.open(name).config
    from studio.runs.checkpoints import read_card, weights_path  # imports torch

    card = read_card(weights_path(BUNDLED))
    config = load_recipe(card.recipe).config
    return config.model_copy(update={"model": card.model, "data": card.data})
