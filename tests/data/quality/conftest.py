"""An image table and its dataset, built from arrays without files."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.data.image_dataset import ImageDataset
from studio.data.image_folder.image_table import ImageTable

HELD = {8: "val", 9: "test"}


def look(grey):
    """The difference hash: is each of 8 by 8 cells darker than the one to its right?"""
    small = np.asarray(Image.fromarray(grey).resize((9, 8), Image.Resampling.BOX)).astype(int)
    bits = (small[:, 1:] > small[:, :-1]).ravel()
    return int("".join("1" if bit else "0" for bit in bits), 2)


def photo(seed, size=32):
    """A smooth random image, uint8 [1, size, size]: no two seeds are alike."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 6), np.uint8)
    image = Image.fromarray(coarse).resize((size, size), Image.Resampling.BICUBIC)
    return np.asarray(image)[None]


def make(images, names=("cat", "dog"), **changes):
    """Make (table, dataset): images take the classes in turn; two are held out for val and test.

    `labels` and `parts` are lists with one entry per image; other changes are fields of the table.
    """
    pixels = np.stack(images) if len(images) else np.zeros((0, 1, 32, 32), np.uint8)
    count = len(pixels)
    grey = pixels.mean(axis=1).astype(np.uint8)
    labels = np.array(changes.pop("labels", [k % len(names) for k in range(count)]), np.int64)
    parts = changes.pop("parts", [HELD.get(k, "train") for k in range(count)])
    files = tuple(f"{names[c]}/{k:04}.png" for k, c in enumerate(labels))
    fields = {
        "path": Path("images"),
        "class_names": tuple(names),
        "pixels": pixels,
        "files": files,
        "labels": labels,
        "splits": tuple(parts),
        "widths": np.full(count, pixels.shape[-1], np.int32),
        "heights": np.full(count, pixels.shape[-1], np.int32),
        "grey_means": grey.mean(axis=(1, 2), dtype=np.float32),
        "grey_stds": grey.std(axis=(1, 2), dtype=np.float32),
        "file_hashes": np.arange(count, dtype=np.uint64),
        "image_hashes": np.array([look(image) for image in grey], np.uint64),
        "unreadable": (),
        "outside": (),
        "empty_classes": (),
        "key": hashlib.blake2b(pixels.tobytes(), digest_size=16).hexdigest(),
    }
    table = ImageTable(**(fields | changes))
    splits = {name: np.flatnonzero(np.array(parts) == name) for name in ("train", "val", "test")}
    dataset = ImageDataset("folder", pixels, labels, tuple(names), splits, "picture", files, "key")
    return table, dataset


@pytest.fixture
def many():
    """Forty images of two classes with nothing wrong."""
    return [photo(seed) for seed in range(40)]
