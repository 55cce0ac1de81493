"""Train the bundled model further, on strokes and on drawings that are no digit.

    vgg-studio train mnist-best
    python packaging/bundled/datasets.py STROKES FONTS
    python packaging/bundled/train.py STROKES --start RUN/weights/best.safetensors

Continues the training of `mnist-best` with 10 classes of digits and further classes of letters and
shapes (outlier exposure: D. Hendrycks, M. Mazeika, T. Dietterich, 2019). The rows of the output
layer for the further classes go into the model card, where they say how familiar a drawing is.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bundled.datasets import CLASSES
from studio.config import AugmentConfig, DataConfig, OptimConfig
from studio.data import load_dataset
from studio.models import build_model
from studio.paths import data_dir
from studio.runs.checkpoints import load_model
from studio.training.augmentation import Augmentation
from studio.training.distributed.sharding import Sharding
from studio.training.ema import WeightAverage
from studio.training.input.normalization import Normalizer
from studio.training.optimizer import build_optimizer
from studio.training.schedules import learning_rate

DIGITS = 10
TICKS = 10_000  # of the schedule
SMOOTHING = 0.05  # of the labels of digits
UNIFORM_WEIGHT = 0.3  # of the loss that makes digits equally probable for what is none

# How much of each batch comes from where.
MIXTURE = {
    "mnist": 0.35,
    "train_traced": 0.24,
    "train_forms": 0.12,
    "train_fonts": 0.07,
    "train_letters": 0.16,
    "train_shapes": 0.06,
}
AUGMENT = AugmentConfig(rotate=12, shear=12, zoom=0.15, shift=0.08, thickness=0.8)
OPTIM = OptimConfig(
    optimizer="adamw", lr=0.002, weight_decay=0.02, schedule="onecycle", batch_size=256, ema=0.998
)


class Mixture:
    """Random batches from several sources."""

    def __init__(self, folder: Path, seed: int, mnist_share: float) -> None:
        mnist = load_dataset(DataConfig(source="mnist", val_share=0.1), data_dir())
        rows = mnist.splits["train"]
        parts = {"mnist": (np.asarray(mnist.images[rows]), np.asarray(mnist.labels[rows]))}
        parts |= {name: load_part(folder, name) for name in MIXTURE if name != "mnist"}
        self._random = np.random.default_rng(seed)
        others = (1 - mnist_share) / (1 - MIXTURE["mnist"])
        self._fractions = [mnist_share, *[s * others for n, s in MIXTURE.items() if n != "mnist"]]
        self._parts = [parts[name] for name in MIXTURE]
        self._orders = [self._shuffle(len(labels)) for _, labels in self._parts]

    def batch(self, size: int) -> tuple[Tensor, Tensor]:
        """Images uint8 [size, 1, 28, 28] and classes."""
        counts = self._random.multinomial(size, self._fractions)
        images, labels = [], []
        for part, (count, (x, y)) in enumerate(zip(counts, self._parts, strict=True)):
            if len(self._orders[part]) < count:
                self._orders[part] = self._shuffle(len(y))
            rows, self._orders[part] = np.split(self._orders[part], [count])
            images.append(x[rows])
            labels.append(y[rows])
        return torch.from_numpy(np.concatenate(images)), torch.from_numpy(np.concatenate(labels))

    def _shuffle(self, count: int) -> NDArray[np.int64]:
        return self._random.permutation(count)


def load_part(folder: Path, name: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Images uint8 [N, 1, 28, 28] and classes of one file."""
    with np.load(folder / f"{name}.npz") as stored:
        return stored["x"][:, None], stored["y"]


def build(start: Path, weights: Path | None = None) -> tuple[nn.Module, Normalizer]:
    """The model with further classes, and the normalization of its inputs.

    Its weights are those of `start`, a run of `mnist-best`, or those that a training saved.
    """
    trained, card = load_model(start)
    model = build_model(card.model.model_copy(update={"num_classes": CLASSES}))
    values = trained.state_dict()
    fresh = model.state_dict()
    for name in ("weight", "bias"):
        key = next(key for key in fresh if key.endswith(f"output.{name}"))
        values[key] = torch.cat([values[key][:DIGITS], fresh[key][DIGITS:]])
    model.load_state_dict(torch.load(weights, weights_only=True) if weights else values)
    normalize = Normalizer(card.mean, card.std, "cpu")
    return model.to(memory_format=normalize.memory_format), normalize


def loss_of(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of all classes, and of the digits alone; uniform digits for what is none."""
    total = functional.cross_entropy(logits, labels, label_smoothing=0.02)
    is_digit = labels < DIGITS
    digits = functional.cross_entropy(
        logits[is_digit, :DIGITS], labels[is_digit], label_smoothing=SMOOTHING
    )
    uniform = -logits[~is_digit, :DIGITS].log_softmax(1).mean()
    return total + digits + UNIFORM_WEIGHT * uniform


def main() -> None:
    """Train, report the validation now and then, and save the averaged weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("strokes", type=Path)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--weights", type=Path, help="weights saved by this script, to continue")
    parser.add_argument("--out", type=Path, default=Path("bundled.pt"))
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--mnist", type=float, default=MIXTURE["mnist"], help="its fraction")
    parser.add_argument("--lr", type=float, default=OPTIM.lr)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    model, normalize = build(options.start, options.weights)
    train(model, normalize, Mixture(options.strokes, options.seed, options.mnist), options)


def train(
    model: nn.Module, normalize: Normalizer, mixture: Mixture, options: argparse.Namespace
) -> None:
    """Run the steps; the averaged weights are saved every 500 of them."""
    average = WeightAverage(model, OPTIM.ema)
    optimizer = build_optimizer(OPTIM, list(model.parameters()), OPTIM.lr)
    augmentation = Augmentation(AUGMENT, options.seed + 1, Sharding())
    model.train()
    began, total_loss = time.perf_counter(), 0.0
    optim = OPTIM.model_copy(update={"lr": options.lr})
    step = 0
    # The schedule follows the clock, so that a busy computer does not make it longer.
    while (elapsed := (time.perf_counter() - began) / (60 * options.minutes)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(optim, int(elapsed * TICKS), TICKS, TICKS)
        images, labels = mixture.batch(OPTIM.batch_size)
        images = augmentation.apply(images, augmentation.draw(images))
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(normalize(images))
        loss = loss_of(logits.float(), labels)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        average.update(model)
        total_loss += loss.item()
        step += 1
        if step % 100 == 0:
            print(f"step {step} of {elapsed:.0%} loss {total_loss / 100:.4f}", flush=True)
            total_loss = 0.0
        if step % 500 == 0:
            torch.save(average.model.state_dict(), options.out)
    torch.save(average.model.state_dict(), options.out)
    print(f"{step} steps of {OPTIM.batch_size} samples", flush=True)


if __name__ == "__main__":
    main()
