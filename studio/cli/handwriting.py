"""vgg-studio handwriting: the user's own drawings, how models read them, and adapting one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.cli.options import AsJson, DataDir, RunName, RunsDir, data_folder, find_model, run_store
from studio.cli.output import err, out, print_json, print_table, progress_bar
from studio.data.handwriting.archive import export_drawings, import_drawings
from studio.data.handwriting.store import HandwritingStore
from studio.errors import StudioError
from studio.formatting import count, percent
from studio.paths import BUNDLED, handwriting_dir

if TYPE_CHECKING:
    from studio.insight.handwriting import HandwritingEvaluation

handwriting = typer.Typer(
    help="Your own drawings: list them, test models on them, adapt a model to them.",
    no_args_is_help=True,
)


@handwriting.command("list")
def list_drawings(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List how many drawings of each class are stored, and files that cannot be read."""
    store = HandwritingStore(handwriting_dir(data_folder(data_dir)))
    listing = store.list()
    tests = sum(sample.is_test for sample in listing.samples)
    counts = dict(sorted(listing.counts().items()))
    if as_json:
        damaged = [vars(sample) for sample in listing.damaged]
        print_json(
            {"folder": str(store.folder), "count": len(listing.samples), "test": tests}
            | {"classes": counts, "damaged": damaged}
        )
        return
    out.print(f"{count(len(listing.samples), 'drawing')} in {store.folder}", markup=False)
    print_table(["class", "#drawings"], list(counts.items()))
    for sample in listing.damaged:
        err.print(f"vgg-studio: {sample.file} is skipped: {sample.reason}", markup=False)


@handwriting.command("evaluate")
def evaluate(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="As for `vgg-studio evaluate`.")
    ] = BUNDLED,
    all_runs: Annotated[bool, typer.Option("--all", help="All runs with weights.")] = False,
    data_dir: DataDir = None,
    runs_dir: RunsDir = None,
    as_json: AsJson = False,
) -> None:
    """Test models on your drawings, without those that a model was trained on."""
    store = run_store(runs_dir)
    names = [summary.key for summary in store.list() if summary.has_weights] + [BUNDLED]
    rows, failures = [], []
    for name in names if all_runs else [run]:
        try:
            rows.append(_evaluate(name, data_dir, runs_dir))
        except StudioError as error:
            if not all_runs:
                raise
            failures.append({"run": name, "error": str(error)})
    if as_json:
        found = [_describe(row) for row in rows]
        print_json({"evaluations": found, "failed": failures} if all_runs else found[0])
        return
    print_table(["run", "#accuracy", "95 % interval", "#drawings", "note"], map(_row, rows))
    if not all_runs:
        _print_confusion(rows[0])
    for failure in failures:
        err.print(f"vgg-studio: {failure['run']}: {failure['error']}", markup=False)


@handwriting.command("adapt")
def adapt(
    run: RunName,
    data_dir: DataDir = None,
    runs_dir: RunsDir = None,
    seed: Annotated[int, typer.Option(min=0, help="Random seed.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Fine-tune a model on its own data and your drawings; the result is a new run."""
    from studio.insight.adaptation import adapt_to_handwriting
    from studio.training.adaptation import AdaptationSettings

    source, folder = find_model(run, runs_dir), data_folder(data_dir)
    with progress_bar() as on_progress:
        adapted = adapt_to_handwriting(
            source, run_store(runs_dir), folder, AdaptationSettings(seed=seed), on_progress
        )
    if as_json:
        receipt = adapted.receipt.model_dump(exclude={"trained_on"})
        print_json({"run": adapted.run.id} | receipt)
        return
    out.print(f"The new run is {adapted.run.id}", markup=False)
    for line in adapted.receipt.lines:
        out.print(line, markup=False)


@handwriting.command("export")
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="The archive to write.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Write all drawings with labels and strokes into an archive."""
    number = export_drawings(HandwritingStore(handwriting_dir(data_folder(data_dir))), file)
    if as_json:
        print_json({"path": str(file), "count": number})
    else:
        out.print(f"{count(number, 'drawing')} in {file}", markup=False)


@handwriting.command("import")
def import_archive(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="An exported archive.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Add the drawings of an archive that are not there yet."""
    store = HandwritingStore(handwriting_dir(data_folder(data_dir)))
    result = import_drawings(store, file)
    if as_json:
        print_json(vars(result) | {"damaged": [vars(sample) for sample in result.damaged]})
        return
    out.print(f"{count(result.added, 'drawing')} added, {result.known} already there")
    for sample in result.damaged:
        err.print(f"vgg-studio: {sample.file} is skipped: {sample.reason}", markup=False)


def _evaluate(name: str, data_dir: Path | None, runs_dir: Path | None) -> "HandwritingEvaluation":
    from studio.insight.handwriting import evaluate_handwriting

    model = find_model(name, runs_dir)
    with progress_bar() as on_progress:
        return evaluate_handwriting(model, run_store(runs_dir), data_folder(data_dir), on_progress)


def _row(row: "HandwritingEvaluation") -> tuple[str, str, str, int, str]:
    accuracy = row.accuracy
    if not accuracy.total:
        return row.run, "–", "–", 0, "trained on all of them; draw new ones"
    low, high = accuracy.interval
    trained = row.seen_accuracy.total
    note = f"{trained} more were trained on" if trained else ""
    interval = f"{percent(low)} to {percent(high)}"
    return row.run, percent(accuracy.value), interval, accuracy.total, note


def _print_confusion(row: "HandwritingEvaluation") -> None:
    out.print("\nConfusion matrix: rows are true classes, columns are predicted classes")
    names = [f"#{name}" for name in row.class_names]
    counts = zip(row.class_names, row.confusion.tolist(), strict=True)
    print_table(["", *names], [(name, *cells) for name, cells in counts])


def _describe(row: "HandwritingEvaluation") -> dict[str, Any]:
    accuracy = row.accuracy
    return {
        "run": row.run,
        "samples": accuracy.total,
        "correct": accuracy.count,
        "accuracy": accuracy.value,
        "accuracy_interval": list(accuracy.interval),
        "trained_on": int(row.seen.sum()),
        "unknown_labels": int((row.labels < 0).sum()),
        "class_names": list(row.class_names),
        "confusion": row.confusion.tolist(),
    }
