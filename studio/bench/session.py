"""What all parts of one measurement share."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.bench.data import pictures_for
from studio.bench.worker_process import Answer, Worker, take_turns
from studio.bench.workload import Workload
from studio.callbacks import OnProgress
from studio.recipes import load_recipe

WORKERS, WINDOW_WORKERS = "studio.bench.workers", "studio.ui.bench"


@dataclass(frozen=True)
class BenchmarkSession:
    """How often and how long is measured, on what device, and the folders that are used.

    `scratch` is a folder for this measurement only: runs and made-up pictures go there.
    """

    data_dir: Path
    scratch: Path
    device: str = "auto"
    repeats: int = 5
    seconds: float = 2.0
    tell: OnProgress = field(default=lambda share, text: None)

    def workload(self, recipe: str, settings: Mapping[str, Any]) -> tuple[Workload, str]:
        """A recipe with changed settings on this session's device, and what its pictures are."""
        source = load_recipe(recipe).config.data.source
        folder, pictures = pictures_for(source, self.data_dir, self.scratch / "data")
        changed = {"engine.device": self.device, "engine.max_steps": None, **settings}
        return Workload(recipe, folder, self.scratch / "runs", self.seconds, changed), pictures

    def take_turns(
        self, workers: Mapping[str, Callable[[], Worker]]
    ) -> tuple[dict[str, Answer], dict[str, list[Answer]]]:
        """Facts and turns of each worker by name. Raises StudioError when one cannot measure.

        They are warmed up one after the other: what is measured in one must not disturb another.
        """
        with ExitStack() as stack:
            started, facts = {}, {}
            for name, start in workers.items():
                self.tell(0.0, f"{name}, warming up")
                started[name] = stack.enter_context(start())
                facts[name] = started[name].read()
            return facts, take_turns(started, self.repeats, self.tell)
