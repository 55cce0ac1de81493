"""A two-dimensional map of the samples of a split, by their features."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.insight.features import (
    cache_path,
    features_key,
    load_features,
    read_arrays,
    sample_balanced,
    write_arrays,
)

if TYPE_CHECKING:
    from studio.insight.evaluation import Evaluation

TSNE_DIMENSIONS = 50  # as in the paper of t-SNE: more of them hardly change the nearest neighbors
_LAYOUT_VERSION = "1"  # of cached maps; another one when `tsne` gives other positions


@dataclass(frozen=True, eq=False)
class SampleMap:
    """Positions of n samples of an evaluation on a map, in -1..1 in both directions.

    `samples` int64 [n] are their positions in the evaluation, increasing: all, or as many of each
    class as possible. `principal` float32 [n, d] are the principal components of their features,
    `pca` float32 [n, 2] the first two of them, `tsne` float32 [n, 2] or None while it is not
    computed. `variance` is the fraction of the variance of the features that `pca` shows.
    """

    samples: NDArray[np.int64]
    principal: NDArray[np.float32]
    pca: NDArray[np.float32]
    variance: float
    key: str
    tsne: NDArray[np.float32] | None = None


def prepare_map(
    run: str | Path,
    evaluation: "Evaluation",
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> SampleMap:
    """Return the map of an evaluation of `run` (`bundled` or a run folder) by PCA.

    A t-SNE that was computed before is read back. Raises CheckpointError and Stopped.
    """
    samples = sample_balanced(evaluation.labels)
    is_complete = len(samples) == len(evaluation.labels)
    images = evaluation.images if is_complete else evaluation.images[samples]
    features = load_features(run, evaluation.split, images, on_progress, should_stop)
    principal, variance = principal_components(features.values, TSNE_DIMENSIONS)
    key = f"{features_key(run, images)}-{_LAYOUT_VERSION}"
    cached = read_arrays(_tsne_path(run, evaluation), key)
    return SampleMap(
        samples=samples,
        principal=principal,
        pca=fit_square(principal[:, :2]),
        variance=float(variance[:2].sum()),
        key=key,
        tsne=None if cached is None else cached.get("positions"),
    )


def compute_tsne(
    run: str | Path,
    evaluation: "Evaluation",
    sample_map: SampleMap,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> NDArray[np.float32]:
    """Return positions float32 [n, 2] by t-SNE, in -1..1, and cache them. Raises Stopped."""
    from studio.insight.tsne import embed

    principal = sample_map.principal
    positions = fit_square(embed(principal, principal[:, :2], on_progress, should_stop))
    write_arrays(_tsne_path(run, evaluation), sample_map.key, positions=positions)
    return positions


def principal_components(
    values: NDArray[np.float32], count: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the first principal components of [N, d], and their fractions of the variance.

    Float32 [N, max(2, min(count, d))], the missing ones 0, and float32 of the same number. The sign
    of each axis is such that its largest weight is positive.
    """
    count = max(2, min(count, values.shape[1]))
    components = np.zeros((len(values), count), np.float32)
    fractions = np.zeros(count, np.float32)
    if not values.size:
        return components, fractions
    centered = values - values.mean(0)
    covariance = (centered.T @ centered).astype(np.float64) / len(values)
    variances, axes = np.linalg.eigh(covariance)
    variances, axes = variances[::-1][:count], axes[:, ::-1][:, :count]
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(axes.shape[1])])
    components[:, : axes.shape[1]] = centered @ axes.astype(np.float32)
    fractions[: axes.shape[1]] = variances.clip(0) / max(np.trace(covariance), 1e-300)
    return components, fractions


def fit_square(positions: NDArray[np.floating]) -> NDArray[np.float32]:
    """Center positions [N, 2] and scale them equally in both directions, to fill -1..1."""
    if not len(positions):
        return np.zeros((0, 2), np.float32)
    low, high = positions.min(0), positions.max(0)
    extent = float((high - low).max())
    return np.asarray((positions - (low + high) / 2) * (2 / max(extent, 1e-12)), np.float32)


def _tsne_path(run: str | Path, evaluation: "Evaluation") -> Path:
    return cache_path(run, f"{evaluation.split}-tsne")
