"""The training samples that are nearest to an image in the feature space of a model.

Near is not why: the samples are similar to the model, which need not have learned from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.data import ImageDataset, load_dataset
from studio.errors import Stopped
from studio.inference import Predictor
from studio.insight.features import Features, load_features, sample_balanced
from studio.paths import data_dir as default_data_dir


@dataclass(frozen=True, eq=False)
class Neighbor:
    """A training sample: its id, row in the dataset, label, and image uint8 [C, H, W].

    `similarity` is the cosine of the angle between the features, at most 1. `is_same` says that it
    is the sample searched for, `is_duplicate` that it is another one with exactly the same pixels.
    """

    sample: str
    index: int
    label: int
    similarity: float
    image: NDArray[np.uint8]
    is_same: bool
    is_duplicate: bool


class NearestSamples:
    """Searches training samples by exact comparison with each of them.

    `rows` int64 [N] are those of the dataset whose `features` are given.
    """

    def __init__(
        self,
        predictor: Predictor,
        dataset: ImageDataset,
        rows: NDArray[np.int64],
        features: Features,
    ) -> None:
        self.features = features
        self.class_names = predictor.class_names
        self.count, self.is_complete = len(rows), len(rows) == len(dataset.splits["train"])
        self._predictor, self._dataset = predictor, dataset
        labels = dataset.labels[rows]
        # Samples of one class lie beside each other, so that a class is searched without a copy.
        order = np.argsort(labels, kind="stable")
        self._rows, self._values = rows[order], features.values[order]
        self._starts = np.searchsorted(labels[order], np.arange(len(self.class_names) + 1))

    def find(
        self, image: NDArray[np.uint8], classes: Sequence[int], count: int, index: int = -1
    ) -> list[list[Neighbor]]:
        """Return the `count` nearest training samples of each of the classes, nearest first.

        `image` is a model input uint8 [C, h, w], and `index` its row in the dataset, or -1 where it
        is not of the dataset.
        """
        raw = self._predictor.features(image[np.newaxis])
        query = self.features.project(raw)[0]
        return [
            [
                self._neighbor(place, similarity, image, index)
                for place, similarity in self.search(query, wanted, count)
            ]
            for wanted in classes
        ]

    def search(
        self, query: NDArray[np.float32], wanted: int, count: int
    ) -> list[tuple[int, float]]:
        """Return the places and similarities of the samples of a class nearest to `query` [d]."""
        begin, end = self._starts[wanted], self._starts[wanted + 1]
        similarities = self._values[begin:end] @ query
        count = min(count, len(similarities))
        if not count:
            return []
        nearest = np.argpartition(-similarities, count - 1)[:count]
        nearest = nearest[np.lexsort((nearest, -similarities[nearest]))]
        return [(int(begin + place), float(similarities[place])) for place in nearest]

    def _neighbor(
        self, place: int, similarity: float, image: NDArray[np.uint8], index: int
    ) -> Neighbor:
        row = int(self._rows[place])
        dataset, found = self._dataset, self._dataset.images[row]
        is_same = row == index
        return Neighbor(
            sample=dataset.sample_ids.id(row),
            index=row,
            label=int(dataset.labels[row]),
            similarity=min(similarity, 1.0),
            image=np.array(found),
            is_same=is_same,
            is_duplicate=not is_same and bool(np.array_equal(found, image)),
        )


def load_nearest(
    run: str | Path,
    data_dir: Path | None = None,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> NearestSamples:
    """Prepare the search among the training samples of a model (`bundled` or a run folder).

    Of more than `MAX_SAMPLES`, as many of each class as possible are searched. Raises
    CheckpointError, DatasetError and Stopped.
    """
    on_progress(0.0, "Loading the training samples")
    predictor = Predictor.load(run)
    folder = data_dir or default_data_dir()
    dataset = load_dataset(predictor.card.data, folder, on_progress, should_stop)
    train = dataset.splits["train"]
    rows = train[sample_balanced(dataset.labels[train])]
    images = dataset.images[rows]
    features = load_features(run, "train", images, on_progress, should_stop)
    if should_stop():  # also where everything was cached
        raise Stopped
    return NearestSamples(predictor, dataset, rows, features)
