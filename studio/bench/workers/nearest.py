"""Time to find the nearest training samples of an image among sixty thousand."""

import time

import numpy as np
from numpy.typing import NDArray

from studio.bench.workers.protocol import Send, wait_for_request
from studio.bench.workload import Workload
from studio.data import load_dataset
from studio.inference import Predictor
from studio.insight.features import MAX_DIMENSIONS, MAX_SAMPLES, Features
from studio.insight.nearest import NearestSamples
from studio.training.backend.threads import set_threads

SEARCHES = 50
_NEIGHBORS = 12


def search(workload: Workload, send: Send) -> None:
    """Search on request, as the Mistakes page does: with one thread, for two classes."""
    set_threads(1)
    searcher = _Searcher(workload)
    searcher.measure()
    send({"precision": "float32", "threads": 1, "dimensions": MAX_DIMENSIONS})
    while True:
        wait_for_request()
        send({"searches": searcher.measure()})


class _Searcher:
    """Random features of samples that repeat up to `MAX_SAMPLES`, under the bundled model."""

    def __init__(self, workload: Workload) -> None:
        dataset = load_dataset(workload.config.data, workload.data_dir)
        rng = np.random.default_rng(0)
        values = rng.normal(size=(MAX_SAMPLES, MAX_DIMENSIONS)).astype(np.float32)
        values /= np.linalg.norm(values, axis=1, keepdims=True)
        rows = np.arange(MAX_SAMPLES) % len(dataset.labels)
        predictor = Predictor.load("bundled")
        self._samples = NearestSamples(predictor, dataset, rows, Features(values))
        size = predictor.card.model.image_size
        self._images = rng.integers(0, 256, (SEARCHES, 1, size, size)).astype(np.uint8)

    def measure(self) -> list[float]:
        """Return the milliseconds of each search, from the image to the neighbors."""
        return [self._search(image) for image in self._images]

    def _search(self, image: NDArray[np.uint8]) -> float:
        started = time.perf_counter()
        self._samples.find(image, (3, 8), _NEIGHBORS)
        return 1000 * (time.perf_counter() - started)
