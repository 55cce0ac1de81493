"""vgg-studio lr-find."""

from dataclasses import asdict
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
from studio.cli.output import out, print_json, print_table, progress_bar
from studio.cli.train import Device, Seed, configure_training
from studio.config import TrainConfig
from studio.errors import Stopped
from studio.formatting import count, duration
from studio.training.lr_finder import STEPS, RateCurve, find_learning_rate

RULES = {
    "valley": "in the longest descent of the loss",
    "steepest": "where the loss falls fastest",
    "minimum": "a tenth of the rate with the lowest loss",
}


def lr_find(
    recipe: Annotated[str, RECIPE],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a setting: optim.batch_size=128."),
    ] = None,
    steps: Annotated[
        int, typer.Option(min=20, max=1000, help="Number of steps from 1e-7 to 10.")
    ] = STEPS,
    data_dir: DataDir = None,
    runs_dir: RunsDir = None,
    device: Device = None,
    seed: Seed = None,
    as_json: AsJson = False,
) -> None:
    """Suggest a learning rate: a mock training whose rate rises until the loss diverges.

    Nothing is saved, and no run changes (L. N. Smith, 2015; the rules are those of fastai).
    """
    store, folder = run_store(runs_dir), data_folder(data_dir)
    given = {"engine.device": device, "seed": seed}
    config = configure_training(recipe, parse_settings(settings or []), given, store, data_dir)
    with Interrupt("Stopping") as interrupt:
        try:
            ensure_backbone(config, folder, store.runs_dir, interrupt.is_requested)
            ensure_data(config.data, folder, interrupt.is_requested)
            with progress_bar() as on_progress:
                curve = find_learning_rate(
                    config, folder, store.runs_dir, on_progress, interrupt.is_requested, steps
                )
        except Stopped:
            raise typer.Exit(interrupt.exit_code) from None
    if as_json:
        print_json(_to_json(curve, config))
    else:
        _print(curve, config, recipe)


def _to_json(curve: RateCurve, config: TrainConfig) -> dict[str, Any]:
    values = asdict(curve)
    values["suggestions"] = {one.rule: one.rate for one in curve.suggestions}
    return {"suggested_lr": curve.suggested, "lr": config.optim.lr, **values}


def _print(curve: RateCurve, config: TrainConfig, recipe: str) -> None:
    steps = count(len(curve.losses), "step")
    end = ", until the loss diverged" if curve.diverged else ""
    out.print(f"{steps} in {duration(curve.seconds)} on {curve.device}, {curve.precision}{end}.")
    if curve.suggested is None:
        out.print("The loss hardly fell at any rate: nothing is suggested.")
        return
    rows = [(f"{one.rate:g}", one.rule, RULES[one.rule]) for one in curve.suggestions]
    print_table(("#Rate", "Rule", ""), rows)
    out.print(f"The settings have {config.optim.lr:g}. Train with the suggestion:")
    out.print(f"vgg-studio train {recipe} --set optim.lr={curve.suggested:g}")
