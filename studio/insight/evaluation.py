"""The predictions of a model for a split, and their accuracy, confusions and calibration."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.data import ImageDataset, Split, require_splits
from studio.data.dataset_shape import dataset_title
from studio.data.datasets import FOLDER
from studio.data.file_names import name_on_disk
from studio.data.image_dataset import image_path
from studio.data.overlay.sample_fix import Fixes
from studio.data.sample_ids import SampleIds
from studio.errors import DatasetError
from studio.inference import Predictor
from studio.insight.calibration import expected_calibration_error
from studio.insight.confusion import similarity_order
from studio.insight.prediction_cache import read_probabilities, write_probabilities
from studio.paths import BUNDLED
from studio.paths import data_dir as default_data_dir
from studio.runs import Run
from studio.runs.checkpoints import weights_path
from studio.runs.run_dataset import load_run_dataset
from studio.runs.stored_epochs import source_name


@dataclass(frozen=True)
class ClassScore:
    """Scores of one class as fractions, 0 where undefined; `support` is its number of samples."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int


_LAST_WEIGHTS = "These are the weights of the last step: the run has not finished an epoch."


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A model's predictions for the M samples of a split, in the order of the split.

    images uint8 [M, C, H, W]; indices int64 [M] into the whole dataset; labels int64 [M];
    probabilities float32 [M, K], calibrated as `Predictor.predict` does; files holds the M file
    names, or nothing where the dataset has none. `source` is the folder, archive or CSV file that
    own images were read from.

    Labels and samples are those with the label fixes `fixes` that the model was trained with.
    `published_labels` int64 [M] are the labels before the fixes, None where there are none. Samples
    at `ambiguous_positions` int64 are counted apart: they are in no score. `source_key` identifies
    the dataset as published. `notice` is what a person should know about the model; mostly empty.
    """

    run: str
    dataset: str
    split: Split
    class_names: tuple[str, ...]
    images: NDArray[np.uint8]
    indices: NDArray[np.int64]
    labels: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    files: tuple[str, ...] = ()
    source: Path | None = None
    ids: SampleIds = field(default_factory=SampleIds)
    source_key: str = ""
    fixes: Fixes = field(default_factory=dict)
    published_labels: NDArray[np.int64] | None = None
    ambiguous_positions: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    notice: str = ""

    def sample_id(self, position: int) -> str:
        """Return the name of a sample in every run: its file, or published split and index."""
        return self.files[position] if self.files else self.ids.id(int(self.indices[position]))

    @cached_property
    def sample_ids(self) -> list[str]:
        """The names of all M samples."""
        return list(self.files) if self.files else self.ids.ids(self.indices)

    def find_positions(self, ids: Iterable[str]) -> NDArray[np.int64]:
        """Return the position of each sample id, -1 for one that is not evaluated."""
        return np.array([self._position_of.get(sample, -1) for sample in ids], np.int64)

    @cached_property
    def _position_of(self) -> dict[str, int]:
        return {sample: position for position, sample in enumerate(self.sample_ids)}

    def sample_name(self, position: int) -> str:
        """The bare file name of an own image, else the sample's id."""
        return Path(self.files[position]).name if self.files else self.sample_id(position)

    def file_on_disk(self, position: int) -> str:
        """Name of the image file of a sample as other programs find it; empty without files."""
        return name_on_disk(self.source, self.files[position]) if self.files else ""

    def image_path(self, position: int) -> Path | None:
        """Path of the image file of a sample; None where it has no file of its own."""
        if not self.files or self.source is None:
            return None
        return image_path(self.source, self.files[position])

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """Most probable class of each sample, int64 [M]."""
        return np.asarray(self.probabilities.argmax(1), np.int64)

    @cached_property
    def losses(self) -> NDArray[np.float32]:
        """Cross-entropy of each sample in nats, float32 [M], of the calibrated probabilities.

        The loss that a training reports is that of the logits before calibration.
        """
        true = self.probabilities[np.arange(len(self.labels)), self.labels]
        return np.asarray(-np.log(np.maximum(true, np.finfo(np.float32).tiny)), np.float32)

    @cached_property
    def ambiguous(self) -> NDArray[np.bool_]:
        """Whether each sample was marked as ambiguous when the model was trained, bool [M]."""
        mask = np.zeros(len(self.labels), bool)
        mask[self.ambiguous_positions] = True
        return mask

    @cached_property
    def relabeled(self) -> NDArray[np.bool_]:
        """Whether the label of each sample is another one than that of the files, bool [M]."""
        if self.published_labels is None:
            return np.zeros(len(self.labels), bool)
        return np.asarray(self.published_labels != self.labels)

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """Whether each sample is in the scores, bool [M]: all but the ambiguous ones.

        Where all are ambiguous, all are counted.
        """
        return ~self.ambiguous if not self.ambiguous.all() else self.ambiguous

    @cached_property
    def correct(self) -> NDArray[np.bool_]:
        """Whether the prediction of each sample is its label, bool [M]."""
        return np.asarray(self.predicted == self.labels)

    @property
    def accuracy(self) -> float:
        """Fraction of correct predictions among the counted samples."""
        return float(self.correct[self.counted].mean())

    @cached_property
    def calibration_error(self) -> float:
        """Expected calibration error, 0..1: the mean gap between confidence and accuracy."""
        return expected_calibration_error(
            self.probabilities[self.counted], self.labels[self.counted]
        )

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """Counts int64 [true, predicted]."""
        classes = len(self.class_names)
        pairs = (self.labels * classes + self.predicted)[self.counted]
        cells = np.bincount(pairs, minlength=classes * classes)
        return cells.reshape(classes, classes)

    @cached_property
    def class_order(self) -> NDArray[np.int64]:
        """An order of the classes in which those often confused are neighbors, int64 [K]."""
        return similarity_order(self.confusion)

    @cached_property
    def per_class(self) -> list[ClassScore]:
        """Precision, recall and F1 of every class."""
        correct = self.confusion.diagonal()
        support, predicted = self.confusion.sum(1), self.confusion.sum(0)
        precision, recall = _ratio(correct, predicted), _ratio(correct, support)
        f1 = _ratio(2 * correct, support + predicted)
        return [
            ClassScore(name, float(precision[c]), float(recall[c]), float(f1[c]), int(support[c]))
            for c, name in enumerate(self.class_names)
        ]

    def mistakes(self) -> NDArray[np.int64]:
        """Positions (0..M-1) of counted samples that are misclassified, highest loss first."""
        wrong = np.flatnonzero(~self.correct & self.counted)
        return wrong[np.argsort(-self.losses[wrong], kind="stable")]

    def most_confused(self, count: int = 10) -> list[tuple[int, int, int]]:
        """The most frequent confusions as (true, predicted, count), at most `count`."""
        cells = self.confusion * ~np.eye(len(self.class_names), dtype=bool)
        order = np.argsort(-cells, axis=None, kind="stable")[:count]
        pairs = zip(*np.unravel_index(order, cells.shape), strict=True)
        return [(int(t), int(p), int(cells[t, p])) for t, p in pairs if cells[t, p]]


