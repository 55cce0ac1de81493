"""The settings with which the models of a cross-validation are trained."""

from pathlib import Path

from studio.config import TrainConfig
from studio.errors import RunError
from studio.insight.retraining import plan_retraining
from studio.runs import RunStore
from studio.runs.checkpoints import read_card, weights_path


def training_settings(run: str | Path) -> TrainConfig:
    """Return the settings of a run that started from new weights, with the data of `run`.

    A run that was fine-tuned started from weights that know its labels: its first parent has the
    settings of a whole training. Those of the `bundled` model are its recipe's. Raises StudioError
    where they are missing.
    """
    if Path(run).is_file():
        raise RunError(
            "A weights file does not contain the settings of its training.",
            "Choose a run, or another split.",
        )
    config = plan_retraining(str(run), "retrain", "", RunStore(Path(run).parent)).config
    config = config.model_copy(update={"data": read_card(weights_path(run)).data})
    return _as_long_as_it_was(config, run)


def _as_long_as_it_was(config: TrainConfig, run: str | Path) -> TrainConfig:
    """Limit the epochs to those of the run, where time or early stopping may have ended it."""
    if not (config.engine.max_minutes or config.optim.patience):
        return config
    store = RunStore(Path(run).parent)
    status = store.open(str(run)).status
    epochs = status.epochs_done if status else 0
    values = {"optim.epochs": min(config.optim.epochs, max(epochs, 1)), "engine.max_minutes": None}
    return config.with_values(values)
