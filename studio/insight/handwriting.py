"""How well a model reads the user's drawings, counting only those it was not trained on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.data.datasets import HANDWRITING
from studio.data.drawing.preprocessing import prepare_drawing
from studio.data.handwriting.sample import HandwritingSample
from studio.data.handwriting.store import HandwritingStore
from studio.errors import DatasetError, StudioError
from studio.inference import Predictor
from studio.insight.adaptation_receipt import read_receipt
from studio.insight.intervals import Proportion
from studio.paths import BUNDLED, handwriting_dir
from studio.runs import Run, RunStore
from studio.runs.checkpoints import ModelCard

PHOTO_MODEL = (
    "This model was trained on photos, not on drawings.",
    "Choose a model that was trained on digits or letters.",
)
NO_DRAWINGS = "You have saved no drawings yet."
HOW_TO_DRAW = "Draw some on the Draw page, under “My handwriting”."


@dataclass(frozen=True, eq=False)
class HandwritingEvaluation:
    """A model's predictions for M drawings of the user.

    `labels` int64 [M] index `class_names`, -1 where the model has no class of that name;
    `predicted` int64 [M]; `confidences` float32 [M], calibrated as always. `seen` bool [M] says
    which drawings the model, or one it was fine-tuned from, was trained on: they prove nothing.
    """

    run: str
    class_names: tuple[str, ...]
    samples: tuple[HandwritingSample, ...]
    labels: NDArray[np.int64]
    predicted: NDArray[np.int64]
    confidences: NDArray[np.float32]
    seen: NDArray[np.bool_]

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """Which drawings are in the figures, bool [M]: of a known class and never trained on."""
        return (self.labels >= 0) & ~self.seen

    @cached_property
    def correct(self) -> NDArray[np.bool_]:
        """Whether the predicted class is the label, bool [M]."""
        return np.asarray(self.labels == self.predicted)

    @property
    def accuracy(self) -> Proportion:
        """The correct ones among the drawings that count, with a 95 % interval."""
        return Proportion(int(self.correct[self.counted].sum()), int(self.counted.sum()))

    @property
    def seen_accuracy(self) -> Proportion:
        """The same among the drawings that the model was trained on, which is no evidence."""
        trained = (self.labels >= 0) & self.seen
        return Proportion(int(self.correct[trained].sum()), int(trained.sum()))

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """Counts int64 [true, predicted] of the drawings that count."""
        classes = len(self.class_names)
        matrix = np.zeros((classes, classes), np.int64)
        np.add.at(matrix, (self.labels[self.counted], self.predicted[self.counted]), 1)
        return matrix


def evaluate_handwriting(
    source: str | Path,
    store: RunStore,
    data_dir: Path,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> HandwritingEvaluation:
    """Evaluate a model, “bundled” or a run folder, on all stored drawings.

    Raises DatasetError where there is none or the model is one of photos, CheckpointError, Stopped.
    """
    on_progress(0.0, "Reading your drawings")
    listing, drawings = HandwritingStore(handwriting_dir(data_dir)).read()
    if not listing.samples:
        raise DatasetError(NO_DRAWINGS, HOW_TO_DRAW)
    predictor = Predictor.load(source)
    seen = trained_on(source, store, listing.samples)
    return evaluate_drawings(
        predictor, str(source), listing.samples, drawings, seen, on_progress, should_stop
    )


def evaluate_drawings(
    predictor: Predictor,
    run: str,
    samples: Sequence[HandwritingSample],
    drawings: NDArray[np.uint8],
    seen: Collection[str],
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> HandwritingEvaluation:
    """Evaluate a model on drawings uint8 [M, H, W]; `seen` are keys of `sample_key`.

    Raises DatasetError for a model of photos, and Stopped.
    """
    inputs = model_inputs(predictor.card, drawings)
    probabilities = predictor.predict(inputs, on_progress, should_stop)
    names = {name: number for number, name in enumerate(predictor.class_names)}
    return HandwritingEvaluation(
        run=BUNDLED if run == BUNDLED else Path(run).name,
        class_names=predictor.class_names,
        samples=tuple(samples),
        labels=np.array([names.get(sample.label, -1) for sample in samples], np.int64),
        predicted=probabilities.argmax(1).astype(np.int64),
        confidences=probabilities.max(1),
        seen=np.array([sample_key(sample) in seen for sample in samples], bool),
    )


def model_inputs(card: ModelCard, drawings: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Prepare drawings uint8 [M, H, W] as the Draw page does, uint8 [M, C, h, w].

    Raises DatasetError for a model of photos.
    """
    if card.drawing == "picture":
        raise DatasetError(*PHOTO_MODEL)
    size, channels = card.model.image_size, card.model.in_channels
    inputs = np.zeros((len(drawings), channels, size, size), np.uint8)
    for number, drawing in enumerate(drawings):
        prepared = prepare_drawing(drawing, card.drawing, size)
        if prepared is not None:
            inputs[number] = prepared
    return inputs


def sample_key(sample: HandwritingSample) -> str:
    """What identifies a drawing also in another store: the moment it was drawn."""
    return f"{sample.record.time:.6f}"


def trained_on(
    source: str | Path, store: RunStore, samples: Sequence[HandwritingSample]
) -> set[str]:
    """Return the keys of the drawings that a model, or one it comes from, was trained on.

    A run with the source `handwriting` was trained on at most the drawings not kept for tests.
    """
    seen: set[str] = set()
    visited = set()
    while str(source) != BUNDLED and str(source) not in visited:
        visited.add(str(source))
        path = Path(source)
        run = Run(path.parent.parent if path.is_file() else path)  # a weights file is below it
        receipt = read_receipt(run)
        if receipt is not None:
            seen |= set(receipt.trained_on)
        try:
            parent = str(run.record.get("parent", ""))
            if run.config.data.source == HANDWRITING:
                seen |= {sample_key(sample) for sample in samples if not sample.is_test}
        except StudioError:  # without its configuration nothing more is known
            break
        if not parent:
            break
        source = BUNDLED if parent == BUNDLED else store.run(parent).path
    return seen
