"""The same Tiny VGG in Keras 3, as its guide writes it."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from keras import layers

from studio.bench.workers.protocol import Say, Turns
from studio.bench.workload import Workload
from studio.data import load_dataset


def tiny_vgg(rotate: float) -> keras.Model:
    """The layers of the plain loop's; pictures are mirrored and turned up to `rotate` degrees."""
    blocks = []
    for width in (64, 128, 256):
        blocks += [layers.Conv2D(width, 3, padding="same", activation="relu") for _ in range(2)]
        blocks += [layers.MaxPooling2D(2)]
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.RandomFlip("horizontal"),
            layers.RandomRotation(rotate / 360, fill_mode="constant"),
            *blocks,
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dense(10, dtype="float32"),
        ]
    )


class Reports(keras.callbacks.Callback):  # type: ignore[misc]  # keras ships no types
    """Reports every batch."""

    def __init__(self, turns: Turns, batch_size: int) -> None:
        super().__init__()
        self._turns, self._batch_size = turns, batch_size

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        self._turns.report(self._batch_size)


def train_float32(workload: Workload, say: Say) -> None:
    """In single precision, until nobody asks for another turn."""
    _train(workload, say, "float32")


def train_bfloat16(workload: Workload, say: Say) -> None:
    """With products of half the bits, until nobody asks for another turn."""
    _train(workload, say, "mixed_bfloat16")


def _train(workload: Workload, say: Say, precision: str) -> None:
    config = workload.config
    keras.mixed_precision.set_global_policy(precision)
    image_set = load_dataset(config.data, workload.data_dir)
    rows = image_set.splits["train"]
    images, labels = image_set.images[rows].transpose(0, 2, 3, 1), image_set.labels[rows]
    model = tiny_vgg(config.augment.rotate)
    model.compile(
        optimizer=keras.optimizers.SGD(config.optim.lr, config.optim.momentum),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    turns = Turns(say, workload.seconds)
    turns.tell_facts(device="", precision=precision, backend=keras.backend.backend())
    batch_size = config.optim.batch_size
    reports = Reports(turns, batch_size)
    while True:
        model.fit(images, labels, batch_size=batch_size, callbacks=[reports], verbose=0)
