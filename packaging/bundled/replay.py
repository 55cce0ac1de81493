"""Replay held-out strokes of fonts as mouse events, as `vgg-studio bench drawing` does with others.

    python packaging/bundled/replay.py FONTS [--count 40]

Prints the accuracy of digits and the fraction of digits and letters that are familiar, for several
sizes and widths of the pen, anywhere on the canvas, with 95 % intervals.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bundled.fonts import DIGITS, LETTERS, font_files, glyph_strokes
from studio.bench.strokes.hands import Random, distort
from studio.bench.strokes.samples import Drawing
from studio.insight.intervals import Proportion
from studio.paths import data_dir
from studio.runs.familiarity import UNFAMILIAR
from studio.ui.app import create_main_window
from studio.ui.bench.drawing import PENS, DrawingReplay
from studio.ui.bench.driver import wait_for_signal
from studio.ui.bench.startup import isolate_settings
from studio.ui.frame.window_geometry import START_SIZE


def glyphs(fonts: Path, characters: str, count: int, random: Random) -> list[Drawing]:
    """Characters of held-out fonts, a random choice of `count`."""
    everything = list(_all_glyphs(fonts, characters, random))
    return [everything[i] for i in random.permutation(len(everything))[:count]]


def _all_glyphs(fonts: Path, characters: str, random: Random) -> Iterator[Drawing]:
    for file in font_files(fonts, held_out=True):
        for character, strokes in glyph_strokes(file, characters).items():
            yield character, distort(strokes, random, 0.7)


def main() -> None:
    """Draw everything and print one line for each kind and pen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("fonts", type=Path)
    parser.add_argument("--count", type=int, default=40, help="drawings of each kind and pen")
    parser.add_argument("--seed", type=int, default=100)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    with tempfile.TemporaryDirectory() as runs:
        isolate_settings(Path(runs))
        window = create_main_window(runs_dir=Path(runs), data_dir=data_dir())
        window.resize(START_SIZE)
        window.show()
        wait_for_signal(window.context.torch_loaded, "torch is loading")
        replay = DrawingReplay(window)
        for name, characters in (("digits", DIGITS), ("letters", LETTERS)):
            drawings = glyphs(options.fonts, characters, options.count, random)
            for pen in PENS:
                print(f"{name:8} size {pen[0]} pen {pen[1]}: ", end="")
                print(describe(replay, drawings, pen, random), flush=True)
        window.close()


def describe(
    replay: DrawingReplay, drawings: list[Drawing], pen: tuple[float, float], random: Random
) -> str:
    """Draw all and describe accuracy, for digits, and familiarity."""
    readings = [replay.draw_anywhere(drawing, pen, random) for drawing in drawings]
    familiar = sum(familiarity >= UNFAMILIAR for _, familiarity in readings)
    text = f"familiar {_format(familiar, len(readings))}"
    if not drawings[0][0].isdigit():
        return text
    return f"accuracy {_format(sum(correct for correct, _ in readings), len(readings))}, {text}"


def _format(count: int, total: int) -> str:
    found = Proportion(count, total)
    low, high = found.interval
    return f"{found.value:.1%} ({low:.1%} to {high:.1%}) of {total}"


if __name__ == "__main__":
    app = QApplication.instance() or QApplication([])
    main()
