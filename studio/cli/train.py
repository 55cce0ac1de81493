"""vgg-studio train."""

import dataclasses
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from studio.cli.data_preparation import ensure_backbone, ensure_data
from studio.cli.interrupt import INTERRUPTED, Interrupt
from studio.cli.options import (
    RECIPE,
    AsJson,
    DataDir,
    RunsDir,
    data_folder,
    parse_settings,
    run_store,
)
from studio.cli.output import err, exit_with_error, out, print_json, silence
from studio.cli.training_log import train_with_log
from studio.config import CURRENT_FIXES, OF_RUN, TrainConfig, setting
from studio.data.dataset_shape import fit_model_input
from studio.errors import ConfigError, RunError, RunLockedError, Stopped, StudioError
from studio.formatting import byte_size, duration, percent, rough_duration
from studio.insight.retraining import Retraining, plan_retraining
from studio.models import summarize
from studio.paths import BUNDLED
from studio.recipes import load_recipe, read_recipe
from studio.runs import Run, RunStatus, RunStore
from studio.runs.run_folders import run_key
from studio.runs.summary import summarize_run
from studio.training.distributed import open_process_group
from studio.training.distributed.process_group import ProcessGroup
from studio.training.epoch_selection import SELECT_TEXT
from studio.training.events import FitEnded, describe_end
from studio.training.forecast import known_forecast
from studio.training.live_settings import SettingsMailbox
from studio.training.unprepared import end_unprepared

Device = Annotated[
    str | None, typer.Option(help=f"auto, cpu, cuda or mps. {setting('engine.device').help}")
]
Seed = Annotated[int | None, typer.Option(help=setting("seed").help)]


