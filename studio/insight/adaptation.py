"""Adapt a model to the user's drawings: fine-tune, measure before and after, write a new run."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.data import ImageDataset
from studio.data.dataset_shape import dataset_title
from studio.data.datasets import DATASETS, is_available
from studio.data.handwriting.enough import WHY_OWN_DATA, too_few_to_adapt
from studio.data.handwriting.sample import HandwritingSample
from studio.data.handwriting.store import HandwritingStore
from studio.data.image_dataset import Split
from studio.errors import DatasetError, MissingDatasetError
from studio.inference import Predictor
from studio.insight.adaptation_receipt import AdaptationReceipt, Figure
from studio.insight.adapted_run import write_adapted_run
from studio.insight.handwriting import (
    HOW_TO_DRAW,
    NO_DRAWINGS,
    model_inputs,
    sample_key,
    trained_on,
)
from studio.paths import BUNDLED, handwriting_dir
from studio.runs import Run, RunStore
from studio.runs.checkpoints import ModelCard, load_model, weights_path
from studio.runs.familiarity import Familiarity
from studio.runs.run_dataset import load_run_dataset
from studio.runs.run_folders import run_key
from studio.runs.test_openings import record_test_opening
from studio.training.adaptation import AdaptationSettings, Adapter, LabeledImages
from studio.training.familiarity import fit_familiarity, quantiles, score
from studio.training.input.normalization import Normalizer
from studio.training.temperature import fit_temperature

FOLDS = 3

# The fraction of the whole work after which each stage ends.
_PREPARED, _FITTED, _TESTED = 0.45, 0.6, 0.98
_OWN_DATA = 0.9  # the same of the preparation

Correct = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Adaptation:
    """The new run and its receipt."""

    run: Run
    receipt: AdaptationReceipt


@dataclass(frozen=True, eq=False)
class _Material:
    """What a model is adapted with: the drawings it has classes for, and its own dataset.

    `seen` are the keys of drawings that it was trained on before.
    """

    model: nn.Module
    card: ModelCard
    samples: tuple[HandwritingSample, ...]
    inputs: NDArray[np.uint8]
    labels: NDArray[np.int64]
    dataset: ImageDataset
    seen: Collection[str]

    @property
    def unseen(self) -> NDArray[np.bool_]:
        """Which drawings count, bool [N]: those that the model was not trained on."""
        return np.array([sample_key(sample) not in self.seen for sample in self.samples], bool)


def adapt_to_handwriting(
    source: str | Path,
    store: RunStore,
    data_dir: Path,
    settings: AdaptationSettings | None = None,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> Adaptation:
    """Fine-tune a model, “bundled” or a run folder, on its own data and all stored drawings.

    The result is a new run whose parent is the model; nothing is written before it is complete.
    What it changes on the drawings is measured by cross-validation. Raises DatasetError where
    drawings or the model's own dataset are missing, CheckpointError, RunError and Stopped.
    """
    settings, began = settings or AdaptationSettings(), time.perf_counter()
    on_progress(0.0, "Reading your drawings")
    material = _load(source, store, data_dir, should_stop)
    adapter = _prepare(material, settings, _within(on_progress, 0.02, _PREPARED), should_stop)
    predictor = Predictor(material.model, material.card)
    before = _correct(predictor, material.inputs, material.labels, should_stop)
    fitting = _within(on_progress, _PREPARED, _FITTED)
    after = cross_validate(
        adapter, material.inputs, material.labels, material.card, fitting, should_stop
    )
    last = _within(fitting, FOLDS / (FOLDS + 1), 1.0)
    last(0.0, "Adapting to all of your drawings")
    adapted = adapter.fit(None, last, should_stop)
    card = _calibrate(adapter, adapted.model, material)
    testing = _within(on_progress, _FITTED, _TESTED)
    test_before, test_after = _test(adapter, adapted.model, material, testing, should_stop)
    record_test_opening(source, "adapt")
    parent = BUNDLED if str(source) == BUNDLED else run_key(Path(source), store.runs_dir)
    counted = material.unseen
    receipt = AdaptationReceipt(
        parent=parent,
        dataset=dataset_title(material.card.data),
        drawings=len(material.labels),
        folds=FOLDS,
        drawings_before=_figure(before[counted]),
        drawings_after=_figure(after[counted]),
        fixed=int((~before & after)[counted].sum()),
        broken=int((before & ~after)[counted].sum()),
        test_before=test_before,
        test_after=test_after,
        seed=settings.seed,
        steps=settings.steps,
        seconds=time.perf_counter() - began,
        blend=adapted.blend,
        trained_on=tuple(sample_key(sample) for sample in material.samples),
    )
    on_progress(_TESTED, "Writing the run")
    run = write_adapted_run(store, adapted.model, card, receipt, settings, material.dataset)
    return Adaptation(run, receipt)


def cross_validate(
    adapter: Adapter,
    inputs: NDArray[np.uint8],
    labels: NDArray[np.int64],
    card: ModelCard,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> Correct:
    """Whether each drawing is predicted correctly by a model adapted without it, bool [N].

    `FOLDS` models are each adapted to the drawings of the other folds. Raises Stopped.
    """
    folds, correct = assign_folds(labels), np.zeros(len(labels), bool)
    for fold in range(FOLDS):
        report = _within(on_progress, fold / (FOLDS + 1), (fold + 1) / (FOLDS + 1))
        held_out = folds == fold
        if not held_out.any():
            continue
        report(0.0, f"Testing the adaptation, part {fold + 1} of {FOLDS}")
        chosen = torch.from_numpy(np.flatnonzero(~held_out))
        model = Predictor(adapter.fit(chosen, report, should_stop).model, card)
        correct[held_out] = _correct(model, inputs[held_out], labels[held_out], should_stop)
    return correct


def assign_folds(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the fold of each drawing, int64 [N]: those of a class go to the folds in turn."""
    folds = np.zeros(len(labels), np.int64)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        # Another first fold for each class, so that classes of one drawing are not all in one.
        folds[members] = (np.arange(len(members)) + label) % FOLDS
    return folds


