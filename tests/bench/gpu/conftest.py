"""Parts of the GPU run, rehearsed on the processor in this process."""

import io
import tarfile
import time

import numpy as np
import pytest
from PIL import Image

from studio.bench.gpu.context import Task
from studio.bench.gpu.data import ARCHIVE
from studio.bench.gpu.reporter import Reporter

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


class Told:
    """What a part told, as its results would hold it."""

    def __init__(self):
        self.values, self.figures = {}, []

    def take(self, message):
        self.values |= message.get("values", {})
        self.figures += [message["figure"]] if "figure" in message else []

    @property
    def checks(self):
        """Whether each check passed, by name."""
        return {one["what"]: one["met"] for one in self.figures if one["check"]}


@pytest.fixture
def task(tmp_path):
    """Two minutes on the processor, in a data folder where nothing is."""
    for name in ("data", "scratch"):
        (tmp_path / name).mkdir()
    now = time.time()
    return Task("part", "cpu", tmp_path / "data", tmp_path / "scratch", now, now + 120, True)


@pytest.fixture
def archive(task):
    """The data folder gets a small set in the shape of the archive of CIFAR-10."""
    rng = np.random.default_rng(0)
    with tarfile.open(task.data_dir / ARCHIVE, "w:gz") as tar:
        for split, count in (("train", 8), ("test", 2)):
            for name in CLASSES:
                for number in range(count):
                    packed = io.BytesIO()
                    pixels = rng.integers(0, 256, (32, 32, 3), np.uint8)
                    Image.fromarray(pixels).save(packed, "JPEG")
                    info = tarfile.TarInfo(f"{split}/{name}/{number:04}.jpg")
                    info.size = packed.tell()
                    tar.addfile(info, io.BytesIO(packed.getvalue()))


@pytest.fixture
def rehearse(task):
    """Run a part's module; returns what it told."""

    def run(module, task=task):
        told = Told()
        module.measure(task, Reporter(told.take, task.rehearsal))
        return told

    return run
