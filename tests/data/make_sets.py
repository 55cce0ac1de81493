"""Small data sets of the published layouts, made on the spot."""

import gzip
import hashlib
import io
import struct
import tarfile
import zipfile

import numpy as np

from studio.data.datasets import DATASETS
from studio.data.formats.cifar import CIFAR10_MD5


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


def emnist_files(images):
    """The eight files by name: `images` [N, 28, 28] upright for each part, labels in turn."""
    files = {}
    for row in (DATASETS["emnist_digits"], DATASETS["emnist_letters"]):
        labels = np.arange(len(images)) % len(row.class_names) + row.first_label
        for name in row.files:
            array = images.transpose(0, 2, 1) if "images" in name else labels
            files[name] = idx_bytes(array)
    return files


def emnist_zip(images):
    """The archive as published: packed files in a folder, also of splits nobody asked for."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in emnist_files(images).items():
            archive.writestr(f"gzip/{name}.gz", gzip.compress(data))
        archive.writestr("gzip/emnist-byclass-train-images-idx3-ubyte.gz", b"not even packed")
    return packed.getvalue()


def batch_bytes(pixels, labels):
    """A batch as Python 2 pickled it: pixels uint8 [N, 3072], labels a list of numbers."""
    dtype = b"cnumpy\ndtype\n" + _words("u1") + b"K\x00K\x01\x87R"
    dtype += b"(K\x03" + _words("|") + b"NNN" + _number(-1) + _number(-1) + b"K\x00tb"
    array = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85" + _words("b")
    array += b"\x87R(K\x01" + b"".join(map(_number, pixels.shape)) + b"\x86" + dtype + b"\x89"
    array += b"T" + struct.pack("<i", pixels.size) + pixels.tobytes() + b"tb"
    numbers = b"](" + b"".join(map(_number, labels)) + b"e"
    return b"\x80\x02}(" + _words("labels") + numbers + _words("data") + array + b"u."


def _words(text):
    return b"U" + bytes([len(text)]) + text.encode()


def _number(value):
    return b"J" + struct.pack("<i", value)


def cifar_files(count=20, seed=0):
    """The batches and what comes with them, by name; `count` images of ten classes in each."""
    rng = np.random.default_rng(seed)
    files = {
        name: batch_bytes(
            rng.integers(0, 256, (count, 3072), np.uint8), (np.arange(count) % 10).tolist()
        )
        for name in CIFAR10_MD5
    }
    names = b"](" + b"".join(map(_words, DATASETS["cifar10"].class_names)) + b"e"
    files["batches.meta"] = b"\x80\x02}" + _words("label_names") + names + b"s."
    return files


def cifar_tar(files):
    """The archive as published."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def md5(data):
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
