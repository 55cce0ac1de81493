"""vgg-studio reproduce: our results beside published ones."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from studio.cli.data_preparation import ensure_backbone, ensure_data
from studio.cli.interrupt import Interrupt
from studio.cli.options import AsJson, DataDir, RunsDir, data_folder, parse_settings, run_store
from studio.cli.output import err, out, print_json, print_table
from studio.cli.training_log import train_with_log
from studio.errors import ConfigError, Stopped
from studio.files import write_text
from studio.insight.reproduction import (
    COLUMNS,
    Layers,
    Result,
    Trial,
    measure,
    plan_trials,
    table_rows,
    to_markdown,
)
from studio.runs import RunStatus, RunStore


def reproduce(
    systems: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SYSTEM…]",
            help="Recipes with published results; by default those with a table of results.",
            show_default=False,
        ),
    ] = None,
    layers: Annotated[
        Layers | None,
        typer.Option(help="Implementation of the layers.", show_default=False),
    ] = None,
    seeds: Annotated[str, typer.Option(help="Random seeds of the trainings: 0,1,2.")] = "0",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a setting of every training."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.md", help="Write the table to a file.")
    ] = None,
    data_dir: DataDir = None,
    runs_dir: RunsDir = None,
    as_json: AsJson = False,
) -> None:
    """Train published models and compare the results. Ctrl-C stops the training and saves it."""
    trials = plan_trials(systems or [], layers, _seeds(seeds), parse_settings(settings or []))
    folder, store = data_folder(data_dir), run_store(runs_dir)
    results: list[Result] = []
    with Interrupt("Stopping and saving") as interrupt:
        for number, trial in enumerate(trials, 1):
            err.print(f"\n{number} of {len(trials)}: {_title(trial)}", markup=False)
            result = _run(trial, store, folder, interrupt)
            if result is None:
                break
            results.append(result)
            if to is not None:  # after each training, so that no result is lost
                write_text(to, to_markdown(results))
    _report(results, as_json)
    if len(results) < len(trials):
        raise typer.Exit(interrupt.exit_code)


def _seeds(text: str) -> list[int]:
    try:
        return [int(seed) for seed in text.split(",")]
    except ValueError:
        raise ConfigError(
            "seeds", f"“{text}” is not a list of seeds.", "Write it as 0,1,2."
        ) from None


def _title(trial: Trial) -> str:
    settings = (f"{field}={value}" for field, value in trial.settings.items())
    return " ".join((trial.recipe.id, *settings))


def _run(trial: Trial, store: RunStore, data_dir: Path, interrupt: Interrupt) -> Result | None:
    """The result of a trial; None when stopped."""
    config = trial.config
    try:
        ensure_backbone(config, data_dir, store.runs_dir, interrupt.is_requested)
        ensure_data(config.data, data_dir, interrupt.is_requested)
    except Stopped:
        return None
    run = store.create(config)
    ended = train_with_log(config, run, data_dir, interrupt.is_requested)
    return None if ended.status == RunStatus.STOPPED else measure(trial, run, ended)


def _report(results: list[Result], as_json: bool) -> None:
    if as_json:
        rows = [dataclasses.asdict(r) | {"reached": r.reached} for r in results]
        print_json({"results": rows})
        return
    print_table(COLUMNS, table_rows(results))
    reached = sum(result.reached for result in results)
    out.print(f"\n{reached} of {len(results)} reach the published results")
