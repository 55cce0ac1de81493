"""Folders of small colored images that a model can distinguish."""

import numpy as np
from PIL import Image

# Red, green, blue: one color a class, with noise so that no two files are equal.
COLOURS = {"cherry": (190, 30, 40), "leaf": (40, 160, 50), "sky": (60, 90, 200)}


def save_image(path, color, seed, size=(40, 30)):
    rng = np.random.default_rng(seed)
    noise = rng.integers(-25, 26, (size[1], size[0], 3))
    pixels = np.clip(np.array(color) + noise, 0, 255).astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def make_folder(root, count=12, parts=("",), classes=tuple(COLOURS)):
    """Write `count` images of each class for each split folder; returns the root."""
    for part in parts:
        for number, name in enumerate(classes):
            for k in range(count):
                seed = [number, k, len(part)]
                save_image(root / part / name / f"{k:03}.png", COLOURS[name], seed)
    return root
