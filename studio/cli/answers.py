"""vgg-studio evaluate, mistakes and predict: what a trained network says."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.cli.options import AsJson, DataDir, RunName, RunsDir, data_folder, find_network
from studio.cli.output import err, out, percent, print_json, print_table, progress_bar
from studio.data import Split
from studio.errors import ImageError

if TYPE_CHECKING:
    from studio.inference import Predictor
    from studio.insight import Evaluation

SplitName = Annotated[Split, typer.Option("--split", help="The part of the data to read.")]


def evaluate(
    run: RunName,
    split: SplitName = "test",
    data_dir: DataDir = None,
    runs_dir: RunsDir = None,
    as_json: AsJson = False,
) -> None:
    """Measure a network: accuracy, figures per class, confusion matrix."""
    result = _evaluate(run, split, data_dir, runs_dir)
    if as_json:
        print_json(_describe(result))
        return
    out.print(f"{percent(result.accuracy)} of {len(result.labels):,} {split} pictures read right")
    out.print(f"Expected calibration error {percent(result.calibration_error)}")
    print_table(
        ["class", "#precision", "#recall", "#F1", "#pictures"],
        [
            (s.name, f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}", s.support)
            for s in result.per_class
        ],
    )
    out.print("\nTrue class by row, read as by column")
    names = [f"#{name}" for name in result.class_names]
    rows = zip(result.class_names, result.confusion.tolist(), strict=True)
    print_table(["", *names], [(name, *counts) for name, counts in rows])


def mistakes(
    run: RunName,
    to: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.csv|.html", help="Write them to a file.")
    ] = None,
    split: SplitName = "test",
    data_dir: DataDir = None,
    runs_dir: RunsDir = None,
    as_json: AsJson = False,
) -> None:
    """List what a network reads wrong, the worst first."""
    from studio.insight import mistake_rows, write_mistakes

    result = _evaluate(run, split, data_dir, runs_dir)
    rows = mistake_rows(result)
    if to is not None:
        write_mistakes(result, to)
    if as_json:
        count = {"count": len(rows), "samples": len(result.labels)}
        print_json({"run": result.run, "split": split, **count, "mistakes": rows})
        return
    out.print(f"{len(rows):,} mistakes among {len(result.labels):,} {split} pictures")
    if to is not None:
        out.print(f"Written to {to}", markup=False)
        return
    print_table(
        ["file" if result.files else "sample", "true", "read as", "#sure", "#loss"],
        [
            (
                r["file"] or r["sample"],
                r["true"],
                r["predicted"],
                percent(r["confidence"]),
                f"{r['loss']:.2f}",
            )
            for r in rows
        ],
    )


def predict(
    run: RunName,
    images: Annotated[list[Path], typer.Argument(help="Picture files.", show_default=False)],
    top: Annotated[int, typer.Option(min=1, help="How many classes to name.")] = 3,
    runs_dir: RunsDir = None,
    as_json: AsJson = False,
) -> None:
    """Let a network answer for picture files."""
    from studio.inference import Predictor

    network = find_network(run, runs_dir)
    predictor = Predictor.load(network)
    answers, failures = [], []
    for path in images:
        try:
            answers.append(_answer(predictor, path, top))
        except ImageError as error:
            # One bad file must not cost the answers for the others.
            failures.append({"file": str(path), "error": str(error)})
    name = network if isinstance(network, str) else network.name
    if as_json:
        told = {"predictions": answers, "failed": failures}
        print_json({"run": name, "warning": predictor.warning or None} | told)
    else:
        print_table(["file", "prediction"], [(a["file"], _words(a)) for a in answers])
    if predictor.warning:
        err.print(f"vgg-studio: {predictor.warning}.", markup=False)
    for failure in failures:
        err.print(f"vgg-studio: {' '.join(failure['error'].split())}", markup=False)
    if failures:
        raise typer.Exit(1)


def _evaluate(run: str, split: Split, data_dir: Path | None, runs_dir: Path | None) -> "Evaluation":
    from studio.insight import evaluate as evaluate_network

    network = find_network(run, runs_dir)
    with progress_bar() as tell:
        return evaluate_network(network, split, data_folder(data_dir), tell)


def _describe(result: "Evaluation") -> dict[str, Any]:
    return {
        "run": result.run,
        "dataset": result.dataset,
        "split": result.split,
        "samples": len(result.labels),
        "mistakes": len(result.mistakes()),
        "accuracy": result.accuracy,
        f"{result.split}_accuracy": result.accuracy,
        "calibration_error": result.calibration_error,
        "class_names": list(result.class_names),
        "per_class": [vars(score) for score in result.per_class],
        "confusion": result.confusion.tolist(),
    }


def _answer(predictor: "Predictor", path: Path, top: int) -> dict[str, Any]:
    answer = predictor.predict_picture(path)
    if answer is None:
        return {"file": str(path), "label": None, "probability": None, "flaw": None, "top": []}
    order = (-answer.probabilities).argsort(kind="stable")[:top]
    best = [
        {"label": predictor.class_names[c], "probability": float(answer.probabilities[c])}
        for c in order
    ]
    return {"file": str(path), **best[0], "flaw": answer.flaw, "top": best}


def _words(answer: dict[str, Any]) -> str:
    if not answer["top"]:
        return "nothing drawn"
    best = ", ".join(f"{a['label']} {percent(a['probability'])}" for a in answer["top"])
    return f"hardly a drawing ({answer['flaw']}); nearest: {best}" if answer["flaw"] else best