def train(
    recipe: Annotated[str | None, RECIPE] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Change a setting of `vgg-studio settings`: optim.epochs=3.",
        ),
    ] = None,
    data_dir: DataDir = None,
    runs_dir: RunsDir = None,
    device: Device = None,
    seed: Seed = None,
    max_steps: Annotated[int | None, typer.Option(help=setting("engine.max_steps").help)] = None,
    resume: Annotated[
        str | None,
        typer.Option(
            metavar="RUN",
            help="Resume a run with its own settings. --set can change optim.lr, "
            "optim.weight_decay, model.dropout and augment.strength from here on.",
        ),
    ] = None,
    from_run: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="RUN", help="Train a run again with the label fixes made since."
        ),
    ] = None,
    finetune: Annotated[
        bool,
        typer.Option(
            "--finetune",
            help="With --from: start from its weights, with a tenth of its learning rate and a "
            "fifth of its epochs.",
        ),
    ] = False,
    allow_unreadable: Annotated[
        bool,
        typer.Option(
            "--allow-unreadable",
            help="Train on own images without asking when over 20 % of the files cannot be read.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Train a model. Ctrl-C and SIGTERM stop the training and save it."""
    store, folder = run_store(runs_dir), data_folder(data_dir)

    def choose() -> tuple[Retraining, Run | None]:
        """The configuration to train and its parent, and the run to resume."""
        run = _restarted_run(store, group)
        if resume and run is None:
            changed = bool(device or max_steps or from_run) or seed is not None
            run = _resumable(store, resume, changed)
            changes.post(parse_settings(settings or []))
        if run:
            return Retraining(run.config), run
        given = {"engine.device": device, "seed": seed, "engine.max_steps": max_steps}
        base = _choose_base(recipe, from_run, finetune, store, data_dir)
        config = _configure(base.config, parse_settings(settings or []), given)
        return Retraining(name_runs(config, store), base.parent), None

    changes = SettingsMailbox()  # of a run that is resumed
    with open_process_group() as group, Interrupt("Stopping") as interrupt:
        try:
            ended = _train(
                group, choose, store, folder, as_json, allow_unreadable, interrupt, changes
            )
        except StudioError as error:
            # Here, while a signal is only a request: torchrun ends the processes that are left.
            exit_with_error(error)
    if ended is None or ended.status == RunStatus.STOPPED:
        # torchrun itself sends SIGTERM when one of its processes is stopped.
        raise typer.Exit(interrupt.exit_code if group.world_size == 1 else INTERRUPTED)


def _train(
    group: ProcessGroup,
    choose: Callable[[], tuple[Retraining, Run | None]],
    store: RunStore,
    folder: Path,
    as_json: bool,
    allow_unreadable: bool,
    interrupt: Interrupt,
    changes: SettingsMailbox,
) -> FitEnded | None:
    """Train what `choose` returns and report the result; None when stopped before a run exists."""
    if not group.is_main:
        silence()

    def prepare() -> None:
        group.check(config)
        if group.world_size == 1 and config.model.backbone:
            _import_torch(interrupt)
        ensure_backbone(config, folder, store.runs_dir, interrupt.is_requested)
        # A resumed run was allowed when it began, and the main process decides for all.
        allowed = allow_unreadable or run is not None or not group.is_main
        ensure_data(config.data, folder, interrupt.is_requested, allowed)

    try:
        planned, run = group.broadcast_from_main(choose, interrupt.is_requested)
        config = planned.config
        group.local_main_first(prepare, interrupt.is_requested)
        if group.world_size == 1:
            _import_torch(interrupt)
        run = run or group.broadcast_from_main(
            lambda: _create(store, planned, group), interrupt.is_requested
        )
    except Stopped:
        return None
    if group.world_size > 1:  # the others would wait for a process that ends early
        ended = _train_run(config, run, folder, interrupt, group, changes)
    else:
        with interrupt.ending_soon(lambda: _report(end_unprepared(run), run, as_json)) as prepared:
            ended = _train_run(config, run, folder, interrupt, group, changes, prepared)
    _report(ended, run, as_json)
    return ended


def _train_run(
    config: TrainConfig,
    run: Run,
    folder: Path,
    interrupt: Interrupt,
    group: ProcessGroup,
    changes: SettingsMailbox,
    on_prepared: Callable[[], None] = lambda: None,
) -> FitEnded:
    if group.is_main and not run.state.exists():
        _print_forecast(config, folder)
    interrupt.message = "Stopping and saving"
    return train_with_log(config, run, folder, interrupt.is_requested, group, changes, on_prepared)


def _import_torch(interrupt: Interrupt) -> None:
    """Load what trains, which takes seconds. Raises Stopped."""
    with interrupt.ending_at_once():
        import_module("studio.training.trainer")


def _print_forecast(config: TrainConfig, folder: Path) -> None:
    """Say what the training will cost, if that is known from measurements in the window."""
    cost = known_forecast(config, folder)
    if cost is not None:
        basis = "" if cost.is_measured else ", estimated from another network"
        err.print(
            f"Forecast: {rough_duration(cost.seconds)}, {byte_size(cost.memory_bytes)} of memory, "
            f"{byte_size(cost.disk_bytes)} on the disk{basis}"
        )


def _create(store: RunStore, planned: Retraining, group: ProcessGroup) -> Run:
    run = store.create(planned.config, planned.parent)
    if group.world_size > 1:
        run.write_config(planned.config, run.record | {"launch": group.launch_id})
    return run


def _restarted_run(store: RunStore, group: ProcessGroup) -> Run | None:
    """The run that the processes trained before torchrun restarted them, if it did.

    Raises Stopped when a person stopped that run, or when it diverged.
    """
    if not group.is_restart:
        return None
    runs = (Run(summary.path) for summary in store.list())
    run = next((run for run in runs if run.record.get("launch") == group.launch_id), None)
    if run and run.status and run.status.status in (RunStatus.STOPPED, RunStatus.DIVERGED):
        raise Stopped
    return run


def _choose_base(
    recipe: str | None,
    from_run: str | None,
    finetune: bool,
    store: RunStore,
    data_dir: Path | None,
) -> Retraining:
    """The configuration before changes: of a recipe, or of the run that is trained again."""
    if from_run is not None:
        if recipe is not None:
            message = "A run is trained again with its own settings."
            raise ConfigError("recipe", message, "Use --from without a recipe.")
        return plan_retraining(
            from_run, "finetune" if finetune else "retrain", CURRENT_FIXES, store
        )
    if finetune:
        message = "The run to fine-tune is missing."
        raise ConfigError("optim.start_from", message, "Name it with --from RUN.")
    if recipe is None:
        raise ConfigError(
            "recipe", "The name of a recipe is missing.", "“vgg-studio recipes” lists them."
        )
    is_file = recipe.endswith(".toml")
    found = read_recipe(Path(recipe)) if is_file else load_recipe(recipe, data_dir)
    return Retraining(found.config)


def configure_training(
    recipe: str,
    settings: dict[str, Any],
    given: dict[str, Any],
    store: RunStore,
    data_dir: Path | None = None,
) -> TrainConfig:
    """The configuration of a recipe or a file, with changes. `given` are options, None if not set.

    Raises StudioError.
    """
    base = _choose_base(recipe, None, False, store, data_dir)
    return name_runs(_configure(base.config, settings, given), store)


def _configure(base: TrainConfig, settings: dict[str, Any], given: dict[str, Any]) -> TrainConfig:
    """The configuration with its changes, validated as far as possible without the data."""
    chosen = {field: value for field, value in given.items() if value is not None}
    config = fit_model_input(base.with_values(settings | chosen))
    if not config.model.backbone:  # else the layers are those of weights not read yet
        summarize(config.model)
    return config


def name_runs(config: TrainConfig, store: RunStore) -> TrainConfig:
    """Replace the names of runs whose weights are used, such as “last”, by their keys."""
    values = {}
    backbone = config.model.backbone.removeprefix(OF_RUN)
    if backbone != config.model.backbone:
        values["model.backbone"] = f"{OF_RUN}{_model_key(backbone, store)}"
    if config.optim.start_from:
        values["optim.start_from"] = _model_key(config.optim.start_from, store)
    return config.with_values(values)


def _model_key(name: str, store: RunStore) -> str:
    is_run = name not in ("", BUNDLED)
    return run_key(store.open(name).path, store.runs_dir) if is_run else name


def _resumable(store: RunStore, name: str, changed: bool) -> Run:
    if changed:
        raise ConfigError(
            "resume", "A resumed run keeps its settings.", "Use --resume without other settings."
        )
    run = store.open(name)
    status = run.status
    if status and status.observed.is_active:
        raise RunLockedError(
            f"The run “{run.id}” is being trained by {status.holder}.",
            "Wait for its end, or stop it first.",
        )
    if status and status.observed is RunStatus.FINISHED:
        raise RunError(f"The run “{run.id}” is finished.", "Train its recipe again as a new run.")
    return run


def _report(ended: FitEnded, run: Run, as_json: bool) -> None:
    chance_level = summarize_run(run).chance_level
    if as_json:
        more = {"path": str(run.path), "at_chance": bool(chance_level)}
        print_json(dataclasses.asdict(ended) | more)
        return
    if ended.status == RunStatus.STOPPED:
        out.print(f"{_describe_stop(ended, run)}: vgg-studio train --resume {run.id}")
    else:
        if ended.ended_by:
            out.print(describe_end(ended.ended_by))
        out.print(
            f"{_main_figure(ended)} (epoch {ended.best_epoch}, {SELECT_TEXT[ended.select]}, "
            f"{duration(ended.seconds)} of training)"
        )
        out.print(chance_level or _next_step(run), markup=False)


def _main_figure(ended: FitEnded) -> str:
    if ended.test_accuracy is None:
        return f"Validation accuracy {percent(ended.val_accuracy, 2)}"
    return f"Test accuracy {percent(ended.test_accuracy, 2)}"


def _describe_stop(ended: FitEnded, run: Run) -> str:
    if ended.unsaved:
        return f"Stopped. {ended.unsaved} Resume with"
    if not run.state.exists():
        return "Stopped before its first checkpoint. Begin it again with"
    return "Stopped and saved. Resume with"


def _next_step(run: Run) -> str:
    if parent := run.record.get("parent"):
        return f"See what it fixed with: vgg-studio compare {parent} {run.id}"
    return f"See its mistakes with: vgg-studio mistakes {run.id}"
