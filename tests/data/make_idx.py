"""Small IDX sets of the published layout, made on the spot."""

import gzip
import struct

import numpy as np


def idx_bytes(array):
    header = struct.pack(">BBBB", 0, 0, 8, array.ndim)
    return header + struct.pack(f">{array.ndim}I", *array.shape) + array.astype(np.uint8).tobytes()


def make_mnist(raw, train=60, test=20, packed=True):
    """Write the four files into `raw`; returns the training images and labels."""
    raw.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    kept = None
    for name, count in (("train", train), ("t10k", test)):
        images = rng.integers(0, 256, (count, 28, 28), np.uint8)
        labels = np.arange(count, dtype=np.uint8) % 10
        kept = kept or (images, labels)
        for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
            data = idx_bytes(array)
            suffix = ".gz" if packed else ""
            (raw / f"{name}-{kind}-ubyte{suffix}").write_bytes(
                gzip.compress(data) if packed else data
            )
    return kept
