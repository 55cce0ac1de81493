"""What is known about the label of each sample of a split."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.array_files import read_npz
from studio.callbacks import OnProgress, ShouldStop
from studio.data import ImageDataset, Split
from studio.insight.evaluation import evaluate
from studio.insight.label_issues.cross_validation import cross_validate
from studio.insight.label_issues.fold_training import AVERAGED_EPOCHS
from studio.insight.label_issues.run_settings import training_settings
from studio.insight.learning import LearningStatistics
from studio.paths import BUNDLED
from studio.runs import Run
from studio.runs.history import TrainingHistory, load_history
from studio.runs.manifest import verify_file

# Smaller probabilities count as this one, so that a single epoch does not decide.
FLOOR = 1e-6
_FLOAT_BYTES = 4  # logits are kept as float16, by early versions as float32


@dataclass(frozen=True, eq=False)
class Evidence:
    """Predictions for M samples by models that did not see them, and how they were learned.

    `indices` int64 [M] are rows of the dataset. `log_probabilities` float32 [M, K] are means over
    epochs and models. `learning` float64 [M] is the log of the mean probability of the label over
    the epochs of the run; None if it is not known of all samples. `statistics` say how training
    samples were learned. `is_judged` bool [M] is False where no model knew the class.
    """

    indices: NDArray[np.int64]
    log_probabilities: NDArray[np.float32]
    learning: NDArray[np.float64] | None
    is_judged: NDArray[np.bool_]
    statistics: LearningStatistics | None = None
    cross_validated: bool = False


def collect_evidence(
    run: str | Path,
    dataset: ImageDataset,
    split: Split,
    data_dir: Path,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> Evidence:
    """Return what is known about the samples of a split; that of "train" includes "val".

    Trains the models of a cross-validation for "train". Raises StudioError, Stopped.
    """
    if split == "train":
        return _training_evidence(run, dataset, data_dir, on_progress, should_stop)
    epochs = _validation_epochs(run, dataset) if split == "val" else None
    indices = dataset.splits[split]
    judged = np.ones(len(indices), bool)
    if epochs is not None:
        means = epochs[-AVERAGED_EPOCHS:].mean(0)
        return Evidence(indices, means, _learning(epochs, dataset.labels[indices]), judged)
    probabilities = evaluate(run, split, data_dir, on_progress, should_stop).probabilities
    return Evidence(indices, _log(probabilities).astype(np.float32), None, judged)


def _training_evidence(
    run: str | Path,
    dataset: ImageDataset,
    data_dir: Path,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> Evidence:
    runs_dir = Path(run).parent
    config = training_settings(run)
    train, val, known = cross_validate(
        config, dataset, data_dir, runs_dir, on_progress, should_stop
    )
    history = _history(run, dataset)
    epochs = _validation_epochs(run, dataset)
    splits = dataset.splits
    indices = np.concatenate([splits["train"], splits["val"]])
    learning = statistics = None
    if history is not None:
        positions = history.positions(indices)
        statistics = LearningStatistics.from_history(history).take(positions)
        learned = _mean_log(history, positions[: len(splits["train"])])
        if epochs is not None and learned is not None:
            learning = np.concatenate([learned, _learning(epochs, dataset.labels[splits["val"]])])
    return Evidence(
        indices,
        np.concatenate([train, val]),
        learning,
        np.concatenate([known, np.isin(dataset.labels[splits["val"]], _labels(dataset))]),
        statistics,
        cross_validated=True,
    )


def _labels(dataset: ImageDataset) -> NDArray[np.int64]:
    return np.unique(dataset.labels[dataset.splits["train"]])


def _mean_log(history: TrainingHistory, positions: NDArray[np.intp]) -> NDArray[np.float64] | None:
    """Return the log of the mean probability of the label over the epochs.

    None while a training is in its first epoch, when some samples have none.
    """
    probability = history.probability[:, positions].astype(np.float32)
    seen = ~np.isnan(probability)
    counts = seen.sum(0)
    if not counts.all():
        return None
    return _log(np.where(seen, probability, 0).sum(0, dtype=np.float64) / counts)


def _learning(
    log_probabilities: NDArray[np.float32], labels: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The same from the validation log-probabilities of each epoch, [E, M, K]."""
    own = np.exp(log_probabilities[:, np.arange(len(labels)), labels].astype(np.float64))
    return _log(own.mean(0))


def _log(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(np.log(np.maximum(probabilities, FLOOR)), np.float64)


def _history(run: str | Path, dataset: ImageDataset) -> TrainingHistory | None:
    """The history of the run if it is of these labels and complete."""
    if not _has_same_data(run, dataset):
        return None
    history = load_history(Path(run))
    if history is None or (history.positions(dataset.splits["train"]) < 0).any():
        return None
    return history


def _validation_epochs(run: str | Path, dataset: ImageDataset) -> NDArray[np.float32] | None:
    """Log-probabilities [E, M, K] of the validation samples after each epoch, if they are kept."""
    if not _has_same_data(run, dataset):
        return None
    shape = len(dataset.splits["val"]), len(dataset.class_names)
    epochs = []
    for path in sorted((Path(run) / "predictions").glob("epoch_*.npz")):
        verify_file(path)
        try:
            kept = read_npz(path, ("logits",), max_bytes=shape[0] * shape[1] * _FLOAT_BYTES)
            logits = np.asarray(kept["logits"], np.float32)
        except (OSError, ValueError):
            continue
        if logits.shape == shape and np.isfinite(logits).all():
            epochs.append(_log_softmax(logits))
    return np.stack(epochs) if epochs else None


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = logits - logits.max(-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(-1, keepdims=True)), np.float32)


def _has_same_data(run: str | Path, dataset: ImageDataset) -> bool:
    """Whether images, labels and splits are those that the run was trained with."""
    if str(run) == BUNDLED or not Path(run).is_dir():
        return False
    opened = Run(Path(run))
    if opened.config.optim.start_from:  # it began with weights that may know the labels
        return False
    return bool(opened.record.get("data_fingerprint") == dataset.fingerprint)
