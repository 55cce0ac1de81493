"""Write a model that was adapted to the user's drawings as a run, usable wherever a run is."""

import platform
import shutil
from contextlib import suppress

import torch
from torch import nn

from studio import __version__
from studio.config import TrainConfig
from studio.data import ImageDataset
from studio.errors import RunError
from studio.files import write_text
from studio.insight.adaptation_receipt import AdaptationReceipt, write_receipt
from studio.insight.retraining import config_of
from studio.json_text import to_json
from studio.paths import BUNDLED
from studio.runs import Run, RunStatus, RunStore
from studio.runs.checkpoints import ModelCard, save_weights
from studio.runs.summary import run_title
from studio.training.adaptation import AdaptationSettings
from studio.training.events import EpochEnd, Event, FitEnded, FitStarted, to_dict

ADAPTED = "adapted to me"


def write_adapted_run(
    store: RunStore,
    network: nn.Module,
    card: ModelCard,
    receipt: AdaptationReceipt,
    settings: AdaptationSettings,
    dataset: ImageDataset,
) -> Run:
    """Write a finished run with these weights, the receipt and the key of its parent.

    A run that cannot be written completely is removed. Raises RunError.
    """
    config = _config(store, card, receipt, settings)
    run = store.create(config, receipt.parent)
    try:
        _write(run, network, card.model_copy(update={"recipe": config.recipe}), receipt, dataset)
    except OSError as error:
        with suppress(OSError):
            shutil.rmtree(run.path)
        raise RunError(
            f"The adapted model cannot be written to “{run.path}”: {error.strerror or error}.",
            "Free some space or choose another folder for the runs, then adapt again.",
        ) from None
    return run


def _config(
    store: RunStore, card: ModelCard, receipt: AdaptationReceipt, settings: AdaptationSettings
) -> TrainConfig:
    """The configuration of the parent with the settings of the adaptation."""
    parent = config_of(receipt.parent, store)
    values = {
        "recipe": f"{_parent_title(receipt.parent, store)}, {ADAPTED}",
        "seed": settings.seed,
        "optim.start_from": receipt.parent,
        "optim.optimizer": "adamw",
        "optim.lr": settings.lr,
        "optim.batch_size": settings.drawing_batch + settings.replay_batch,
        "optim.epochs": 1,
        "engine.max_steps": settings.steps,
    }
    return parent.model_copy(update={"model": card.model, "data": card.data}).with_values(values)


def _parent_title(parent: str, store: RunStore) -> str:
    """The title of the parent; a model that was adapted before is named only once."""
    if parent == BUNDLED:
        return "Bundled model"
    title = run_title(store.run(parent).id)
    return title.partition(f", {ADAPTED}")[0].partition(f"-{ADAPTED.replace(' ', '-')}")[0]


def _write(
    run: Run,
    network: nn.Module,
    card: ModelCard,
    receipt: AdaptationReceipt,
    dataset: ImageDataset,
) -> None:
    parameters = sum(parameter.numel() for parameter in network.parameters())
    record = run.record | {
        "device": "cpu",
        "precision": "float32",
        "parameters": parameters,
        "data_fingerprint": dataset.fingerprint,
        "class_names": list(dataset.class_names),
        "versions": {
            "studio": __version__,
            "torch": torch.__version__,
            "python": platform.python_version(),
        },
    }
    run.write_config(run.config, record)
    for path in (run.last_weights, run.best_weights):
        save_weights(path, network.state_dict(), card)
    write_receipt(run, receipt)
    events = _events(run, card, receipt, dataset, parameters)
    lines = [f"{to_json(to_dict(event), ensure_ascii=True)}\n" for event in events]
    write_text(run.metrics_path, "".join(lines))
    status = run.status
    assert status is not None
    run.write_status(
        status.with_values(
            status=RunStatus.FINISHED,
            epochs=1,
            epochs_done=1,
            best_epoch=1,
            val_accuracy=card.val_accuracy,
            test_accuracy=receipt.test_after.proportion.value,
            seconds=receipt.seconds,
            parameters=parameters,
            device="cpu",
            precision="float32",
            val_images=len(dataset.splits["val"]),
            test_images=len(dataset.splits["test"]),
        )
    )


def _events(
    run: Run,
    card: ModelCard,
    receipt: AdaptationReceipt,
    dataset: ImageDataset,
    parameters: int,
) -> tuple[Event, ...]:
    """What a training would have recorded: its start, its only validation, its end.

    Training loss and accuracy are those of a mixture that no other run has: they are left out.
    """
    images = receipt.steps * run.config.optim.batch_size
    rate, unknown = images / max(receipt.seconds, 1e-9), float("nan")
    val_accuracy = card.val_accuracy or 0.0
    return (
        FitStarted(
            run=run.id,
            recipe=card.recipe,
            epochs=1,
            steps_per_epoch=receipt.steps,
            total_steps=receipt.steps,
            parameters=parameters,
            device="cpu",
            device_reason="adaptation",
            precision="float32",
            threads=torch.get_num_threads(),
            train_images=receipt.drawings + len(dataset.splits["train"]),
            val_images=len(dataset.splits["val"]),
            test_images=len(dataset.splits["test"]),
            by_steps=True,
        ),
        EpochEnd(
            epoch=1,
            step=receipt.steps,
            train_loss=unknown,
            train_accuracy=unknown,
            val_loss=unknown,
            val_accuracy=val_accuracy,
            lr=run.config.optim.lr,
            images_per_second=rate,
            seconds=receipt.seconds,
            best=True,
            temperature=card.temperature,
        ),
        FitEnded(
            status="finished",
            run=run.id,
            epochs=1,
            best_epoch=1,
            train_accuracy=None,
            val_accuracy=card.val_accuracy,
            test_accuracy=receipt.test_after.proportion.value,
            images_per_second=rate,
            seconds=receipt.seconds,
            parameters=parameters,
            device="cpu",
            precision="float32",
        ),
    )
