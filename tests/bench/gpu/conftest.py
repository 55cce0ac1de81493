"""GPU benchmarks, rehearsed on the CPU in this process."""

import io
import tarfile
import time

import numpy as np
import pytest
from PIL import Image

from studio.bench.gpu.context import Reporter, RunContext
from studio.bench.gpu.experiment import ARCHIVE

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


class Report:
    """What a benchmark reported, as its result would hold it."""

    def __init__(self):
        self.values, self.figures = {}, []

    def add_message(self, message):
        self.values |= message.get("values", {})
        self.figures += [message["figure"]] if "figure" in message else []

    @property
    def checks(self):
        """Whether each check passed, by its label."""
        return {figure["what"]: figure["met"] for figure in self.figures if figure["check"]}

    @property
    def texts(self):
        """The text of each figure, by its label."""
        return {figure["what"]: figure["figure"] for figure in self.figures}


@pytest.fixture
def context(tmp_path):
    """Two minutes on the CPU, with an empty data folder."""
    for name in ("data", "scratch"):
        (tmp_path / name).mkdir()
    now = time.time()
    folders = tmp_path / "data", tmp_path / "scratch"
    return RunContext("name", "cpu", *folders, now, now + 120, rehearsal=True)


@pytest.fixture
def archive(context):
    """Writes a small dataset in the layout of the CIFAR-10 archive to the data folder."""
    rng = np.random.default_rng(0)
    with tarfile.open(context.data_dir / ARCHIVE, "w:gz") as tar:
        for split, count in (("train", 8), ("test", 2)):
            for name in CLASSES:
                for number in range(count):
                    encoded = io.BytesIO()
                    pixels = rng.integers(0, 256, (32, 32, 3), np.uint8)
                    Image.fromarray(pixels).save(encoded, "JPEG")
                    info = tarfile.TarInfo(f"{split}/{name}/{number:04}.jpg")
                    info.size = encoded.tell()
                    tar.addfile(info, io.BytesIO(encoded.getvalue()))


@pytest.fixture
def rehearse(context):
    """Runs the benchmark of a module; returns its report."""

    def run(module, context=context):
        report = Report()
        module.measure(context, Reporter(report.add_message, context.rehearsal))
        return report

    return run
