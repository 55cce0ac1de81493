"""A small dataset of the user, as if it had been read, for tests of what shows it."""

import numpy as np

from studio.config import DataConfig
from studio.data.image_dataset import ImageDataset
from studio.data.image_folder.class_layout import SkippedFile
from studio.data.quality import count_classes
from studio.data.quality.report import Issue, QualityReport
from studio.ui.train.data.preview import Preview, preview_of

NAMES = ("cat", "dog", "ship")
COUNTS = (12, 6, 4)


def make_dataset(names=NAMES, counts=COUNTS, side=8, no_training=()) -> ImageDataset:
    """Images whose level is that of their class; the first half of each class is for training."""
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
    """The attributes of the table of own images that a preview reads."""

    def __init__(self, images: ImageDataset, names=None):
        self.class_names = names or images.class_names
        self.splits = ("",) * len(images.labels)
        self.widths = np.full(len(images.labels), 640, np.int32)
        self.heights = np.full(len(images.labels), 480, np.int32)


def preview(issues=(), rename=(), names=None, originals=None, **changes) -> Preview:
    """The preview of that dataset with these issues."""
    images = make_dataset(**({"names": names} if names else {}), **changes)
    config = DataConfig(source="folder", path="/images/mine", rename=rename)
    report = QualityReport(count_classes(images), tuple(issues))
    return preview_of(config, images, report, FakeTable(images, originals))


def issue(kind="copies", severity="warn", rows=(0, 1), files=()) -> Issue:
    """An issue with a title of its own."""
    strays = tuple(SkippedFile(name, "cut off") for name in files)
    return Issue(kind, severity, f"Title of {kind}", f"Advice on {kind}.", tuple(rows), strays)
