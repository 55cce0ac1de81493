"""A few steps of every recipe: its peak memory and its speed."""

import gc
import traceback
from typing import Any

import torch

from studio.bench.gpu.context import Reporter, RunContext, SkippedError
from studio.bench.gpu.experiment import find_experiment, train
from studio.errors import StudioError
from studio.recipes import list_recipes

_STEPS, _LOG_EVERY, _WARM_UP_LOGS = 200, 20, 3


def measure(context: RunContext, reporter: Reporter) -> None:
    """Measure one recipe after the other; a failure does not affect the others."""
    failed = []
    for recipe in list_recipes():
        if context.should_stop():
            reporter.add_figure(recipe.id, "skipped: no time left")
            continue
        try:
            values = measure_recipe(recipe.id, context)
        except (SkippedError, StudioError) as error:
            values = {"skipped": str(error)}
        except Exception as error:  # noqa: BLE001  # the next recipe runs after any failure
            traceback.print_exc()
            values = {"failed": f"{type(error).__name__}: {error}"[:1000]}
            failed.append(recipe.id)
        reporter.record(**{recipe.id: values})
        reporter.add_figure(recipe.id, _describe(values))
    if failed:
        raise StudioError(f"These recipes failed: {', '.join(failed)}.")


def measure_recipe(recipe: str, context: RunContext) -> dict[str, Any]:
    """Return speed and peak memory of a recipe. Raises SkippedError, StudioError."""
    steps, log_every = (4, 1) if context.rehearsal else (_STEPS, _LOG_EVERY)
    settings = {"engine.max_steps": steps, "engine.log_every": log_every, "optim.epochs": 1000}
    if context.rehearsal:
        settings |= {"optim.batch_size": 8}
    experiment = find_experiment(recipe, context, settings)
    gc.collect()
    if context.on_cuda:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    training = train(experiment, context)
    values = {
        "images": experiment.images,
        "images_per_second": training.images_per_second(skip=_WARM_UP_LOGS),
        "batch_size": experiment.config.optim.batch_size,
        "steps": steps,
        "precision": training.ended.precision,
        "streamed": training.started.streamed,
        "parameters": training.ended.parameters,
        "prepare_s": training.prepare_s,
        "status": training.ended.status,
    }
    if context.on_cuda:
        values["peak_allocated_bytes"] = torch.cuda.max_memory_allocated()
        values["peak_reserved_bytes"] = torch.cuda.max_memory_reserved()
    return values


def _describe(values: dict[str, Any]) -> str:
    for status in "skipped", "failed":
        if status in values:
            return f"{status}: {values[status]}"
    speed = f"{values['images_per_second']:,.0f} images/s, batch {values['batch_size']}"
    if "peak_reserved_bytes" not in values:
        return speed
    allocated_mb = values["peak_allocated_bytes"] / 1e6
    reserved_mb = values["peak_reserved_bytes"] / 1e6
    return f"{speed}, peak {allocated_mb:,.0f} MB ({reserved_mb:,.0f} MB reserved)"
