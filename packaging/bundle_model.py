"""Turn a finished run of `mnist-best` into the bundled model.

    vgg-studio train mnist-best
    python packaging/bundle_model.py last --drawings drawings.npz

Writes float16 weights and their model card to resources/models/ and evaluates them. Without a run,
it only calibrates the bundled weights again.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file

from studio import paths
from studio.data import load_dataset
from studio.data.drawing.foreground import extract_foreground
from studio.files import write_text
from studio.inference import Predictor
from studio.insight import evaluate
from studio.runs import Run, RunStore
from studio.runs.checkpoints import load_model, save_weights
from studio.training.temperature import fit_temperature

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "models"
CALIBRATION = "| Calibration |"

CARD = """# The bundled model

A VGG-style classifier for handwritten digits, included with VGG Studio.

| | |
|---|---|
| Model | `simple-vgg`, blocks 32-32, 64-64, 128-128, batch norm, hidden 256 |
| Parameters | {parameters:,} |
| File | `mnist-best.safetensors`, float16, {kilobytes:,} kB; inference in float32 |
| Dataset | MNIST (Y. LeCun, C. Cortes, C. J. C. Burges; CC BY-SA 3.0) |
| Split | {train:,} train, {val:,} validation (to select the epoch) |
| Recipe | `mnist-best`: rotation, shear, zoom, shift, stroke thickness; averaged weights (EMA) |
| Trained | seed {seed}, {device}, {precision}, threads {threads}, {seconds:.0f} s, torch {torch} |
| Validation | {val_accuracy:.2%} (epoch {epoch} of {epochs}, the best) |
| Test | {test_accuracy:.2%} on MNIST's 10,000 test samples, measured once with this file |
{calibration}
{drawings}
## Intended use

Trying VGG Studio with single digits, drawn or photographed, dark on light or light on dark. It was
trained on digits only and predicts a digit for any input. Its probabilities are calibrated for
digits like those of MNIST; for other drawings they mean nothing. American and European forms of 1,
4 and 7 are not equally frequent in MNIST; expect more errors on the rarer ones.

## Rebuild it

```
vgg-studio train mnist-best
python packaging/bundle_model.py last
```

The same seed gives the same weights on the same processor with the same version of torch. Otherwise
the accuracy can differ by about 0.1 points.
"""


def main() -> None:
    """Write the weights and the model card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", nargs="?", help="id of a run or its beginning, or “last”")
    parser.add_argument(
        "--drawings", type=Path, help="an .npz file of drawn digits: x uint8 [N, H, W] and labels y"
    )
    options = parser.parse_args()
    target, model_card = FOLDER / "mnist-best.safetensors", FOLDER / "mnist-best.md"
    if options.run:
        run = RunStore(paths.runs_dir()).open(options.run)
        write_half(run, target)
        calibrate(target)
        text = card_text(run, target, options.drawings)
    else:
        calibrate(target)
        text = with_calibration(model_card.read_text(encoding="utf-8"), target)
    write_text(model_card, text)


def write_half(run: Run, target: Path) -> None:
    """Write the best weights of a run as float16."""
    network, card = load_model(run.best_weights)
    weights = {
        name: tensor.half() if tensor.is_floating_point() else tensor
        for name, tensor in network.state_dict().items()
    }
    save_weights(target, weights, card)


def calibrate(target: Path) -> None:
    """Fit the temperature on the validation split and store it with the unchanged weights."""
    predictor = Predictor.load(target)
    digits = load_dataset(predictor.card.data, paths.data_dir())
    rows = digits.splits["val"]
    logits = predictor.logits(digits.images[rows])
    temperature = fit_temperature(logits, torch.from_numpy(digits.labels[rows]))
    card = predictor.card.model_copy(update={"temperature": temperature})
    save_weights(target, load_file(target), card)


def calibration_row(target: Path) -> str:
    """The row of the model card with the measured calibration."""
    temperature = Predictor.load(target).card.temperature
    return (
        f"{CALIBRATION} temperature {temperature:.3f}, fitted on the validation split; expected "
        f"calibration error on the test split {evaluate(target).calibration_error:.4f} (15 bins) |"
    )


def with_calibration(text: str, target: Path) -> str:
    """The model card with an updated calibration row."""
    row = calibration_row(target)
    lines = [row if line.startswith(CALIBRATION) else line for line in text.splitlines()]
    return "\n".join(lines) + "\n"


def card_text(run: Run, target: Path, drawings: Path | None) -> str:
    """The model card, filled with measured values."""
    status, record = run.status, run.record
    assert status is not None
    started = next(event for event in run.metrics() if event["event"] == "FitStarted")
    return CARD.format(
        parameters=status.parameters,
        kilobytes=target.stat().st_size // 1000,
        train=started["train_images"],
        val=started["val_images"],
        seed=run.config.seed,
        device=record["device"],
        precision=record["precision"],
        threads=record["threads"],
        seconds=status.seconds,
        torch=record["versions"]["torch"],
        val_accuracy=status.val_accuracy,
        epoch=status.best_epoch,
        epochs=status.epochs,
        test_accuracy=evaluate(target).accuracy,
        calibration=calibration_row(target),
        drawings=drawings_row(target, drawings) if drawings else "",
    )


def drawings_row(target: Path, drawings: Path) -> str:
    """The row of the model card with the accuracy on drawn digits, read like image files."""
    predictor = Predictor.load(target)
    with np.load(drawings) as kept:
        images, labels = kept["x"], kept["y"]
    correct = 0
    for drawing, label in zip(images, labels, strict=True):
        prediction = predictor.predict_drawing(extract_foreground(Image.fromarray(drawing)))
        correct += prediction is not None and int(prediction.probabilities.argmax()) == int(label)
    return (
        f"| Mouse drawings | {correct / len(labels):.1%} of {len(labels):,} digits drawn in a "
        "paint program (niklashenning/hwd-1000-dataset, MIT), not used for training |\n"
    )


if __name__ == "__main__":
    main()
