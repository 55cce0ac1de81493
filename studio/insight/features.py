"""Features of samples: what the last linear layer of a model gets, which it tells classes apart by.

Needs torch to compute them, not to read or hold them.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from studio.array_files import read_npz
from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.data import Split
from studio.files import write_atomic
from studio.insight.prediction_cache import hash_file
from studio.paths import BUNDLED, cache_dir
from studio.runs.checkpoints import weights_path
from studio.runs.stored_epochs import cache_location

if TYPE_CHECKING:
    from studio.inference import Predictor

MAX_SAMPLES = 60_000  # of a map, and of the samples searched for the nearest ones
MAX_DIMENSIONS = 256  # longer features are reduced: 60,000 of them take 31 MB on disk
_FIT_SAMPLES = 1_000  # to which the axes of the reduction are fitted
_HASH_BLOCK = 500  # images


@dataclass(frozen=True, eq=False)
class Features:
    """Features of N samples, scaled to length 1, so that a dot product is a cosine similarity.

    `values` float32 [N, d]. Where the layer has more than `MAX_DIMENSIONS` inputs, they are
    coordinates on the `axes`, float32 [D, d], that keep most of the squared length: `kept`, 0..1.
    """

    values: NDArray[np.float32]
    axes: NDArray[np.float32] | None = None
    kept: float = 1.0

    def project(self, raw: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return inputs of the last layer [n, D] in the form of `values`, float32 [n, d]."""
        return _normalize(raw if self.axes is None else raw @ self.axes)


def sample_balanced(
    labels: NDArray[np.int64], limit: int = MAX_SAMPLES, seed: int = 0
) -> NDArray[np.int64]:
    """Return at most `limit` positions, increasing, int64 [n]: of each class as many as possible.

    Classes with fewer samples are complete, and the others have nearly equal numbers.
    """
    if len(labels) <= limit:
        return np.arange(len(labels), dtype=np.int64)
    order = np.random.default_rng(seed).permutation(len(labels))
    # The place of each sample among those of its class, in random order.
    sorted_order = order[np.argsort(labels[order], kind="stable")]
    _, starts, counts = np.unique(labels[sorted_order], return_index=True, return_counts=True)
    place = np.arange(len(labels)) - np.repeat(starts, counts)
    chosen = sorted_order[np.argsort(place, kind="stable")[:limit]]
    return np.sort(chosen).astype(np.int64)


def compute_features(
    predictor: "Predictor",
    images: NDArray[np.uint8],
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> Features:
    """Compute the features of images uint8 [N, C, H, W] of the model's input shape.

    Raises Stopped.
    """

    def report(fraction: float, _message: str) -> None:
        on_progress(fraction, f"Computing features of {len(images):,} samples")

    axes, kept = None, 1.0
    if not len(images):
        return Features(np.zeros((0, min(predictor.feature_count, MAX_DIMENSIONS)), np.float32))
    if predictor.feature_count > MAX_DIMENSIONS:
        rows = np.linspace(0, len(images) - 1, min(_FIT_SAMPLES, len(images))).astype(np.int64)
        axes, kept = _fit_axes(predictor.features(images[rows], None, report, should_stop))
    return Features(_normalize(predictor.features(images, axes, report, should_stop)), axes, kept)


def load_features(
    run: str | Path,
    split: Split,
    images: NDArray[np.uint8],
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> Features:
    """Return the features of images of a split under a model, `bundled` or a run folder.

    They are cached beside the run, and read back while weights and images are the same. Raises
    CheckpointError and Stopped.
    """
    path = cache_path(run, split)
    key = features_key(run, images)
    cached = _read(path, key)
    if cached is not None:
        return cached
    from studio.inference import Predictor

    on_progress(0.0, "Loading the model")
    features = compute_features(Predictor.load(run), images, on_progress, should_stop)
    _write(path, key, features)
    return features


def features_key(run: str | Path, images: NDArray[np.uint8]) -> str:
    """Return hex digits that change with the weights of a model and the pixels of the images.

    Raises CheckpointError.
    """
    digest = hashlib.blake2b(hash_file(weights_path(run)).encode(), digest_size=8)
    digest.update(str(images.shape).encode())
    for start in range(0, len(images), _HASH_BLOCK):
        digest.update(np.ascontiguousarray(images[start : start + _HASH_BLOCK]).data)
    return digest.hexdigest()


def cache_path(run: str | Path, name: str) -> Path:
    """Return the file beside the run in which something about its features is cached."""
    if str(run) == BUNDLED:
        return cache_dir() / BUNDLED / "features" / f"{name}.npz"
    folder, name = cache_location(Path(run), name)
    return folder / "features" / f"{name}.npz"


def read_arrays(path: Path, key: str) -> dict[str, NDArray[np.float32]] | None:
    """Return cached arrays by name, as float32; None if they are missing, damaged or outdated."""
    try:
        arrays = read_npz(path)
        if str(arrays.pop("key", "")) == key:
            return {name: np.asarray(array, np.float32) for name, array in arrays.items()}
    except (OSError, ValueError):
        pass  # a missing or damaged cache is computed again
    return None


def write_arrays(path: Path, key: str, **arrays: NDArray[np.floating]) -> None:
    """Cache arrays atomically. A folder that cannot be written is no error."""
    content: dict[str, Any] = {"key": np.array(key), **arrays}

    def write(partial: Path) -> None:
        with partial.open("wb") as handle:
            np.savez(handle, **content)

    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, write)


def _read(path: Path, key: str) -> Features | None:
    arrays = read_arrays(path, key)
    if arrays is None or "values" not in arrays or "kept" not in arrays:
        return None
    # The values are stored in half precision: their length is no longer exactly 1.
    return Features(_normalize(arrays["values"]), arrays.get("axes"), float(arrays["kept"]))


def _write(path: Path, key: str, features: Features) -> None:
    arrays: dict[str, NDArray[np.floating]] = {
        "values": features.values.astype(np.float16),
        "kept": np.array(features.kept, np.float32),
    }
    if features.axes is not None:
        arrays["axes"] = features.axes
    write_arrays(path, key, **arrays)


def _fit_axes(raw: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """Return the axes float32 [D, d] of the largest squared lengths of [n, D], and their fraction.

    They are the first right singular vectors, not centered, so that angles are kept.
    """
    gram = raw.astype(np.float64) @ raw.T
    values, vectors = np.linalg.eigh(gram)
    values, vectors = values[::-1][:MAX_DIMENSIONS], vectors[:, ::-1][:, :MAX_DIMENSIONS]
    is_axis = values > 1e-9 * max(values[0], 1e-300)
    axes = raw.T @ (vectors[:, is_axis] / np.sqrt(values[is_axis]))
    kept = float(values[is_axis].sum() / max(np.trace(gram), 1e-300))
    return np.asarray(axes, np.float32), min(kept, 1.0)


def _normalize(raw: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale the rows of [n, d] to length 1; rows of zeros stay."""
    length = np.linalg.norm(raw, axis=1, keepdims=True)
    return np.asarray(raw / np.maximum(length, 1e-12), np.float32)
