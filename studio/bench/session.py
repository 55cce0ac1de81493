"""What all benchmarks of one run share: folders, device, and how often and how long to measure."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.bench.synthetic_data import find_or_create_dataset
from studio.bench.worker_process import Measurement, WorkerProcess, measure_in_rounds
from studio.bench.workload import Workload
from studio.callbacks import OnProgress, ignore_progress
from studio.recipes import load_recipe

WORKERS, WINDOW_WORKERS = "studio.bench.workers", "studio.ui.bench"


@dataclass(frozen=True)
class BenchmarkSession:
    """Settings of a benchmark run; `seconds` is the length of one measurement of a training.

    `scratch` is an empty folder of this run: training runs and synthetic data are written there.
    """

    data_dir: Path
    scratch: Path
    device: str = "auto"
    repeats: int = 5
    seconds: float = 2.0
    on_progress: OnProgress = ignore_progress

    def create_workload(self, recipe: str, settings: Mapping[str, Any]) -> tuple[Workload, str]:
        """Return a recipe with changed settings on this device, and a description of its data."""
        source = load_recipe(recipe).config.data.source
        data_dir, data = find_or_create_dataset(source, self.data_dir, self.scratch / "data")
        changes = {"engine.device": self.device, "engine.max_steps": None, **settings}
        return Workload(recipe, data_dir, self.scratch / "runs", self.seconds, changes), data

    def measure(
        self, workers: Mapping[str, Callable[[], WorkerProcess]]
    ) -> tuple[dict[str, Measurement], dict[str, list[Measurement]]]:
        """Return the conditions and the measurements of each worker by name.

        The workers warm up one after the other, so that none disturbs the calibration of another.
        Raises StudioError if one of them fails.
        """
        with ExitStack() as stack:
            started, conditions = {}, {}
            for name, start in workers.items():
                self.on_progress(0.0, f"{name}, warming up")
                started[name] = stack.enter_context(start())
                conditions[name] = started[name].read()
            return conditions, measure_in_rounds(started, self.repeats, self.on_progress)
