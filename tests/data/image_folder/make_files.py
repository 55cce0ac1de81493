"""Small sets of image files, as folders and archives, for the tests of the import."""

import io
import tarfile
import zipfile
from dataclasses import asdict
from pathlib import Path

import numpy as np
from PIL import Image

from studio.callbacks import ignore_progress, never_stop
from studio.config import DataConfig
from studio.data.image_folder.decoding import TargetFormat
from studio.data.image_folder.image_table import unpack_table
from studio.data.image_folder.importing import import_images
from studio.data.image_folder.table_building import build_table
from studio.data.pixel_cache import open_pixels


def make_image(seed=0, size=(12, 9), mode="RGB"):
    """Noise of its own for each seed."""
    shape = (size[1], size[0]) if mode == "L" else (size[1], size[0], 3)
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8))


def encoded(image=None, kind="PNG", **options):
    buffer = io.BytesIO()
    (image or make_image()).save(buffer, kind, **options)
    return buffer.getvalue()


def pets(mode="RGB"):
    """Two classes of two images."""
    names = ("cats/1.png", "cats/2.png", "dogs/1.png", "dogs/2.png")
    return {name: encoded(make_image(seed, mode=mode)) for seed, name in enumerate(names)}


def as_folder(path, files):
    for name, data in files.items():
        place = Path(path, name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return path


def as_zip(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def as_tar(path, files, mode="w"):
    with tarfile.open(path, mode) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def config(path, size=8, **values):
    return DataConfig(source="folder", path=str(path), image_size=size, **values)


def table_of(path, **values):
    return import_images(config(path, **values))


def table_here(path, on_progress=ignore_progress, should_stop=never_stop, **values):
    """The same, but read in this process, where a test can change limits and count questions."""
    target = asdict(TargetFormat.from_config(config(path, **values)))
    key = build_table(str(path), target, on_progress, should_stop)
    return unpack_table(path, *open_pixels(key))


def reasons(strays):
    return {stray.file: stray.reason for stray in strays}
