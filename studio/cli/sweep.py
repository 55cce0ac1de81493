"""vgg-studio sweep: train over values of settings and seeds, and compare the results."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from studio.cli.data_preparation import ensure_backbone, ensure_data
from studio.cli.interrupt import Interrupt
from studio.cli.options import (
    RECIPE,
    AsJson,
    DataDir,
    RunsDir,
    data_folder,
    parse_settings,
    run_store,
)
from studio.cli.output import err, out, print_json, print_table, progress_bar
from studio.cli.sweep_table import print_results
from studio.cli.train import Device, configure_training
from studio.cli.training_log import train_with_log
from studio.config import TrainConfig
from studio.errors import ConfigError, Stopped, StudioError
from studio.formatting import count, rough_duration
from studio.insight.sweep.axes import parse_axis
from studio.insight.sweep.honest import honest_number, open_test_split
from studio.insight.sweep.label_fixes import pin_label_fixes
from studio.insight.sweep.plan import SweepPlan, check_plan, combinations
from studio.insight.sweep.results import SweepResults, read_results
from studio.insight.sweep.running import run_sweep
from studio.insight.sweep.sweep_file import (
    Sweep,
    find_sweep,
    list_sweeps,
    load_sweep,
    new_sweep,
    save_sweep,
)
from studio.insight.sweep.table import results_to_dict, write_sweep_csv
from studio.recipes import load_recipe
from studio.runs import Run, RunStore
from studio.training.forecast import known_forecast


def sweep(
    recipe: Annotated[str | None, RECIPE] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="KEY=VALUES",
            help="A setting and its values, optim.lr=0.001,0.01; with --random also a range, "
            "optim.lr=1e-4..1e-1. Up to three times.",
        ),
    ] = None,
    random: Annotated[
        int | None,
        typer.Option(
            "--random",
            metavar="N",
            min=1,
            help="Train N combinations that are drawn at random, instead of all.",
            show_default=False,
        ),
    ] = None,
    sample_seed: Annotated[
        int, typer.Option("--sample-seed", min=0, help="Seed of these draws.")
    ] = 0,
    seeds: Annotated[
        str,
        typer.Option(
            "--seeds", metavar="N|LIST", help="Number of random seeds, or a list of them: 0,1,2."
        ),
    ] = "3",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a setting of every training."),
    ] = None,
    no_test: Annotated[
        bool,
        typer.Option("--no-test", help="Do not open the test split for the best combination."),
    ] = False,
    resume: Annotated[
        str | None,
        typer.Option(
            "--resume",
            metavar="SWEEP",
            help="Go on with a sweep, by its id, the beginning of it, or “last”. Trainings that "
            "failed are tried again.",
            show_default=False,
        ),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List all sweeps.")] = False,
    to: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.csv", help="Write the table to a file."),
    ] = None,
    data_dir: DataDir = None,
    runs_dir: RunsDir = None,
    device: Device = None,
    as_json: AsJson = False,
) -> None:
    """Train every combination of some values with several seeds, and choose the best.

    The best combination has the highest mean validation accuracy. Only then is the test split
    opened, for that combination alone. Without --vary it is the test accuracy of a recipe over
    seeds. Ctrl-C stops the training and saves it.
    """
    store, folder = run_store(runs_dir), data_folder(data_dir)
    if listed:
        _list(store, as_json)
        return
    _require_folder(to)
    if resume is not None:
        changed = bool(recipe or vary or settings or random is not None)
        planned = _resumable(store, resume, changed)
    else:
        given = {"engine.device": device}
        base = _base(recipe, parse_settings(settings or []), given, store, data_dir)
        planned = new_sweep(_plan(base, recipe or "", vary or [], random, sample_seed, seeds))
    with Interrupt("Stopping and saving") as interrupt:
        if not _prepare(planned.plan.base, store, folder, interrupt):
            raise typer.Exit(interrupt.exit_code)
        if resume is None:
            planned = replace(planned, plan=pin_label_fixes(planned.plan, folder))
            save_sweep(store.runs_dir, planned)
        was_stopped = _run(planned, store, folder, interrupt, tests=not no_test)
    planned = load_sweep(store.runs_dir, planned.id)
    results = read_results(planned, store.list())
    _report(planned, results, as_json, to, was_stopped)
    if was_stopped:
        raise typer.Exit(interrupt.exit_code)
    _require_result(results)


def _require_folder(to: Path | None) -> None:
    """Raises ConfigError before hours of training whose table could not be written."""
    if to is not None and not to.absolute().parent.is_dir():
        raise ConfigError("out", f"There is no folder “{to.absolute().parent}”.", "Create it.")


def _require_result(results: SweepResults) -> None:
    if results.best is None:
        err.print("vgg-studio: No combination finished with all of its seeds.")
        raise typer.Exit(1)


def _resumable(store: RunStore, name: str, changed: bool) -> Sweep:
    if changed:
        message = "A resumed sweep keeps its plan."
        raise ConfigError("resume", message, "Use --resume without a recipe and settings.")
    return find_sweep(store.runs_dir, name)


def _base(
    recipe: str | None,
    settings: dict[str, Any],
    given: dict[str, Any],
    store: RunStore,
    data_dir: Path | None,
) -> TrainConfig:
    if recipe is None:
        raise ConfigError(
            "recipe", "The name of a recipe is missing.", "“vgg-studio recipes” lists them."
        )
    if "seed" in settings:
        raise ConfigError("seed", "A sweep has its own list of seeds.", "Use --seeds 0,1,2.")
    return configure_training(recipe, settings, given, store, data_dir)


def _plan(
    base: TrainConfig, recipe: str, vary: list[str], random: int | None, seed: int, seeds: str
) -> SweepPlan:
    """The plan of the options. Raises ConfigError."""
    if random is not None and not vary:
        raise ConfigError("vary", "There is nothing to draw.", "Name a setting with --vary.")
    plan = SweepPlan(
        base,
        tuple(parse_axis(text) for text in vary),
        "grid" if random is None else "random",
        samples=random or 1,
        sample_seed=seed,
        seeds=_parse_seeds(seeds),
        title=_title(recipe),
    )
    check_plan(plan)
    return plan


def _title(recipe: str) -> str:
    try:
        return load_recipe(recipe).title
    except StudioError:  # a configuration file
        return Path(recipe).stem


def _parse_seeds(text: str) -> tuple[int, ...]:
    """The seeds 0, 1, … of a number of them, or those of a list."""
    try:
        numbers = [int(word) for word in text.split(",") if word.strip()]
    except ValueError:
        numbers = []
    if not numbers or ("," not in text and numbers[0] < 1):
        raise ConfigError(
            "seeds", f"“{text}” is neither a number of seeds nor a list.", "Write it as 3 or 0,1,2."
        )
    return tuple(numbers) if "," in text else tuple(range(numbers[0]))


def _prepare(config: TrainConfig, store: RunStore, data_dir: Path, interrupt: Interrupt) -> bool:
    """Download and import what the trainings need; return False when stopped."""
    try:
        ensure_backbone(config, data_dir, store.runs_dir, interrupt.is_requested)
        ensure_data(config.data, data_dir, interrupt.is_requested)
    except Stopped:
        return False
    return True


def _run(
    planned: Sweep, store: RunStore, data_dir: Path, interrupt: Interrupt, *, tests: bool
) -> bool:
    """Train what is left, and open the test split for the best; return whether it was stopped."""
    should_stop = interrupt.is_requested

    def train_one(config: TrainConfig, run: Run) -> None:
        try:
            train_with_log(config, run, data_dir, should_stop)
        except StudioError as error:
            err.print(f"Failed: {error}")
            raise

    def announce(_fraction: float, title: str) -> None:
        err.print(f"\n{title}", markup=False)

    try:
        _announce(planned, data_dir)
        results = run_sweep(planned, store, train_one, announce, should_stop)
        best = results.best
        newest = load_sweep(store.runs_dir, planned.id)
        if tests and best is not None and newest.test_of(best) is None:
            err.print("\nOpening the test split for the best combination")
            with progress_bar() as on_progress:
                open_test_split(newest, best, store, data_dir, on_progress, should_stop)
    except Stopped:
        return True
    return False


def _announce(planned: Sweep, data_dir: Path) -> None:
    number, seeds = len(combinations(planned.plan)), len(planned.plan.seeds)
    cost = known_forecast(planned.plan.base, data_dir)
    about = f", about {rough_duration(cost.seconds * number * seeds)} in all" if cost else ""
    err.print(
        f"Sweep {planned.id}: {count(number, 'combination')} × {count(seeds, 'seed')} = "
        f"{count(number * seeds, 'training')}{about}"
    )


def _report(
    planned: Sweep, results: SweepResults, as_json: bool, to: Path | None, was_stopped: bool
) -> None:
    if to is not None:
        write_sweep_csv(planned, results, to)
    honest = honest_number(planned, results)
    if as_json:
        status = "stopped" if was_stopped else "finished"
        print_json({"status": status} | results_to_dict(planned, results, honest))
        return
    print_results(planned, results, honest)
    if to is not None:
        out.print(f"\nWritten to {to}", markup=False)
    if was_stopped:
        out.print(f"\nStopped and saved. Resume with: vgg-studio sweep --resume {planned.id}")


def _list(store: RunStore, as_json: bool) -> None:
    headers = list_sweeps(store.runs_dir)
    if as_json:
        rows = [
            vars(header) | {"created": header.created and header.created.isoformat()}
            for header in headers
        ]
        print_json({"runs_dir": str(store.runs_dir), "sweeps": rows})
    elif not headers:
        out.print("There are no sweeps yet. See: vgg-studio sweep --help")
    else:
        print_table(
            ["sweep", "title", "#combinations", "#trainings", ""],
            [(h.id, h.title, h.combinations, h.trials, h.damage) for h in headers],
        )
