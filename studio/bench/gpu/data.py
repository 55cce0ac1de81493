"""The recipes' data in one folder: as published, as an archive of images, or made up."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.bench.data import pictures_for
from studio.bench.gpu.context import Task
from studio.bench.gpu.reporter import SkippedError
from studio.bench.workload import Workload
from studio.config import TrainConfig
from studio.data.datasets import FOLDER, is_available
from studio.recipes import load_recipe

# CIFAR-10 as image files: train/CLASS/NNNN.jpg and test/CLASS/NNNN.jpg.
ARCHIVE = "cifar10_images.tar.gz"
_CIFAR, _CIFAR_SIDE = "cifar10", 32

# Of the data in a rehearsal.
_FEW = {"data.subset": 120, "data.test_subset": 60, "engine.threads": 1}


@dataclass(frozen=True)
class Experiment:
    """A recipe with its data: `images` says what those are."""

    workload: Workload
    images: str

    @property
    def config(self) -> TrainConfig:
        """The configuration."""
        return self.workload.config

    @property
    def data_dir(self) -> Path:
        """The folder of its data."""
        return self.workload.data_dir


def find_experiment(
    recipe: str, task: Task, settings: Mapping[str, Any] | None = None
) -> Experiment:
    """A recipe on the task's device, with changed settings. Raises SkippedError without data."""
    source = load_recipe(recipe).config.data.source
    changes, folder, images = _find_data(source, task)
    changes = changes | {"engine.device": task.device} | (_FEW if task.rehearsal else {})
    workload = Workload(recipe, folder, task.runs_dir, settings=changes | dict(settings or {}))
    return Experiment(workload, images)


def _find_data(source: str, task: Task) -> tuple[dict[str, Any], Path, str]:
    """Settings that read the data, the folder they are in, and what they are."""
    archive = task.data_dir / ARCHIVE
    if source == FOLDER:
        if not archive.is_file():
            raise SkippedError(f"there are no images of one's own: {ARCHIVE} would do")
        return {"data.path": str(archive)}, task.data_dir, f"{ARCHIVE} as images of one's own"
    if source == _CIFAR and not is_available(source, task.data_dir):
        if not archive.is_file():
            raise SkippedError(f"CIFAR-10 is missing: neither its batches nor {ARCHIVE} are there")
        changes: dict[str, Any] = {"data.source": FOLDER, "data.path": str(archive)}
        changes["data.image_size"] = _CIFAR_SIDE
        return changes, task.data_dir, f"CIFAR-10 as JPEG files of {ARCHIVE}"
    folder, images = pictures_for(source, task.data_dir, task.scratch / "data")
    return {}, folder, images
