"""Folders of drawn pictures, three classes that a small network learns in seconds."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

CLASSES = ("discs", "squares", "stripes")
_SIDE = 24
_INKS = ((230, 60, 40), (60, 210, 80), (80, 110, 240))


def draw_shape(label: int, seed: int) -> Image.Image:
    """A picture of the class, with its place and noise drawn from the seed."""
    rng = np.random.default_rng(seed)
    picture = Image.new("RGB", (_SIDE, _SIDE))
    draw, ink = ImageDraw.Draw(picture), _INKS[label]
    x, y = (int(n) for n in rng.integers(1, 10, 2))
    if label == 0:
        draw.ellipse((x, y, x + 12, y + 12), fill=ink)
    elif label == 1:
        draw.rectangle((x, y, x + 12, y + 12), fill=ink)
    else:
        for row in range(x % 6, _SIDE, 6):
            draw.line((0, row, _SIDE, row), fill=ink, width=3)
    noisy = np.asarray(picture) + rng.integers(0, 25, (_SIDE, _SIDE, 3))
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def write_shapes(folder: Path, each: int = 12, classes: int = 3) -> Path:
    """Class folders with `each` pictures, no two alike. Returns the folder."""
    for label, name in enumerate(CLASSES[:classes]):
        (folder / name).mkdir(parents=True)
        for number in range(each):
            draw_shape(label, 100 * label + number).save(folder / name / f"{number:03}.png")
    return folder


def spoil(folder: Path) -> None:
    """Put in what a check must find: a file that is no picture, and a picture in two classes."""
    (folder / "discs" / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    copy = (folder / "discs" / "000.png").read_bytes()
    (folder / "squares" / "stray.png").write_bytes(copy)
