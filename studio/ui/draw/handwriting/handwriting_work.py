"""The long work of the view, as functions for a task or a thread. No Qt here."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.callbacks import OnProgress, ShouldStop
from studio.data.handwriting.archive import export_drawings, import_drawings
from studio.data.handwriting.store import HandwritingStore
from studio.errors import DatasetError, StudioError
from studio.formatting import count
from studio.paths import BUNDLED
from studio.runs import Run, RunStore
from studio.ui.draw.handwriting.drawings_controller import Drawings
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.tasks import spare_threads

if TYPE_CHECKING:
    from studio.insight.adaptation import Adaptation
    from studio.insight.adaptation_receipt import AdaptationReceipt
    from studio.insight.handwriting import HandwritingEvaluation


@dataclass(frozen=True, eq=False)
class Evaluated:
    """An evaluation, and the receipt of a run that was adapted to drawings."""

    evaluation: "HandwritingEvaluation"
    receipt: "AdaptationReceipt | None"


@dataclass(frozen=True, eq=False)
class EvaluationRequest:
    """Asks how the model of `key` reads the drawings."""

    model: LivePredictor
    key: str
    store: RunStore
    drawings: Drawings
    should_stop: ShouldStop

    def evaluate(self) -> Evaluated:
        """Evaluate the model. Raises DatasetError, RunError and Stopped."""
        from studio.insight.handwriting import trained_on

        samples = self.drawings.samples
        # Not the weights: of a model in training there are none before the first checkpoint.
        source = self.store.run_source(self.key)
        seen = trained_on(source, self.store, samples)
        evaluation = self.model.evaluate_drawings(
            self.key, samples, self.drawings.pixels(), seen, self.should_stop
        )
        return Evaluated(evaluation, _receipt(source))


def _receipt(source: str | Path) -> "AdaptationReceipt | None":
    from studio.insight.adaptation_receipt import read_receipt

    return None if source == BUNDLED else read_receipt(Run(Path(source)))


@dataclass(frozen=True, eq=False)
class RunsResult:
    """Key, title and evaluation of each run that could be tested; how many could not."""

    rows: "list[tuple[str, str, HandwritingEvaluation]]"
    skipped: int


def evaluate_runs(
    store: RunStore, data_dir: Path, on_progress: OnProgress, should_stop: ShouldStop
) -> RunsResult:
    """Test all runs with weights and the bundled model; runs of photos are left out."""
    from studio.insight.handwriting import evaluate_handwriting

    runs = [(run.key, run.title) for run in store.list() if run.has_weights]
    rows, skipped = [], 0
    with spare_threads(should_stop) as should_stop_and_adapt:
        for number, (key, title) in enumerate([*runs, (BUNDLED, "Bundled model")]):
            on_progress(number / (len(runs) + 1), title)
            try:
                source = store.weights_source(key)
                found = evaluate_handwriting(
                    source, store, data_dir, should_stop=should_stop_and_adapt
                )
                rows.append((key, title, found))
            except StudioError:  # of photos or damaged: the others are tested all the same
                skipped += 1
    return RunsResult(rows, skipped)


def adapt(
    key: str, store: RunStore, data_dir: Path, on_progress: OnProgress, should_stop: ShouldStop
) -> "Adaptation":
    """Adapt the model of a key to the drawings. Raises StudioError and Stopped."""
    from studio.insight.adaptation import adapt_to_handwriting

    if "@" in key:
        raise DatasetError(
            "A single epoch cannot be adapted.", "Choose its run or the bundled model above."
        )
    with spare_threads(should_stop) as should_stop_and_adapt:
        return adapt_to_handwriting(
            store.model_source(key),
            store,
            data_dir,
            on_progress=on_progress,
            should_stop=should_stop_and_adapt,
        )


def download_and_adapt(
    dataset: str,
    key: str,
    store: RunStore,
    data_dir: Path,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> "Adaptation":
    """Download the dataset of a model first. Raises StudioError and Stopped."""
    from studio.data import download_dataset

    def first_half(fraction: float, text: str) -> None:
        on_progress(fraction / 2, text)

    def second_half(fraction: float, text: str) -> None:
        on_progress((1 + fraction) / 2, text)

    download_dataset(dataset, data_dir, first_half, should_stop)
    return adapt(key, store, data_dir, second_half, should_stop)


def transfer(
    action: Callable[[HandwritingStore, Path], Any], store: HandwritingStore, path: Path
) -> Callable[[OnProgress, ShouldStop], str]:
    """Return the work that exports to a file or imports from it, and says what it did."""

    def work(_on_progress: OnProgress, _should_stop: ShouldStop) -> str:
        if action is export_drawings:
            return f"{count(export_drawings(store, path), 'drawing')} exported to {path.name}."
        result = import_drawings(store, path)
        texts = [f"{count(result.added, 'drawing')} imported."]
        texts += [f"{result.known:,} were there already."] if result.known else []
        unreadable = count(len(result.damaged), "file")
        texts += [f"{unreadable} could not be read."] if result.damaged else []
        return " ".join(texts)

    return work
