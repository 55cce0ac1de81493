"""Runs with real but untrained weights."""

from studio.config import DataConfig, ModelConfig, TrainConfig
from studio.models import build_model
from studio.runs import Run, RunStore
from studio.runs.checkpoints import ModelCard, save_weights


def make_run(store: RunStore, model: ModelConfig) -> Run:
    """A run of the digits whose network has its first, random weights."""
    run = store.create(TrainConfig(model=model))
    card = ModelCard(
        recipe="custom",
        model=model,
        data=DataConfig(),
        class_names=tuple("0123456789"),
        mean=(30.0,) * model.in_channels,
        std=(70.0,) * model.in_channels,
        drawing="digits",
    )
    save_weights(run.best_weights, build_model(model).state_dict(), card)
    return run