def _load(
    source: str | Path, store: RunStore, data_dir: Path, should_stop: ShouldStop
) -> _Material:
    listing, drawings = HandwritingStore(handwriting_dir(data_dir)).read()
    if not listing.samples:
        raise DatasetError(NO_DRAWINGS, HOW_TO_DRAW)
    model, card = load_model(weights_path(source))
    inputs = model_inputs(card, drawings)
    names = {name: number for number, name in enumerate(card.class_names)}
    known = [n for n, sample in enumerate(listing.samples) if sample.label in names]
    samples = tuple(listing.samples[n] for n in known)
    labels = np.array([names[sample.label] for sample in samples], np.int64)
    _require_enough(labels)
    try:
        dataset = load_run_dataset(source, card.data, data_dir, should_stop=should_stop)
    except DatasetError as error:
        raise _with_reason(error, card, data_dir) from None
    seen = trained_on(source, store, listing.samples)
    return _Material(model, card, samples, inputs[known], labels, dataset, seen)


def _with_reason(error: DatasetError, card: ModelCard, data_dir: Path) -> DatasetError:
    """The error of a dataset that cannot be loaded, with the reason why it is needed."""
    message = f"{error.message} {WHY_OWN_DATA}"
    info = DATASETS.get(card.data.source)
    if info is None or not info.archives or is_available(info.id, data_dir):
        return DatasetError(message, error.hint)
    return MissingDatasetError(message, error.hint, info.id)


def _require_enough(labels: NDArray[np.int64]) -> None:
    """Raise DatasetError where the drawings of classes that the model has are too few."""
    if too_few := too_few_to_adapt(labels.tolist()):
        raise DatasetError(*too_few)


def create_adapter(
    model: nn.Module,
    card: ModelCard,
    dataset: ImageDataset,
    settings: AdaptationSettings,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> Adapter:
    """Create the adapter of a model with the training and validation split of its own dataset.

    Raises Stopped.
    """
    normalize = Normalizer(card.mean, card.std, "cpu")
    model = model.to(memory_format=torch.channels_last)
    adapter = Adapter(model, card.model, normalize, settings)
    on_progress(0.0, f"Preparing samples of {dataset_title(card.data)}")
    replay = _split(dataset, "train").images
    adapter.prepare(replay, _split(dataset, "val"), on_progress, should_stop)
    return adapter


def _prepare(
    material: _Material,
    settings: AdaptationSettings,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> Adapter:
    report = _within(on_progress, 0.0, _OWN_DATA)
    adapter = create_adapter(
        material.model, material.card, material.dataset, settings, report, should_stop
    )
    report = _within(on_progress, _OWN_DATA, 1.0)
    report(0.0, "Preparing your drawings")
    own = LabeledImages(torch.from_numpy(material.inputs), torch.from_numpy(material.labels))
    adapter.set_drawings(own, report, should_stop)
    return adapter


def _split(dataset: ImageDataset, name: Split) -> LabeledImages:
    rows = dataset.splits[name]
    images = np.ascontiguousarray(dataset.images[rows])
    return LabeledImages(torch.from_numpy(images), torch.from_numpy(dataset.labels[rows]))


def _calibrate(adapter: Adapter, network: nn.Module, material: _Material) -> ModelCard:
    """The card with temperature, familiarity and accuracy of the validation split."""
    labels = _split(material.dataset, "val").labels
    features, logits = adapter.validate(network)
    values = {
        "temperature": fit_temperature(logits, labels),
        "val_accuracy": float((logits.argmax(1) == labels).double().mean()),
        "familiarity": _familiarity(material.card.familiarity, features, logits, labels),
        "epoch": 1,
    }
    return material.card.model_copy(update=values)


def _familiarity(
    known: Familiarity | None, features: Tensor, logits: Tensor, labels: Tensor
) -> Familiarity | None:
    """The familiarity of the adapted model: its scores moved, so their quantiles are new.

    Classes of what is no digit stay as they were trained.
    """
    if known is None or not known.weights:
        return fit_familiarity(logits, labels) if known is not None else None
    others = functional.linear(features, torch.tensor(known.weights), torch.tensor(known.bias))
    return known.model_copy(update={"quantiles": quantiles(score(known, logits, others))})


def _test(
    adapter: Adapter,
    network: nn.Module,
    material: _Material,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> tuple[Figure, Figure]:
    """The accuracy of both models on the test split of their dataset."""
    test = _split(material.dataset, "test")
    on_progress(0.0, f"Testing both models on {len(test.labels):,} original test samples")
    before, after = (
        np.asarray((predicted == test.labels).numpy())
        for predicted in adapter.compare(network, test.images, on_progress, should_stop)
    )
    return _figure(before), _figure(after)


def _correct(
    predictor: Predictor,
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    should_stop: ShouldStop,
    on_progress: OnProgress = ignore_progress,
) -> Correct:
    predicted = predictor.logits(images, on_progress, should_stop).argmax(1).numpy()
    return np.asarray(predicted == labels)


def _figure(correct: Correct) -> Figure:
    return Figure(correct=int(correct.sum()), total=len(correct))


def _within(on_progress: OnProgress, start: float, end: float) -> OnProgress:
    """Return a callback whose progress moves from `start` to `end` of the whole."""
    return lambda fraction, text: on_progress(start + fraction * (end - start), text)
