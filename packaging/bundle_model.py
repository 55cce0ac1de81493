"""Turn the weights of packaging/bundled/train.py into the bundled model.

    python packaging/bundle_model.py bundled.pt STROKES RUN/weights/best.safetensors

Writes float16 weights to resources/models/, calibrates them and fits their familiarity. Then
measures the validation data and, with --test, the test sets; the figures belong in the model card.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bundled.datasets import FIRST_LETTER, FIRST_SHAPE
from bundled.fonts import LIKE_DIGITS
from bundled.train import DIGITS, load_part

from studio.data import load_dataset
from studio.data.drawing.foreground import extract_foreground
from studio.inference import Predictor
from studio.insight import evaluate
from studio.insight.calibration import expected_calibration_error
from studio.paths import data_dir
from studio.runs.checkpoints import ModelCard, load_model, read_card, save_weights
from studio.runs.familiarity import LEVELS, UNFAMILIAR, Familiarity
from studio.training.familiarity import quantiles, score
from studio.training.temperature import fit_temperature

TARGET = Path(__file__).resolve().parents[1] / "resources" / "models" / "mnist-best.safetensors"
DIGIT_PARTS = ("val_traced", "val_fonts", "val_forms")
OTHER_PARTS = ("val_letters", "val_shapes")


def main() -> None:
    """Write the weights, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path, help="written by packaging/bundled/train.py")
    parser.add_argument("strokes", type=Path, help="written by packaging/bundled/datasets.py")
    parser.add_argument("start", type=Path, help="weights of the run of mnist-best")
    parser.add_argument("--average", type=Path, help="further weights, averaged with the first")
    parser.add_argument("--out", type=Path, default=TARGET)
    parser.add_argument("--test", action="store_true", help="measure the test split too")
    parser.add_argument("--drawings", type=Path, help=".npz with x uint8 [N, H, W] and labels y")
    options = parser.parse_args()
    torch.set_num_threads(1)
    samples = validation_samples(options.strokes, read_card(options.start))
    trained = [path for path in (options.weights, options.average) if path]
    write_half(trained, options.start, options.out)
    calibrate(options.out, samples)
    print(json.dumps(figures(options.out, samples), indent=1))
    if options.test:
        result = evaluate(options.out)
        print("test", result.accuracy, "calibration error", result.calibration_error)
    if options.drawings:
        print("drawings", drawings_accuracy(options.out, options.drawings))


Samples = dict[str, tuple[NDArray[np.uint8], NDArray[np.int64]]]


def validation_samples(strokes: Path, card: ModelCard) -> Samples:
    """The validation split of MNIST and the rendered strokes of unseen writers, fonts, shapes."""
    mnist = load_dataset(card.data, data_dir())
    rows = mnist.splits["val"]
    samples: Samples = {"mnist": (np.asarray(mnist.images[rows]), np.asarray(mnist.labels[rows]))}
    return samples | {name: load_part(strokes, name) for name in (*DIGIT_PARTS, *OTHER_PARTS)}


def write_half(trained: list[Path], start: Path, target: Path) -> None:
    """Write the mean weights as float16; the further classes go into the card.

    The familiarity has no quantiles yet.
    """
    _, card = load_model(start)
    states = [torch.load(path, weights_only=True) for path in trained]
    weights = {
        name: sum(state[name] for state in states) / len(states) if t.is_floating_point() else t
        for name, t in states[0].items()
    }
    others = {}
    for name in ("weight", "bias"):
        key = next(key for key in weights if key.endswith(f"output.{name}"))
        weights[key], others[name] = weights[key][:DIGITS], weights[key][DIGITS:]
    familiarity = Familiarity(
        quantiles=(0.0,) * len(LEVELS),
        weights=tuple(tuple(_short(value) for value in row) for row in others["weight"].tolist()),
        bias=tuple(_short(value) for value in others["bias"].tolist()),
    )
    half = {name: t.half() if t.is_floating_point() else t for name, t in weights.items()}
    update = {"familiarity": familiarity, "recipe": "mnist-best", "temperature": 1.0}
    save_weights(target, half, card.model_copy(update=update))


def _short(value: float) -> float:
    """Four significant digits, as many as float16 has."""
    return float(f"{value:.4g}")


def calibrate(target: Path, samples: Samples) -> None:
    """Fit temperature, familiarity and accuracy on MNIST's validation split and pen strokes."""
    predictor = Predictor.load(target)
    known = predictor.card.familiarity
    assert known is not None
    digits = ("mnist", *DIGIT_PARTS)
    outputs = {name: predictor.logits_with_outliers(samples[name][0]) for name in digits}
    scores = torch.cat([score(known, *outputs[name]) for name in digits])
    labels = torch.from_numpy(samples["mnist"][1])
    update = {
        "temperature": fit_temperature(outputs["mnist"][0], labels),
        "familiarity": known.model_copy(update={"quantiles": quantiles(scores)}),
        "val_accuracy": _accuracy(outputs["mnist"][0], samples["mnist"][1]),
    }
    model, card = load_model(target)
    half = {n: t.half() if t.is_floating_point() else t for n, t in model.state_dict().items()}
    save_weights(target, half, card.model_copy(update=update))


def figures(target: Path, samples: Samples) -> dict[str, float]:
    """Accuracy of the digits, and how much of each part passes the threshold of familiarity."""
    predictor = Predictor.load(target)
    found: dict[str, float] = {}
    for name, (images, labels) in samples.items():
        probabilities, familiar = predictor.predict(images), predictor.familiarity(images)
        assert familiar is not None
        found[f"{name} familiar"] = float((familiar >= UNFAMILIAR).mean())
        found[f"{name} above 90 %"] = float((probabilities.max(1) > 0.9).mean())
        if name not in OTHER_PARTS:
            found[f"{name} accuracy"] = float((probabilities.argmax(1) == labels).mean())
            found[f"{name} calibration"] = expected_calibration_error(probabilities, labels)
        if name == "val_letters":
            found |= _by_letter(familiar >= UNFAMILIAR, labels)
    return found


def _by_letter(passes: NDArray[np.bool_], labels: NDArray[np.int64]) -> dict[str, float]:
    like = {FIRST_LETTER + ord(c.lower()) - ord("a") for c in LIKE_DIGITS}
    unlike = ~np.isin(labels, list(like))
    found = {"letters other than o, l, i familiar": float(passes[unlike].mean())}
    for label in range(FIRST_LETTER, FIRST_SHAPE):
        letter = chr(ord("a") + label - FIRST_LETTER)
        found[f"{letter} familiar"] = float(passes[labels == label].mean())
    return found


def drawings_accuracy(target: Path, drawings: Path) -> float:
    """The accuracy on drawn digits, read like image files."""
    predictor = Predictor.load(target)
    with np.load(drawings) as kept:
        images, labels = kept["x"], kept["y"]
    correct = 0
    for drawing, label in zip(images, labels, strict=True):
        prediction = predictor.predict_drawing(extract_foreground(Image.fromarray(drawing)))
        correct += prediction is not None and int(prediction.probabilities.argmax()) == int(label)
    return correct / len(labels)


def _accuracy(logits: Tensor, labels: NDArray[np.int64]) -> float:
    return float((logits.argmax(1).numpy() == labels).mean())


if __name__ == "__main__":
    main()
