"""Draw held-out strokes with mouse events on the real Draw page, and read the prediction bars.

    python packaging/bundled/replay.py FONTS [--count 40]

Prints the accuracy of digits and the fraction of digits, letters and shapes that are familiar, for
several sizes and widths of the pen, anywhere on the canvas, with 95 % intervals.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bundled.digit_forms import digit
from bundled.fonts import DIGITS, LETTERS, font_files, glyph_strokes
from bundled.rendering import Strokes, distort, normalize, place
from bundled.shapes import SHAPES
from bundled.thinning import trace_images
from studio.config import DataConfig
from studio.data import load_dataset
from studio.data.drawing.preprocessing import prepare_drawing
from studio.inference import DrawingPrediction
from studio.insight.intervals import wilson_interval
from studio.paths import data_dir
from studio.runs.familiarity import UNFAMILIAR
from studio.ui.app import create_main_window
from studio.ui.bench.driver import find_child, wait_for_signal, wait_until
from studio.ui.bench.startup import isolate_settings
from studio.ui.draw.prediction_controller import PredictionController
from studio.ui.frame.window_geometry import START_SIZE
from studio.ui.main_window import MainWindow
from studio.ui.widgets.digit_canvas import DigitCanvas
from studio.ui.widgets.prediction_bars import PredictionBars

# Size of the drawing and width of the pen as fractions of the canvas.
PENS = ((0.8, 0.06), (0.8, 0.02), (0.8, 0.12), (0.4, 0.06), (0.2, 0.03), (0.2, 0.06))
Drawing = tuple[str, Strokes]


class Replay:
    """Draws on the canvas of a window and waits for the prediction."""

    def __init__(self, window: MainWindow) -> None:
        window.open_draw("bundled")
        self._canvas = find_child(window, DigitCanvas, "digit_canvas")
        self._bars = find_child(window, PredictionBars, "prediction_bars")
        self._newest: DrawingPrediction | None = None
        controller = find_child(window.draw_page, PredictionController)
        controller.predicted.connect(self._keep)
        wait_until(lambda: controller.predictor is not None, "the model is loading")

    def _keep(self, prediction: DrawingPrediction | None) -> None:
        self._newest = prediction

    def draw(self, strokes: Strokes, width: float) -> tuple[str, float]:
        """Draw strokes in fractions of the canvas; return the predicted class and familiarity."""
        self._canvas.clear()
        self._canvas.set_pen_width(width)
        for line in strokes:
            self._stroke(line)
        # Predictions of the unfinished drawing may still arrive.
        drawn = prepare_drawing(self._canvas.image(), "mnist", 28)
        wait_until(
            lambda: (
                self._newest is not None
                and drawn is not None
                and np.array_equal(self._newest.network_input[0], drawn)
            ),
            "no prediction",
        )
        label, _ = max(self._bars.values(), key=lambda value: value[1])
        return label, self._bars.familiarity()

    def _stroke(self, line: NDArray[np.float64]) -> None:
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        self._send(QEvent.Type.MouseButtonPress, line[0], left, left)
        for point in line[1:]:
            self._send(QEvent.Type.MouseMove, point, none, left)
        self._send(QEvent.Type.MouseButtonRelease, line[-1], left, none)

    def _send(
        self,
        kind: QEvent.Type,
        point: NDArray[np.float64],
        button: Qt.MouseButton,
        buttons: Qt.MouseButton,
    ) -> None:
        side = min(self._canvas.width(), self._canvas.height())
        left, top = (self._canvas.width() - side) / 2, (self._canvas.height() - side) / 2
        # A mouse reports whole pixels.
        local = QPointF(round(left + point[0] * side), round(top + point[1] * side))
        on_screen = QPointF(self._canvas.mapToGlobal(local))
        modifiers = Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, local, on_screen, button, buttons, modifiers)
        QApplication.sendEvent(self._canvas, event)


def drawings(fonts: Path, count: int, random: np.random.Generator) -> dict[str, list[Drawing]]:
    """Held-out strokes: of MNIST's validation split as they are, of fonts, forms and shapes."""
    mnist = load_dataset(DataConfig(source="mnist", val_share=0.1), data_dir())
    rows = random.permutation(mnist.splits["val"])[:count]
    traced = trace_images(np.asarray(mnist.images[rows])[:, 0])
    numbers = [str(mnist.labels[row]) for row in rows]
    forms: list[Drawing] = [
        (str(n % 10), distort(digit(n % 10, random), random)) for n in range(count)
    ]
    shapes: list[Drawing] = [
        (s.__name__, distort(s(random), random)) for s in SHAPES[2:] if s.__name__ != "blob"
    ]
    return {
        "pen digits": [(n, s) for n, s in zip(numbers, traced, strict=True) if s],
        "forms": forms,
        "font digits": _sampled(_glyphs(fonts, DIGITS, random), count, random),
        "letters": _sampled(_glyphs(fonts, LETTERS, random), count, random),
        "shapes": _sampled(iter(shapes), count, random),
    }


def _glyphs(fonts: Path, characters: str, random: np.random.Generator) -> Iterator[Drawing]:
    for file in font_files(fonts, held_out=True):
        for character, strokes in glyph_strokes(file, characters).items():
            yield character, distort(strokes, random, 0.7)


def _sampled(found: Iterator[Drawing], count: int, random: np.random.Generator) -> list[Drawing]:
    everything = list(found)
    return [everything[i] for i in random.permutation(len(everything))[:count]]


def main() -> None:
    """Draw everything and print one line for each kind and pen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("fonts", type=Path)
    parser.add_argument("--count", type=int, default=40, help="drawings of each kind")
    parser.add_argument("--seed", type=int, default=100)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    with tempfile.TemporaryDirectory() as runs:
        isolate_settings(Path(runs))
        window = create_main_window(runs_dir=Path(runs), data_dir=data_dir())
        window.resize(START_SIZE)
        window.show()
        wait_for_signal(window.context.torch_loaded, "torch is loading")
        replay = Replay(window)
        for name, samples in drawings(options.fonts, options.count, random).items():
            for size, width in PENS:
                found = measure(replay, samples, size, width, random)
                print(f"{name:12} size {size} pen {width}: {found}", flush=True)
        window.close()


def measure(
    replay: Replay, samples: list[Drawing], size: float, width: float, random: np.random.Generator
) -> str:
    """Draw samples anywhere on the canvas; describe accuracy and familiarity."""
    correct = familiar = 0
    for label, strokes in samples:
        placed = place(normalize(strokes), size, width, random)
        predicted, familiarity = replay.draw(placed, width)
        correct += predicted == label
        familiar += familiarity >= UNFAMILIAR
    low, high = wilson_interval(correct, len(samples))
    text = f"familiar {familiar / len(samples):.1%} of {len(samples)}"
    if samples[0][0].isdigit():
        return f"accuracy {correct / len(samples):.1%} ({low:.1%} to {high:.1%}), {text}"
    return text


if __name__ == "__main__":
    app = QApplication.instance() or QApplication([])
    main()
