"""vgg-studio runs ..."""

import dataclasses
from typing import Any

import typer

from studio.cli.options import AsJson, RunName, RunsDir, run_store
from studio.cli.output import out, print_json, print_table
from studio.formatting import percent
from studio.runs import RunStatus, RunSummary
from studio.runs.stored_epochs import stored_epochs
from studio.runs.summary import summarize_run
from studio.training.epoch_selection import SELECT_TEXT

runs = typer.Typer(help="List and show runs.", no_args_is_help=True)


@runs.command("list")
def list_runs(runs_dir: RunsDir = None, as_json: AsJson = False) -> None:
    """List every run, newest first."""
    store = run_store(runs_dir)
    found = store.list()
    if as_json:
        print_json({"runs_dir": str(store.runs_dir), "runs": [_describe(run) for run in found]})
    elif not found:
        out.print("There are no runs yet. Start one with: vgg-studio train digits-quickstart")
    else:
        print_table(
            ["run", "status", "#epochs", "#validation", "#test", "device"],
            [
                (
                    run.id,
                    run.status,
                    run.progress,
                    percent(run.val_accuracy, 2),
                    percent(run.test_accuracy, 2),
                    run.device,
                )
                for run in found
            ],
        )


@runs.command("show")
def show_run(run: RunName, runs_dir: RunsDir = None, as_json: AsJson = False) -> None:
    """Show the results of a run and its configuration."""
    found = run_store(runs_dir).open(run)
    values = _describe(summarize_run(found)) | {"kept_epochs": stored_epochs(found)}
    if as_json:
        print_json(values | {"config": found.config.to_dict(), "record": found.record})
        return
    values["select"] = SELECT_TEXT.get(values["select"], "")
    values["kept_epochs"] = ", ".join(map(str, values["kept_epochs"]))
    print_table(["", ""], [(name.replace("_", " "), value) for name, value in values.items()])
    out.print(found.config_text, markup=False)


@runs.command("restore")
def restore_run(run: RunName, runs_dir: RunsDir = None, as_json: AsJson = False) -> None:
    """Replace the damaged files of a run, from copies or by its previous checkpoint."""
    from studio.runs.recovery import describe_restored, restore_previous

    found = run_store(runs_dir).open(run)
    restored = restore_previous(found)
    if as_json:
        values = dataclasses.asdict(restored) | {"kept_in": str(restored.kept_in)}
        print_json({"run": found.id, "status": str(summarize_run(found).status)} | values)
        return
    out.print(describe_restored(restored), markup=False)
    if summarize_run(found).status is not RunStatus.FINISHED:
        out.print(f"Resume it with: vgg-studio train --resume {found.id}", markup=False)


def _describe(summary: RunSummary) -> dict[str, Any]:
    """The JSON object of a run; `run` is its id, as in every command."""
    values = dataclasses.asdict(summary)
    values.pop("key")
    values["heard"] = values.pop("last_heartbeat")
    for name in ("started", "heard"):
        values[name] = values[name] and values[name].isoformat(timespec="seconds")
    return {"run": summary.id} | values | {"path": str(summary.path), "status": str(summary.status)}
