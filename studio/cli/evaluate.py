"""vgg-studio evaluate and mistakes: how a model performs on a split of its dataset."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.cli.options import AsJson, DataDir, ModelName, RunsDir, data_folder, find_weights
from studio.cli.output import err, out, print_json, print_table, progress_bar
from studio.data import Split
from studio.data.overlay import fixes_hash
from studio.formatting import count, percent
from studio.paths import BUNDLED
from studio.runs.test_openings import (
    count_test_openings,
    describe_test_openings,
    record_test_opening,
    run_of,
)

if TYPE_CHECKING:
    from studio.insight import Evaluation
    from studio.insight.intervals import Proportion

SplitName = Annotated[Split, typer.Option("--split", help="Split of the dataset to evaluate.")]


def evaluate(
    run: ModelName,
    split: SplitName = "test",
    data_dir: DataDir = None,
    runs_dir: RunsDir = None,
    as_json: AsJson = False,
) -> None:
    """Evaluate a model: accuracy, scores of each class, and the confusion matrix."""
    result = evaluate_run(run, split, data_dir, runs_dir, "evaluate")
    openings = _test_openings(run, runs_dir)
    if as_json:
        print_json(_describe(result) | {"test_openings": openings})
        return
    accuracy = _accuracy(result)
    low, high = accuracy.interval
    out.print(
        f"Accuracy {percent(accuracy.value, 2)} on {count(accuracy.total, f'{split} sample')}, "
        f"95 % interval {percent(low, 2)} to {percent(high, 2)}"
    )
    if openings is not None and split == "test":
        out.print(describe_test_openings(openings))
    _print_ambiguous(result)
    out.print(f"Expected calibration error {percent(result.calibration_error, 2)}")
    print_table(
        ["class", "#precision", "#recall", "#F1", "#samples"],
        [
            (s.name, f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}", s.support)
            for s in result.per_class
        ],
    )
    out.print("\nConfusion matrix: rows are true classes, columns are predicted classes")
    names = [f"#{name}" for name in result.class_names]
    rows = zip(result.class_names, result.confusion.tolist(), strict=True)
    print_table(["", *names], [(name, *counts) for name, counts in rows])


def mistakes(
    run: ModelName,
    to: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.csv|.html", help="Write the list to a file."),
    ] = None,
    split: SplitName = "test",
    data_dir: DataDir = None,
    runs_dir: RunsDir = None,
    as_json: AsJson = False,
) -> None:
    """List the misclassified samples, highest loss first."""
    from studio.insight import mistake_rows, write_mistakes

    result = evaluate_run(run, split, data_dir, runs_dir, "mistakes")
    rows = mistake_rows(result)
    if to is not None:
        write_mistakes(result, to)
    if as_json:
        counts = {"count": len(rows), "samples": int(result.counted.sum())}
        print_json({"run": result.run, "split": split, **counts, "mistakes": rows})
        return
    samples = count(int(result.counted.sum()), f"{split} sample")
    out.print(f"{count(len(rows), 'mistake')} among {samples}")
    _print_ambiguous(result)
    if to is not None:
        out.print(f"Written to {to}", markup=False)
        return
    print_table(
        ["file" if result.files else "sample", "true", "predicted", "#confidence", "#loss"],
        [
            (
                r["sample"],
                r["true"],
                r["predicted"],
                percent(r["confidence"], 2),
                f"{r['loss']:.2f}",
            )
            for r in rows
        ],
    )


def evaluate_run(
    run: str, split: Split, data_dir: Path | None, runs_dir: Path | None, command: str
) -> "Evaluation":
    """Evaluate the model of that name, with a progress bar, and record a look at the test split."""
    from studio.insight import evaluate as evaluate_model

    model = find_weights(run, runs_dir)
    with progress_bar() as on_progress:
        result = evaluate_model(model, split, data_folder(data_dir), on_progress)
    if split == "test":
        record_test_opening(model, command)
    if result.notice:
        err.print(f"vgg-studio: {result.notice}", markup=False)
    return result


def _test_openings(run: str, runs_dir: Path | None) -> int | None:
    """How often the test split was opened for a run; None for the bundled model."""
    if run == BUNDLED:
        return None
    return count_test_openings(run_of(find_weights(run, runs_dir)))


def _print_ambiguous(result: "Evaluation") -> None:
    if len(result.ambiguous_positions):
        ambiguous = count(len(result.ambiguous_positions), "ambiguous sample")
        out.print(f"{ambiguous} counted apart")


def _accuracy(result: "Evaluation") -> "Proportion":
    from studio.insight.intervals import Proportion

    counted = result.counted
    return Proportion(int(result.correct[counted].sum()), int(counted.sum()))


def _describe(result: "Evaluation") -> dict[str, Any]:
    return {
        "run": result.run,
        "dataset": result.dataset,
        "split": result.split,
        "samples": int(result.counted.sum()),
        "ambiguous": len(result.ambiguous_positions),
        "overlay": fixes_hash(result.fixes),
        "mistakes": len(result.mistakes()),
        "accuracy": result.accuracy,
        "accuracy_interval": list(_accuracy(result).interval),
        f"{result.split}_accuracy": result.accuracy,
        "calibration_error": result.calibration_error,
        "class_names": list(result.class_names),
        "per_class": [vars(score) for score in result.per_class],
        "confusion": result.confusion.tolist(),
    }
