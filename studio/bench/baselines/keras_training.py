"""The same Tiny VGG in Keras 3, written as in its guide."""

import os
from functools import partial

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from keras import layers

from studio.bench.workers.protocol import Send
from studio.bench.workers.throughput import MeasuredTraining
from studio.bench.workload import Workload
from studio.data import load_dataset


def tiny_vgg(rotation_degrees: float) -> keras.Model:
    """Return the layers of `plain_loop.tiny_vgg`, with random flips and rotations before them."""
    blocks = []
    for width in (64, 128, 256):
        blocks += [layers.Conv2D(width, 3, padding="same", activation="relu") for _ in range(2)]
        blocks += [layers.MaxPooling2D(2)]
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.RandomFlip("horizontal"),
            layers.RandomRotation(rotation_degrees / 360, fill_mode="constant"),
            *blocks,
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dense(10, dtype="float32"),
        ]
    )


def _train(workload: Workload, send: Send, precision: str) -> None:
    """Train until no further measurement is requested."""
    config = workload.config
    keras.mixed_precision.set_global_policy(precision)
    dataset = load_dataset(config.data, workload.data_dir)
    indices = dataset.splits["train"]
    images, labels = dataset.images[indices].transpose(0, 2, 3, 1), dataset.labels[indices]
    model = tiny_vgg(config.augment.rotate)
    model.compile(
        optimizer=keras.optimizers.SGD(config.optim.lr, config.optim.momentum),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    training = MeasuredTraining(send, workload.seconds)
    training.set_conditions(device="", precision=precision, backend=keras.backend.backend())
    batch_size = config.optim.batch_size
    counter = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: training.add_images(batch_size)
    )
    while True:
        model.fit(images, labels, batch_size=batch_size, callbacks=[counter], verbose=0)


train_float32 = partial(_train, precision="float32")
train_bfloat16 = partial(_train, precision="mixed_bfloat16")
