"""Out-of-sample predictions for training samples, by two-fold cross-validation."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop
from studio.config import TrainConfig
from studio.data import ImageDataset
from studio.data.splits import stratified_split
from studio.insight.label_issues.fold_training import (
    FoldSetup,
    MeanLogProbabilities,
    Rows,
    train_fold,
)
from studio.runtime import keep_freed_memory, release_memory
from studio.training.backend.memory import release_cuda_memory

_PROGRESS_INTERVAL = 10  # steps
# Copies of an image are searched for in datasets of at most this size.
_MAX_HASHED_BYTES = 1 << 30


def cross_validate(
    config: TrainConfig,
    dataset: ImageDataset,
    data_dir: Path,
    runs_dir: Path,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
    """Train a model on each half of the training split, and predict what it never saw.

    Returns the mean log-probabilities of the training samples [N, K], each from the model of the
    other half, those of the validation samples [M, K] from both models, and for each training
    sample whether its model knew its class. Two halves cost one training. Raises StudioError,
    Stopped.
    """
    setup = FoldSetup.prepare(config, dataset, data_dir, runs_dir, on_progress, should_stop)
    if setup.device == "cpu":
        keep_freed_memory()
    halves = split_in_halves(dataset, config.seed)
    train = MeanLogProbabilities(sum(map(len, halves)), len(dataset.class_names))
    val = MeanLogProbabilities(len(dataset.splits["val"]), len(dataset.class_names))
    all_val = np.arange(len(dataset.splits["val"]))
    steps = [setup.total_steps(len(half)) for half in halves]
    progress = _report_steps(sum(steps), on_progress)
    try:
        for rows, unseen in (halves, halves[::-1]):
            predict = {"train": (unseen, train), "val": (all_val, val)}
            train_fold(setup, rows, predict, lambda: next(progress), should_stop)
    finally:
        release_memory()
        release_cuda_memory()
    return train.means(), val.means(), _knows_class(dataset, halves)


def split_in_halves(dataset: ImageDataset, seed: int) -> tuple[Rows, Rows]:
    """Split the positions in the training split in two, with half of every class in each.

    Copies of an image stay together: a model would recognize the copy of a sample it was trained
    on, with a wrong label too.
    """
    train = dataset.splits["train"]
    positions = np.arange(len(train))
    first, second = stratified_split(
        dataset.labels[train], positions, 0.5, seed, _hash_images(dataset)
    )
    return first, second


def _hash_images(dataset: ImageDataset) -> NDArray[np.uint64] | None:
    """Return a hash of each training image; None where reading all of them would take long."""
    train = dataset.splits["train"]
    if len(train) * dataset.images[0].nbytes > _MAX_HASHED_BYTES:
        return None
    digests = (
        hashlib.blake2b(np.ascontiguousarray(dataset.images[row]).data, digest_size=8).digest()
        for row in train
    )
    return np.frombuffer(b"".join(digests), np.uint64)


def _knows_class(dataset: ImageDataset, halves: tuple[Rows, Rows]) -> NDArray[np.bool_]:
    """Return whether the other half has samples of the class of each training sample."""
    labels = dataset.labels[dataset.splits["train"]]
    known = np.zeros(len(labels), bool)
    for half, other in (halves, halves[::-1]):
        known[half] = np.isin(labels[half], labels[other])
    return known


def _report_steps(total: int, on_progress: OnProgress) -> Iterator[None]:
    for step in range(total):
        if step % _PROGRESS_INTERVAL == 0:
            model = 1 if step < total / 2 else 2
            on_progress(step / total, f"Training model {model} of 2 for the cross-validation")
        yield
    while True:  # a last batch that joined another one makes no difference
        yield
