"""The training and validation data of the bundled model besides MNIST: rendered strokes.

    python packaging/bundled/datasets.py FOLDER FONTS

Writes FOLDER/NAME.npz with x uint8 [N, 28, 28] and y, the class: 0 to 9 a digit, then 26 letters of
either case, then the kinds of shapes.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bundled.fonts import DIGITS, LETTERS, LIKE_DIGITS, SIGNS, font_files, glyph_strokes
from bundled.rendering import render
from studio.bench.strokes.digit_forms import digit
from studio.bench.strokes.hands import distort
from studio.bench.strokes.shapes import SHAPES, blob, dot
from studio.bench.strokes.thinning import trace_images
from studio.config import DataConfig
from studio.data import load_dataset
from studio.data.image_dataset import Split
from studio.paths import data_dir

FIRST_LETTER = 10
FIRST_SHAPE = FIRST_LETTER + 26
CLASSES = FIRST_SHAPE + len(SHAPES)
SIGN = FIRST_SHAPE + [shape.__name__ for shape in SHAPES].index("sign")

Sample = tuple[NDArray[np.uint8], int]


def traced_digits(split: Split, count: int, renderings: int, seed: int) -> Iterator[Sample]:
    """Digits of MNIST, traced to strokes and drawn again with other pens and hands."""
    random = np.random.default_rng(seed)
    mnist = load_dataset(DataConfig(source="mnist", val_share=0.1), data_dir())
    rows = random.permutation(mnist.splits[split])[:count]
    for start in range(0, len(rows), 500):
        chunk = rows[start : start + 500]
        images = np.asarray(mnist.images[chunk])[:, 0]
        for strokes, label in zip(trace_images(images), mnist.labels[chunk], strict=True):
            for _ in range(renderings if strokes else 0):
                yield from _rendered(distort(strokes, random, 0.7), int(label), random)


def formed_digits(count: int, seed: int, strength: float = 1.0) -> Iterator[Sample]:
    """Digits in the forms of many countries; the 1, 4 and 7 more often."""
    random = np.random.default_rng(seed)
    labels = [0, 1, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9]
    for index in range(count):
        label = labels[index % len(labels)]
        yield from _rendered(distort(digit(label, random), random, strength), label, random)


def font_glyphs(
    fonts: Path, held_out: bool, characters: str, renderings: int, seed: int
) -> Iterator[Sample]:
    """Characters of handwriting fonts."""
    random = np.random.default_rng(seed)
    for file in font_files(fonts, held_out):
        for character, strokes in glyph_strokes(file, characters).items():
            for _ in range(renderings):
                yield from _rendered(distort(strokes, random), class_of(character), random)


def shapes(count: int, seed: int) -> Iterator[Sample]:
    """Shapes and scribbles."""
    random = np.random.default_rng(seed)
    for index in range(count):
        kind = index % len(SHAPES)
        strokes = SHAPES[kind](random)
        is_filled = SHAPES[kind] in (blob, dot)
        yield from _rendered(
            strokes if is_filled else distort(strokes, random), FIRST_SHAPE + kind, random
        )


def class_of(character: str) -> int:
    """The class of a character."""
    if character.isdigit():
        return int(character)
    if character.isalpha():
        return FIRST_LETTER + ord(character.lower()) - ord("a")
    return SIGN


def _rendered(
    strokes: list[NDArray[np.float64]], label: int, random: np.random.Generator
) -> Iterator[Sample]:
    image = render(strokes, random)
    if image is not None:
        yield image, label


def save(path: Path, samples: Iterator[Sample]) -> None:
    """Write samples to one file."""
    pairs = list(samples)
    labels = np.array([label for _, label in pairs], np.int64)
    np.savez(path, x=np.stack([image for image, _ in pairs]), y=labels)
    print(path.name, len(pairs), flush=True)


def main() -> None:
    """Write all files."""
    folder, fonts = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    outlying = "".join(c for c in LETTERS if c not in LIKE_DIGITS) + SIGNS
    parts = {
        "val_fonts": lambda: font_glyphs(fonts, True, DIGITS, 15, 1),
        "val_letters": lambda: font_glyphs(fonts, True, LETTERS, 4, 2),
        "val_shapes": lambda: shapes(3_000, 3),
        "val_forms": lambda: formed_digits(3_000, 4, 1.25),
        "val_traced": lambda: traced_digits("val", 6_000, 1, 5),
        "train_forms": lambda: formed_digits(60_000, 6),
        "train_shapes": lambda: shapes(24_000, 7),
        "train_letters": lambda: font_glyphs(fonts, False, outlying, 18, 8),
        "train_fonts": lambda: font_glyphs(fonts, False, DIGITS, 50, 9),
        "train_traced": lambda: traced_digits("train", 54_000, 2, 10),
    }
    for name in sys.argv[3:] or parts:
        save(folder / f"{name}.npz", parts[name]())


if __name__ == "__main__":
    main()
