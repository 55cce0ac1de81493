"""Adapts the bundled model to invented writers that it misreads: effect, loss and CPU time."""

import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from studio.bench.synthetic_writers import Writer
from studio.bench.workers.protocol import Send, wait_for_request
from studio.bench.workload import Workload
from studio.data.datasets import find_dataset
from studio.data.handwriting.store import HandwritingStore
from studio.inference import Predictor
from studio.insight.adaptation import adapt_to_handwriting, create_adapter
from studio.insight.handwriting import model_inputs
from studio.paths import BUNDLED, handwriting_dir
from studio.runs import RunStore
from studio.runs.checkpoints import ModelCard, load_model, weights_path
from studio.runs.run_dataset import load_run_dataset
from studio.training.adaptation import AdaptationSettings, LabeledImages

WRITERS = 8
# None of the writers that settings were tried on: those have smaller numbers.
FIRST_WRITER = 1000
MIN_ERROR = 0.04  # on a sample of its own, or the choice would count what it was made by
_SAMPLE, _CAPTURED, _UNSEEN = 5, 3, 10  # drawings of each digit

Drawings = tuple[NDArray[np.uint8], NDArray[np.int64]]


def adapt(workload: Workload, send: Send) -> None:
    """Choose the writers; then, for each measurement, adapt to each with the next seed."""
    model, card = load_model(weights_path(BUNDLED))
    writers, tried = choose_writers(Predictor(model, card))
    send({"writers": writers, "tried": tried, "threads": torch.get_num_threads()})
    seed = 0
    while True:
        wait_for_request()
        settings = AdaptationSettings(seed=seed)
        values: dict[str, Any] = {"writers": _adapt_to_each(workload, writers, settings)}
        send(values | _adapt_completely(workload, writers[seed % len(writers)], settings))
        seed += 1


def choose_writers(predictor: Predictor, number: int = WRITERS) -> tuple[list[int], int]:
    """The first writers that a model has trouble with, and how many were tried for them."""
    chosen: list[int] = []
    writer = FIRST_WRITER
    while len(chosen) < number:
        drawings, digits = _draw(writer, _SAMPLE, np.random.default_rng((3, writer)))
        predicted = predictor.predict(model_inputs(predictor.card, drawings)).argmax(1)
        if (predicted != digits).mean() >= MIN_ERROR:
            chosen.append(writer)
        writer += 1
    return chosen, writer - FIRST_WRITER


def _draw(writer: int, of_each: int, rng: np.random.Generator) -> Drawings:
    return Writer.invent(writer).draw_all(of_each, rng)


def _captured_and_unseen(writer: int, seed: int) -> tuple[Drawings, Drawings]:
    rng = np.random.default_rng((6, seed, writer))
    return _draw(writer, _CAPTURED, rng), _draw(writer, _UNSEEN, rng)


def _adapt_to_each(
    workload: Workload, writers: list[int], settings: AdaptationSettings
) -> list[dict[str, float]]:
    """Errors before and after of each writer, and the change on the validation split."""
    model, card = load_model(weights_path(BUNDLED))
    dataset = load_run_dataset(BUNDLED, card.data, workload.data_dir)
    adapter, rows = create_adapter(model, card, dataset, settings), []
    for writer in writers:
        captured, (images, digits) = _captured_and_unseen(writer, settings.seed)
        adapter.set_drawings(_labeled(card, captured))
        adapted = adapter.fit()
        inputs = torch.from_numpy(model_inputs(card, images))
        before, after = (
            int((predicted.numpy() != digits).sum())
            for predicted in adapter.compare(adapted.model, inputs)
        )
        row = {"before": before, "after": after, "drawings": len(digits), "blend": adapted.blend}
        rows.append(row | {"val_points": 100 * adapter.validation_change(adapted.model)})
    return rows


def _adapt_completely(
    workload: Workload, writer: int, settings: AdaptationSettings
) -> dict[str, float]:
    """What the button does, for one writer: CPU seconds, and the change on the test split."""
    folder = workload.runs_dir / f"{writer}-{settings.seed}"
    _copy_dataset(workload.data_dir, folder)
    store = HandwritingStore(handwriting_dir(folder))
    (images, digits), _ = _captured_and_unseen(writer, settings.seed)
    for image, digit in zip(images, digits, strict=True):
        store.add(image, str(digit))
    began = time.process_time()
    found = adapt_to_handwriting(BUNDLED, RunStore(folder / "runs"), folder, settings)
    cpu_s = time.process_time() - began
    shutil.rmtree(folder)
    return {"cpu_s": cpu_s, "test_points": 100 * found.receipt.test_change}


def _copy_dataset(data_dir: Path, target: Path) -> None:
    """Copy the dataset of the model: the drawings must not lie in the folder of the user."""
    info = find_dataset("mnist")
    shutil.copytree(info.raw_dir(data_dir), info.raw_dir(target))


def _labeled(card: ModelCard, drawings: Drawings) -> LabeledImages:
    images, digits = drawings
    return LabeledImages(torch.from_numpy(model_inputs(card, images)), torch.from_numpy(digits))
