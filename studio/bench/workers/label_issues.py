"""Finds flipped labels after a training, and compares with cleanlab if it is installed."""

from importlib.util import find_spec
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.bench.flipped_labels import read_flipped_rows
from studio.bench.workers.protocol import Send, wait_for_request
from studio.bench.workers.training import training_conditions
from studio.bench.workload import Workload
from studio.callbacks import ignore_progress, never_stop
from studio.config import TrainConfig
from studio.insight.label_issues.evidence import Evidence, collect_evidence
from studio.insight.label_issues.search import load_examined_data, rank_issues
from studio.runs import Run, RunStore
from studio.training import Trainer
from studio.training.events import Event, FitStarted


def search(workload: Workload, send: Send) -> None:
    """For each measurement train a run, and search for its label issues."""
    send(_train(workload, workload.config.with_values({"engine.max_steps": 1}))[1])
    while True:
        wait_for_request()
        send(_measure(workload))


def _measure(workload: Workload) -> dict[str, float]:
    began = perf_counter()
    run, _ = _train(workload, workload.config)
    trained = perf_counter()
    dataset, _ = load_examined_data(run.path, workload.data_dir, ignore_progress, never_stop)
    evidence = collect_evidence(
        run.path, dataset, "train", workload.data_dir, ignore_progress, never_stop
    )
    report = rank_issues(dataset, "train", evidence)
    searched = perf_counter()
    flipped = np.intersect1d(read_flipped_rows(workload.data_dir), evidence.indices)
    ranked = np.array([issue.index for issue in report.issues], np.int64)
    values = {
        "found": _found(ranked, flipped),
        "search_s": searched - trained,
        "training_s": trained - began,
    }
    if find_spec("cleanlab"):
        values["found_by_cleanlab"] = _found(_rank_with_cleanlab(evidence, dataset.labels), flipped)
    return values


def _train(workload: Workload, config: TrainConfig) -> tuple[Run, dict[str, object]]:
    conditions: dict[str, object] = {}

    def on_event(event: Event) -> None:
        if isinstance(event, FitStarted):
            conditions.update(training_conditions(event))

    run = RunStore(workload.runs_dir).create(config)
    Trainer(config, run, workload.data_dir).fit(on_event)
    return run, conditions


def _found(ranked: NDArray[np.int64], flipped: NDArray[np.int64]) -> float:
    """Return the fraction of the flipped rows among as many first ones."""
    return float(np.isin(flipped, ranked[: len(flipped)]).mean())


def _rank_with_cleanlab(evidence: Evidence, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rank by cleanlab's self-confidence, from the same out-of-sample probabilities."""
    from cleanlab import rank

    probabilities = np.exp(evidence.log_probabilities.astype(np.float64))
    probabilities /= probabilities.sum(1, keepdims=True)
    scores: Any = rank.get_label_quality_scores(labels[evidence.indices], probabilities)
    return evidence.indices[np.argsort(scores, kind="stable")]
