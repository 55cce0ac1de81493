"""vgg-studio compare: what a model fixed and what it broke, compared with another one."""

from typing import Annotated, Any

import typer

from studio.cli.evaluate import SplitName, evaluate_run
from studio.cli.options import AsJson, DataDir, RunName, RunsDir
from studio.cli.output import out, print_json, print_table
from studio.formatting import count, percent

OtherRun = Annotated[
    str,
    typer.Argument(metavar="RUN", help="The run to compare with it.", show_default=False),
]


def compare(
    before: RunName,
    after: OtherRun,
    split: SplitName = "test",
    data_dir: DataDir = None,
    runs_dir: RunsDir = None,
    as_json: AsJson = False,
) -> None:
    """Compare two runs on the same samples: fixed, broken and still wrong from first to second."""
    from studio.insight.comparison import compare_evaluations
    from studio.insight.comparison_text import comparison_values

    first = evaluate_run(before, split, data_dir, runs_dir, "compare")
    second = evaluate_run(after, split, data_dir, runs_dir, "compare")
    values = comparison_values(compare_evaluations(first, second))
    if as_json:
        print_json(values)
    else:
        _print(values)


def _print(values: dict[str, Any]) -> None:
    out.print(values["sentence"])
    before, after = (percent(values[f"{which}_accuracy"], 2) for which in ("before", "after"))
    samples = count(values["samples"], f"{values['split']} sample")
    out.print(f"Accuracy {before} → {after} on the same {samples}, net {values['net']:+,}")
    for note in values["notes"]:
        out.print(note)
    for name in ("fixed", "broken", "still_wrong", "relabeled"):
        if rows := values[f"{name}_samples"]:
            out.print(f"\n{name.replace('_', ' ').capitalize()}")
            print_table(_COLUMNS, map(_row, rows))


_COLUMNS = ("sample", "label", "predicted before", "predicted after", "#probability of the label")


def _row(row: dict[str, Any]) -> tuple[str, ...]:
    labels = dict.fromkeys((row["before_label"], row["after_label"]))
    probabilities = (percent(row[f"{which}_probability"], 1) for which in ("before", "after"))
    return (
        row["sample"],
        " → ".join(labels),
        row["before_predicted"],
        row["after_predicted"],
        " → ".join(probabilities),
    )