def _ratio(numerator: NDArray[np.int64], total: NDArray[np.int64]) -> NDArray[np.float64]:
    return numerator / np.maximum(total, 1)


def evaluate(
    run: str | Path,
    split: Split = "test",
    data_dir: Path | None = None,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> Evaluation:
    """Evaluate a model on a split of the dataset it was trained on.

    `run` is `bundled`, a run folder, or one of its weights files, as `RunStore.weights_source` has.

    The predictions are cached in the run folder and read back while weights and data are the same.
    Raises CheckpointError, DatasetError, and Stopped.
    """
    on_progress(0.0, "Loading the model")
    weights = weights_path(run)
    has_best = str(run) == BUNDLED or weights != Run(Path(run)).last_weights
    predictor = Predictor.load(weights)
    config = predictor.card.data
    dataset = load_run_dataset(
        run, config, data_dir or default_data_dir(), on_progress, should_stop
    )
    require_splits(dataset, config)
    _require_same_classes(predictor, dataset)
    indices = dataset.splits[split]
    probabilities = read_probabilities(run, weights, dataset, split)
    if probabilities is None:
        probabilities = _predict(predictor, dataset, split, on_progress, should_stop)
        write_probabilities(run, weights, dataset, split, probabilities)
    return Evaluation(
        run=BUNDLED if str(run) == BUNDLED else source_name(Path(run)),
        dataset=dataset.name,
        split=split,
        class_names=predictor.class_names,
        images=dataset.images[indices],
        indices=indices,
        labels=dataset.labels[indices],
        probabilities=probabilities,
        files=tuple(dataset.files[row] for row in indices) if dataset.files else (),
        source=Path(config.path) if config.source == FOLDER and config.path else None,
        ids=dataset.sample_ids,
        source_key=dataset.source_key,
        fixes=dataset.fixes,
        published_labels=None
        if dataset.published_labels is None
        else dataset.published_labels[indices],
        ambiguous_positions=np.flatnonzero(dataset.ambiguous[indices]),
        notice="" if has_best else _LAST_WEIGHTS,
    )


def _require_same_classes(predictor: Predictor, dataset: ImageDataset) -> None:
    """Raise DatasetError when the classes of own images changed since the training."""
    if dataset.class_names != predictor.class_names:
        raise DatasetError(
            f"The classes of “{dataset_title(predictor.card.data)}” are no longer those of the "
            "model.",
            "Restore the class folders, or train again.",
        )


def _predict(
    predictor: Predictor,
    dataset: ImageDataset,
    split: Split,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> NDArray[np.float32]:
    images = dataset.images[dataset.splits[split]]

    def report(fraction: float, _message: str) -> None:
        on_progress(fraction, f"Evaluating {len(images):,} samples")

    return predictor.predict(images, report, should_stop)
