"""A small set of own pictures as it is once it has been read, for tests of what shows it."""

import numpy as np

from studio.config import DataConfig
from studio.data.image_dataset import ImageDataset
from studio.data.image_folder.image_table import SkippedFile
from studio.data.quality import count_classes
from studio.data.quality.report import Issue, QualityReport
from studio.ui.train.data.preview import Preview, preview_of

NAMES = ("cat", "dog", "ship")
COUNTS = (12, 6, 4)


def image_set(names=NAMES, counts=COUNTS, side=8, no_training=()) -> ImageDataset:
    """Pictures whose level tells the class; of each class the first half is for training."""
    labels = np.repeat(np.arange(len(names)), counts)
    levels = (labels * 40 + 20).astype(np.uint8)
    images = np.broadcast_to(levels[:, None, None, None], (len(labels), 3, side, side)).copy()
    images[:, 0, 0, 0] = np.arange(len(labels))  # no two are the same
    place = np.concatenate([np.arange(count) / count for count in counts])
    trains = (place < 0.5) & ~np.isin(labels, no_training)
    splits = {
        "train": np.flatnonzero(trains),
        "val": np.flatnonzero(~trains & (place < 0.75)),
        "test": np.flatnonzero(~trains & (place >= 0.75)),
    }
    files = tuple(f"{names[k]}/{row:03}.png" for row, k in enumerate(labels))
    return ImageDataset("folder", images, labels, tuple(names), splits, "picture", files, "key")


class FakeTable:
    """What a preview asks of the table of own pictures."""

    def __init__(self, pictures: ImageDataset, names=None):
        self.class_names = names or pictures.class_names
        self.parts = ("",) * len(pictures.labels)
        self.widths = np.full(len(pictures.labels), 640, np.int32)
        self.heights = np.full(len(pictures.labels), 480, np.int32)


def preview(findings=(), rename=(), names=None, originals=None, **changes) -> Preview:
    """The preview of that set with these findings."""
    pictures = image_set(**({"names": names} if names else {}), **changes)
    config = DataConfig(source="folder", path="/pictures/mine", rename=rename)
    report = QualityReport(count_classes(pictures), tuple(findings))
    return preview_of(config, pictures, report, FakeTable(pictures, originals))


def finding(kind="copies", severity="warn", rows=(0, 1), files=()) -> Issue:
    """A finding with words of its own."""
    strays = tuple(SkippedFile(name, "cut off") for name in files)
    return Issue(kind, severity, f"Title of {kind}", f"Advice on {kind}.", tuple(rows), strays)
