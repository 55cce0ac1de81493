"""Reads every data set once: what is decoded lies in the cache for the other parts."""

import time

from studio.bench.gpu.context import Task
from studio.bench.gpu.data import find_experiment
from studio.bench.gpu.reporter import Reporter, SkippedError
from studio.data import load_dataset
from studio.errors import Stopped, StudioError
from studio.recipes import list_recipes


def measure(task: Task, report: Reporter) -> None:
    """Say what the data of each recipe are and how long reading took, or why they are missing."""
    told: dict[str, object] = {}
    # The smallest images of the archive first: most parts use those.
    for recipe in sorted(list_recipes(), key=lambda one: one.id != "vgg19-cifar10"):
        began = time.perf_counter()
        try:
            experiment = find_experiment(recipe.id, task)
            image_set = load_dataset(
                experiment.config.data, experiment.data_dir, should_stop=task.should_stop
            )
            seconds = time.perf_counter() - began
            told[recipe.id] = {
                "images": experiment.images,
                "count": len(image_set.labels),
                "seconds": round(seconds, 2),
            }
            words = f"{len(image_set.labels):,} images, {seconds:.1f} s: {experiment.images}"
        except Stopped:
            told[recipe.id] = {"missing": "there was no time to read it"}
            words = "not read in the time there was"
        except (SkippedError, StudioError) as error:
            told[recipe.id] = {"missing": str(error)}
            words = f"missing: {error}"
        report.figure(recipe.id, words)
        report.values(recipes=told)
