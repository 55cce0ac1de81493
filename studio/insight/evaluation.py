"""How right a network is on a split, sample by sample."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.config import DataConfig
from studio.data import ImageDataset, Split, load_dataset, require_splits
from studio.data.dataset_shape import dataset_title
from studio.data.datasets import FOLDER
from studio.data.image_dataset import image_path, sample_id
from studio.errors import DatasetError
from studio.inference import Predictor
from studio.insight.cache import read_probabilities, write_probabilities
from studio.insight.calibration import expected_calibration_error
from studio.paths import BUNDLED
from studio.paths import data_dir as default_data_dir
from studio.runs.checkpoints import weights_path


@dataclass(frozen=True)
class ClassScore:
    """Fractions of one class; `support` counts its samples. 0 where nothing can be said."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A network's answers to the M samples of a split, in the split's order.

    images uint8 [M, C, H, W]; indices int64 [M] into the whole image set; labels int64 [M];
    probabilities float32 [M, K], calibrated as `Predictor.predict` does; files holds the M file
    names, or nothing where the set has none. `source` is the folder, archive or CSV list that own
    images were read from.
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

    def sample_id(self, position: int) -> str:
        """Split and index within the split of the sample at `position`: "test:9729"."""
        return sample_id(self.split, position)

    def sample_name(self, position: int) -> str:
        """The bare file name of an own image, else the sample's id."""
        return Path(self.files[position]).name if self.files else self.sample_id(position)

    def image_path(self, position: int) -> Path | None:
        """Where the image file of a sample lies; None where it has no file of its own."""
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

        A training reports that of the logits as they are, before any temperature is fitted.
        """
        true = self.probabilities[np.arange(len(self.labels)), self.labels]
        return np.asarray(-np.log(np.maximum(true, np.finfo(np.float32).tiny)), np.float32)

    @property
    def accuracy(self) -> float:
        """Share of samples read right."""
        return float((self.predicted == self.labels).mean())

    @cached_property
    def calibration_error(self) -> float:
        """Expected calibration error (0..1): how far confidence is from accuracy."""
        return expected_calibration_error(self.probabilities, self.labels)

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """Counts int64 [true, predicted]."""
        classes = len(self.class_names)
        cells = np.bincount(self.labels * classes + self.predicted, minlength=classes * classes)
        return cells.reshape(classes, classes)

    @cached_property
    def per_class(self) -> list[ClassScore]:
        """Precision, recall and F1 of every class."""
        hits = self.confusion.diagonal()
        support, read_as = self.confusion.sum(1), self.confusion.sum(0)
        precision, recall = _share(hits, read_as), _share(hits, support)
        f1 = _share(2 * hits, support + read_as)
        return [
            ClassScore(name, float(precision[c]), float(recall[c]), float(f1[c]), int(support[c]))
            for c, name in enumerate(self.class_names)
        ]

    def mistakes(self) -> NDArray[np.int64]:
        """Positions (0..M-1) of samples read wrong, highest loss first."""
        wrong = np.flatnonzero(self.predicted != self.labels)
        return wrong[np.argsort(-self.losses[wrong], kind="stable")]

    def most_confused(self, count: int = 10) -> list[tuple[int, int, int]]:
        """The most frequent mistakes as (true, predicted, count), at most `count`."""
        cells = self.confusion * ~np.eye(len(self.class_names), dtype=bool)
        order = np.argsort(-cells, axis=None, kind="stable")[:count]
        pairs = zip(*np.unravel_index(order, cells.shape), strict=True)
        return [(int(t), int(p), int(cells[t, p])) for t, p in pairs if cells[t, p]]


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    return part / np.maximum(whole, 1)


def evaluate(
    run: str | Path,
    split: Split = "test",
    data_dir: Path | None = None,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> Evaluation:
    """Let a network (`bundled` or a run folder) read every sample of a split of its own data.

    Answers are kept beside the run and read back as long as weights and data are the same.
    Raises CheckpointError, DatasetError, and Stopped when asked to stop.
    """
    on_progress(0.0, "Loading the network")
    weights = weights_path(run)
    predictor = Predictor.load(weights)
    image_set = load_dataset(
        predictor.card.data, data_dir or default_data_dir(), on_progress, should_stop
    )
    require_splits(image_set, predictor.card.data)
    _require_same_classes(predictor, image_set)
    indices = image_set.splits[split]
    probabilities = read_probabilities(run, weights, image_set, split)
    if probabilities is None:
        probabilities = _predict(predictor, image_set, split, on_progress, should_stop)
        write_probabilities(run, weights, image_set, split, probabilities)
    return Evaluation(
        run=BUNDLED if str(run) == BUNDLED else Path(run).name,
        dataset=image_set.name,
        split=split,
        class_names=predictor.class_names,
        images=image_set.images[indices],
        indices=indices,
        labels=image_set.labels[indices],
        probabilities=probabilities,
        files=tuple(image_set.files[row] for row in indices) if image_set.files else (),
        source=_own_source(predictor.card.data),
    )


def _own_source(config: DataConfig) -> Path | None:
    return Path(config.path) if config.source == FOLDER and config.path else None


def _require_same_classes(predictor: Predictor, image_set: ImageDataset) -> None:
    """Own pictures may have changed since a network learned from them. Raises DatasetError."""
    if image_set.class_names != predictor.class_names:
        raise DatasetError(
            f"The classes of “{dataset_title(predictor.card.data)}” are no longer those of the "
            "network.",
            "Put the folders back as they were, or train again.",
        )


def _predict(
    predictor: Predictor,
    image_set: ImageDataset,
    split: Split,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> NDArray[np.float32]:
    images = image_set.images[image_set.splits[split]]

    def report(fraction: float, _message: str) -> None:
        on_progress(fraction, f"Evaluating {len(images):,} samples")

    return predictor.predict(images, report, should_stop)
