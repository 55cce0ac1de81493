"""Load every dataset once, so that the other benchmarks find decoded images in the cache."""

import time

from studio.bench.gpu.context import Reporter, RunContext, SkippedError
from studio.bench.gpu.experiment import find_experiment
from studio.data import load_dataset
from studio.errors import Stopped, StudioError
from studio.recipes import list_recipes


def measure(context: RunContext, reporter: Reporter) -> None:
    """Report the data of each recipe and the time to load them, or why they are missing."""
    loaded: dict[str, object] = {}
    # The smallest images of the archive first: most benchmarks use those.
    for recipe in sorted(list_recipes(), key=lambda recipe: recipe.id != "vgg19-cifar10"):
        started = time.perf_counter()
        try:
            experiment = find_experiment(recipe.id, context)
            dataset = load_dataset(
                experiment.config.data,
                experiment.workload.data_dir,
                should_stop=context.should_stop,
            )
            seconds, count = time.perf_counter() - started, len(dataset.labels)
            loaded[recipe.id] = {
                "images": experiment.images,
                "count": count,
                "seconds": round(seconds, 2),
            }
            text = f"{count:,} images, {seconds:.1f} s: {experiment.images}"
        except Stopped:
            loaded[recipe.id] = {"missing": "no time to load it"}
            text = "not loaded in time"
        except (SkippedError, StudioError) as error:
            loaded[recipe.id] = {"missing": str(error)}
            text = f"missing: {error}"
        reporter.add_figure(recipe.id, text)
        reporter.record(recipes=loaded)
