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
    return config.model_copy(update={"data": read_card(weights_path(run)).data})
