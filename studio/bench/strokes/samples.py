"""Drawings to replay: digits of MNIST's validation split, other digits, letters and shapes."""

from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.bench.strokes.digit_forms import curve, line
from studio.bench.strokes.hands import Random, distort
from studio.bench.strokes.letter_forms import LETTERS, letter
from studio.bench.strokes.shapes import SHAPES, blob, dot
from studio.bench.strokes.thinning import trace_images
from studio.bench.synthetic_writers import FORMS
from studio.data.datasets import is_available

Drawing = tuple[str, list[NDArray[np.float64]]]  # what it is, and its strokes

TRACED, FORMED, LETTER, SHAPE = "traced", "formed", "letter", "shape"
DIGIT_KINDS = (TRACED, FORMED)
_STRENGTH = 0.7  # of the distortion of letters and invented digits
_FILLED = (blob, dot)


def kinds(data_dir: Path) -> tuple[str, ...]:
    """The kinds of drawings that there are; traced digits only where MNIST is."""
    every = (TRACED, FORMED, LETTER, SHAPE)
    return every if is_available("mnist", data_dir) else every[1:]


def draw_samples(kind: str, count: int, random: Random, data_dir: Path) -> list[Drawing]:
    """Return `count` drawings of a kind, which differ with the state of `random`."""
    if kind == TRACED:
        return traced_digits(count, random, data_dir)
    make = {FORMED: _formed_digits, LETTER: _letters, SHAPE: _shapes}[kind]
    return list(islice(make(random), count))


def traced_digits(count: int, random: Random, data_dir: Path) -> list[Drawing]:
    """Digits of MNIST's validation split, traced and otherwise as they were written."""
    from studio.config import DataConfig
    from studio.data import load_dataset

    mnist = load_dataset(DataConfig(source="mnist", val_share=0.1), data_dir)
    rows = random.permutation(mnist.splits["val"])[: count + count // 10 + 1]
    traced = trace_images(np.asarray(mnist.images[rows])[:, 0])
    labels = [str(mnist.labels[row]) for row in rows]
    found = [(name, strokes) for name, strokes in zip(labels, traced, strict=True) if strokes]
    return found[:count]


def _formed_digits(random: Random) -> Iterator[Drawing]:
    """Digits in the forms of `synthetic_writers`, on which no model was trained."""
    for digit in cycle(range(len(FORMS))):
        form = FORMS[digit][int(random.integers(len(FORMS[digit])))]
        strokes = [
            (curve if len(s) > 2 else line)(np.array(s).tolist(), random, 0.02) for s in form
        ]
        yield str(digit), distort(strokes, random, _STRENGTH)


def _letters(random: Random) -> Iterator[Drawing]:
    while True:
        for index in random.permutation(len(LETTERS)):
            name = LETTERS[int(index)]
            yield name, distort(letter(name, random), random, _STRENGTH)


def _shapes(random: Random) -> Iterator[Drawing]:
    for shape in cycle(SHAPES):
        strokes = shape(random)
        yield shape.__name__, strokes if shape in _FILLED else distort(strokes, random)
