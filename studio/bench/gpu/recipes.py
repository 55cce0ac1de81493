"""A few steps of every recipe: how much memory it takes and how fast it learns."""

import gc
import traceback
from typing import Any

import torch

from studio.bench.gpu.context import Task
from studio.bench.gpu.data import find_experiment
from studio.bench.gpu.experiment import train
from studio.bench.gpu.reporter import Reporter, SkippedError
from studio.errors import StudioError
from studio.recipes import list_recipes

_STEPS, _LOG_EVERY, _WARM_LOGS = 200, 20, 3


def measure(task: Task, report: Reporter) -> None:
    """One after the other; a recipe that fails leaves the others alone."""
    failed = []
    for recipe in list_recipes():
        if task.should_stop():
            report.figure(recipe.id, "skipped: the time was over")
            continue
        try:
            told = measure_recipe(recipe.id, task)
        except (SkippedError, StudioError) as error:
            told = {"skipped": str(error)}
        except Exception as error:  # noqa: BLE001  # whatever it is, the next recipe may run
            traceback.print_exc()
            told = {"failed": f"{type(error).__name__}: {error}"[:1000]}
            failed.append(recipe.id)
        report.values(**{recipe.id: told})
        report.figure(recipe.id, _words(told))
    if failed:
        raise StudioError(f"These recipes failed: {', '.join(failed)}.")


def measure_recipe(recipe: str, task: Task) -> dict[str, Any]:
    """Speed and the most memory it took. Raises SkippedError, StudioError."""
    steps, every = (4, 1) if task.rehearsal else (_STEPS, _LOG_EVERY)
    settings = {"engine.max_steps": steps, "engine.log_every": every, "optim.epochs": 1000}
    if task.rehearsal:
        settings |= {"optim.batch_size": 8}
    experiment = find_experiment(recipe, task, settings)
    gc.collect()
    if task.on_cuda:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    training = train(experiment, task)
    return {
        "images": experiment.images,
        "images_per_second": training.rate(skip=_WARM_LOGS),
        "batch_size": experiment.config.optim.batch_size,
        "steps": steps,
        "precision": training.ended.precision,
        "streamed": training.started.streamed,
        "parameters": training.ended.parameters,
        "prepare_s": training.prepare_s,
        "status": training.ended.status,
    } | _peaks(task)


def _peaks(task: Task) -> dict[str, int]:
    if not task.on_cuda:
        return {}
    return {
        "peak_allocated_bytes": torch.cuda.max_memory_allocated(),
        "peak_reserved_bytes": torch.cuda.max_memory_reserved(),
    }


def _words(told: dict[str, Any]) -> str:
    for how in "skipped", "failed":
        if how in told:
            return f"{how}: {told[how]}"
    speed = f"{told['images_per_second']:,.0f} images/s, batch {told['batch_size']}"
    if "peak_reserved_bytes" not in told:
        return speed
    allocated, reserved = (told[f"peak_{kind}_bytes"] / 1e6 for kind in ("allocated", "reserved"))
    return f"{speed}, {allocated:,.0f} MB at most ({reserved:,.0f} MB reserved)"
