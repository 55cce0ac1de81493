"""vgg-studio train."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from studio.cli.download import ensure_backbone, ensure_data
from studio.cli.interrupt import Interrupt
from studio.cli.narrator import train_aloud
from studio.cli.options import AsJson, DataDir, RunsDir, data_folder, parse_settings, run_store
from studio.cli.output import hush, out, percent, print_json
from studio.config import OF_RUN, TrainConfig
from studio.data.dataset_shape import shape_from_config
from studio.errors import ConfigError, RunError, Stopped
from studio.models import summarize
from studio.paths import BUNDLED
from studio.recipes import load_recipe, read_recipe
from studio.runs import Run, RunStatus, RunStore
from studio.runs.summary import summarize_run
from studio.training.distributed import open_process_group
from studio.training.distributed.process_group import ProcessGroup
from studio.training.epoch_selection import SELECT_TEXT
from studio.training.events import FitEnded

STOPPED_EXIT = 130


def train(
    recipe: Annotated[
        str | None,
        typer.Argument(
            metavar="RECIPE|CONFIG.toml", help="See `vgg-studio recipes`.", show_default=False
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a setting: optim.epochs=3."),
    ] = None,
    data_dir: DataDir = None,
    runs_dir: RunsDir = None,
    device: Annotated[str | None, typer.Option(help="auto, cpu, cuda or mps.")] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed, same result.")] = None,
    max_steps: Annotated[int | None, typer.Option(help="Stop after so many steps.")] = None,
    resume: Annotated[
        str | None, typer.Option(metavar="RUN", help="Go on with a run, by its own settings.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train a network. Ctrl-C stops and saves."""
    store, folder = run_store(runs_dir), data_folder(data_dir)

    def choose() -> tuple[TrainConfig, Run | None]:
        """What to train, and the run to go on with."""
        run = _begun_before(store, group)
        if resume and run is None:
            changed = bool(settings or device or max_steps) or seed is not None
            run = _resumable(store, resume, changed)
        if run:
            return run.config, run
        given = {"engine.device": device, "seed": seed, "engine.max_steps": max_steps}
        config = _configure(recipe, parse_settings(settings or []), given)
        return name_backbone(config, store), None

    with open_process_group() as group:
        ended = _train(group, choose, store, folder, as_json)
    if ended is None or ended.status == RunStatus.STOPPED:
        raise typer.Exit(STOPPED_EXIT)


def _train(
    group: ProcessGroup,
    choose: Callable[[], tuple[TrainConfig, Run | None]],
    store: RunStore,
    folder: Path,
    as_json: bool,
) -> FitEnded | None:
    """Train what `choose` says and report it; None when stopped before there was a run."""
    if not group.is_main:
        hush()
    several = group.world_size > 1

    def get_ready() -> None:
        group.check(config)
        ensure_backbone(config, folder, store.runs_dir, interrupt.asked)
        ensure_data(config.data, folder, interrupt.asked)

    try:
        with Interrupt("Stopping", several) as interrupt:
            config, begun = group.broadcast_from_main(choose, interrupt.asked)
            group.local_main_first(get_ready, interrupt.asked)
            run = begun or group.broadcast_from_main(
                lambda: _create(store, config, group), interrupt.asked
            )
    except Stopped:
        return None
    with Interrupt("Stopping and saving", several) as interrupt:
        ended = train_aloud(config, run, folder, interrupt.asked, group)
    _report(ended, run, as_json)
    return ended


def _create(store: RunStore, config: TrainConfig, group: ProcessGroup) -> Run:
    run = store.create(config)
    if group.world_size > 1:
        run.write_config(config, run.record | {"launch": group.launch_id})
    return run


def _begun_before(store: RunStore, group: ProcessGroup) -> Run | None:
    """The run that torchrun's processes were at before it started them again.

    Raises Stopped when it was stopped: it is not to go on by itself.
    """
    if not group.is_restart:
        return None
    runs = (Run(summary.path) for summary in store.list())
    run = next((run for run in runs if run.record.get("launch") == group.launch_id), None)
    if run and run.status and run.status.status is RunStatus.STOPPED:
        raise Stopped
    return run


def _configure(name: str | None, settings: dict[str, Any], given: dict[str, Any]) -> TrainConfig:
    """The recipe with its changes, checked as far as it can be without the data."""
    if name is None:
        raise ConfigError("recipe", "Which recipe?", "See: vgg-studio recipes")
    config = _read(name)
    chosen = {field: value for field, value in given.items() if value is not None}
    config = _fit_to_set(config.with_values(settings | chosen))
    if not config.model.backbone:  # else its blocks decide, which are yet to be read
        summarize(config.model)
    return config


def _fit_to_set(config: TrainConfig) -> TrainConfig:
    """The network's input as the set will demand, as far as it is known without the pictures."""
    shape = shape_from_config(config.data)
    size = shape.image_size if shape else config.data.image_size or config.model.image_size
    channels = shape.channels if shape else config.model.in_channels
    return config.with_values({"model.image_size": size, "model.in_channels": channels})


def name_backbone(config: TrainConfig, store: RunStore) -> TrainConfig:
    """With the full id of the run to build on: “last” will soon be another one."""
    name = config.model.backbone.removeprefix(OF_RUN)
    if name in (config.model.backbone, "", BUNDLED):
        return config
    path = store.open(name).path
    known = path.name if path.parent == store.runs_dir else path.absolute()
    return config.with_values({"model.backbone": f"{OF_RUN}{known}"})


def _read(name: str) -> TrainConfig:
    if name.endswith(".toml"):
        return read_recipe(Path(name)).config
    return load_recipe(name).config


def _resumable(store: RunStore, name: str, changed: bool) -> Run:
    if changed:
        raise ConfigError("resume", "A resumed run keeps its own settings.", "Leave the rest out.")
    run = store.open(name)
    status = run.status
    if status and status.observed is RunStatus.RUNNING:
        raise RunError(f"The run “{run.id}” is being trained right now.", "Wait, or stop it first.")
    if status and status.observed is RunStatus.FINISHED:
        raise RunError(f"The run “{run.id}” is finished.", "Train its recipe again for a new run.")
    return run


def _report(ended: FitEnded, run: Run, as_json: bool) -> None:
    chance_level = summarize_run(run).chance_level
    if as_json:
        more = {"path": str(run.path), "at_chance": bool(chance_level)}
        print_json(dataclasses.asdict(ended) | more)
        return
    if ended.status == RunStatus.STOPPED:
        out.print(f"Stopped and saved. Go on with: vgg-studio train --resume {run.id}")
    else:
        out.print(
            f"Test accuracy {percent(ended.test_accuracy)} "
            f"(epoch {ended.best_epoch}, {SELECT_TEXT[ended.select]}, "
            f"{ended.seconds:.1f} s of training)"
        )
        mistakes = f"See its mistakes with: vgg-studio mistakes {run.id}"
        out.print(chance_level or mistakes, markup=False)
