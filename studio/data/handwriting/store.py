"""The user's drawings on disk: each one as a PNG file, and a JSON file of its label and strokes.

There is no index that could be lost. A drawing exists once its JSON file does, which is written
last and renamed into place: a process that is killed loses at most the drawing being added.
"""

import io
import re
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.data.handwriting.sample import (
    DamagedSample,
    HandwritingSample,
    SampleRecord,
    StrokeRecord,
    parse_record,
)
from studio.errors import DatasetError
from studio.files import is_file, is_folder, read_regular, sync_folder, write_atomic, write_text

IMAGE_SIDE = 280
TEST_INTERVAL = 3  # every third drawing of a class is kept for tests

_ID = re.compile(r"(\d{5,9})\.(?:json|png)")
_DELETED = "deleted"
MAX_RECORD_BYTES, MAX_PNG_BYTES = 4 << 20, 1 << 20
_HINT = "Check the disk and the permissions of that folder."

Pixels = NDArray[np.uint8]
Names = list[str]  # inside the class `list` is a method


@dataclass(frozen=True)
class Listing:
    """All samples in the order they were drawn, and those that cannot be read."""

    samples: tuple[HandwritingSample, ...]
    damaged: tuple[DamagedSample, ...] = ()

    def counts(self) -> Counter[str]:
        """The number of samples of each label."""
        return Counter(sample.label for sample in self.samples)


class HandwritingStore:
    """Adds, relabels, deletes and restores drawings in a folder, which need not exist yet.

    Methods raise DatasetError when the folder cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def list(self) -> Listing:
        """Read the label and strokes of every sample; damaged files are named and skipped."""
        samples, damaged = [], []
        for sample_id in self._ids(self.folder, ".json"):
            path = self._record_path(sample_id)
            try:
                record = parse_record(read_regular(path, MAX_RECORD_BYTES))
                if not is_file(self._image_path(sample_id)):
                    raise ValueError("its image is missing")
            except OSError as error:
                damaged.append(DamagedSample(path.name, error.strerror or str(error)))
            except ValueError as error:
                damaged.append(DamagedSample(path.name, str(error)))
            else:
                samples.append(HandwritingSample(sample_id, record))
        return Listing(tuple(samples), tuple(damaged))

    def read(self) -> tuple[Listing, Pixels]:
        """Return the samples and their images, uint8 [N, 280, 280], 255 = stroke.

        A sample whose image is damaged is among the damaged ones.
        """
        listing = self.list()
        samples, images, damaged = [], [], list(listing.damaged)
        for sample in listing.samples:
            try:
                images.append(self.image(sample.id))
                samples.append(sample)
            except DatasetError as error:
                damaged.append(DamagedSample(f"{sample.id}.png", error.message))
        pixels = np.stack(images) if images else np.zeros((0, IMAGE_SIDE, IMAGE_SIDE), np.uint8)
        return Listing(tuple(samples), tuple(damaged)), pixels

    def image(self, sample_id: str) -> Pixels:
        """Return a drawing, uint8 [280, 280], 255 = stroke. Raises DatasetError."""
        path = self._image_path(sample_id)
        try:
            return decode_png(io.BytesIO(read_regular(path, MAX_PNG_BYTES)))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            message = f"The drawing “{path}” cannot be read: {reason}."
            raise DatasetError(message, "Delete it, and draw it again.") from None

    def add(
        self, image: Pixels, label: str, strokes: Sequence[StrokeRecord] = ()
    ) -> HandwritingSample:
        """Store a drawing, uint8 [280, 280], 255 = stroke, with its label.

        Raises ValueError for a blank one or another array.
        """
        if image.shape != (IMAGE_SIDE, IMAGE_SIDE) or image.dtype != np.uint8:
            raise ValueError(f"the drawing must be uint8 [{IMAGE_SIDE}, {IMAGE_SIDE}]")
        if not image.any():
            raise ValueError("the drawing is blank")
        record = SampleRecord(
            label=label.strip(),
            time=time.time(),
            is_test=self._is_next_test(label.strip()),
            strokes=tuple(strokes),
        )
        return self._write(image, record)

    def add_record(self, image: Pixels, record: SampleRecord) -> HandwritingSample:
        """Store a drawing that comes from another store, with its label, time and use."""
        return self._write(image, record)

    def relabel(self, sample_id: str, label: str) -> str:
        """Change the label of a sample and return the one it had."""
        record = self._record(sample_id)
        changed = SampleRecord.model_validate(record.model_dump() | {"label": label.strip()})
        try:
            write_text(self._record_path(sample_id), changed.model_dump_json())
        except OSError as error:
            raise self._unwritable(error) from None
        return record.label

    def delete(self, sample_id: str) -> None:
        """Move a sample aside, from where `restore` brings it back until `purge`."""
        self._record(sample_id)
        self._move(sample_id, self.folder, self.folder / _DELETED)

    def restore(self, sample_id: str) -> None:
        """Bring back a deleted sample."""
        self._move(sample_id, self.folder / _DELETED, self.folder)

    def purge(self) -> int:
        """Remove all deleted samples for good, and return their number."""
        folder = self.folder / _DELETED
        removed = len(self._ids(folder, ".json"))
        for suffix in (".json", ".png"):
            for sample_id in self._ids(folder, suffix):
                with suppress(OSError):  # the next purge tries again
                    (folder / f"{sample_id}{suffix}").unlink()
        return removed

    def _write(self, image: Pixels, record: SampleRecord) -> HandwritingSample:
        """The image first: a record without image never exists."""
        sample_id = self._next_id()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            content = encode_png(image)
            path = self._image_path(sample_id)
            write_atomic(path, lambda partial: partial.write_bytes(content), len(content))
            write_text(self._record_path(sample_id), record.model_dump_json())
        except OSError as error:
            raise self._unwritable(error) from None
        return HandwritingSample(sample_id, record)

    def _is_next_test(self, label: str) -> bool:
        """Whether the next drawing of a label is for tests, so that a third of each label is."""
        of_label = [sample for sample in self.list().samples if sample.label == label]
        tests = sum(sample.is_test for sample in of_label)
        return tests < (len(of_label) + 1) // TEST_INTERVAL

    def _next_id(self) -> str:
        used = [
            int(sample_id)
            for folder in (self.folder, self.folder / _DELETED)
            for suffix in (".json", ".png")
            for sample_id in self._ids(folder, suffix)
        ]
        return f"{max(used, default=0) + 1:05d}"

    def _record(self, sample_id: str) -> SampleRecord:
        path = self._record_path(sample_id)
        try:
            return parse_record(read_regular(path, MAX_RECORD_BYTES))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            message = f"The drawing “{path}” cannot be changed: {reason}."
            raise DatasetError(message, "Reload the list of drawings.") from None

    def _move(self, sample_id: str, source: Path, target: Path) -> None:
        """The record moves last into this folder and first out of it, so that it has an image."""
        suffixes = (".json", ".png") if source == self.folder else (".png", ".json")
        try:
            target.mkdir(parents=True, exist_ok=True)
            for suffix in suffixes:
                if is_file(source / f"{sample_id}{suffix}"):
                    (source / f"{sample_id}{suffix}").replace(target / f"{sample_id}{suffix}")
            sync_folder(target)
            sync_folder(source)
        except OSError as error:
            raise self._unwritable(error) from None
        if not is_file(target / f"{sample_id}.json"):
            raise DatasetError(f"The drawing {sample_id} no longer exists.", "Draw it again.")

    def _ids(self, folder: Path, suffix: str) -> Names:
        """The ids of the files with that ending, ascending. Other files are none of the store."""
        try:
            names = [path.name for path in folder.iterdir()] if is_folder(folder) else []
        except OSError as error:
            message = f"Your drawings in “{folder}” cannot be read: {error.strerror or error}."
            raise DatasetError(message, _HINT) from None
        found = [name for name in names if name.endswith(suffix) and _ID.fullmatch(name)]
        return sorted((name.removesuffix(suffix) for name in found), key=int)

    def _record_path(self, sample_id: str) -> Path:
        return self.folder / f"{sample_id}.json"

    def _image_path(self, sample_id: str) -> Path:
        return self.folder / f"{sample_id}.png"

    def _unwritable(self, error: OSError) -> DatasetError:
        reason = error.strerror or str(error)
        return DatasetError(f"The drawing cannot be saved in “{self.folder}”: {reason}.", _HINT)


def encode_png(image: Pixels) -> bytes:
    """Return a drawing as a grayscale PNG file: black strokes on white, as people expect."""
    content = io.BytesIO()
    Image.fromarray(255 - image).save(content, "PNG")
    return content.getvalue()


def decode_png(file: BinaryIO) -> Pixels:
    """Read what `encode_png` made, uint8 [280, 280], 255 = stroke. Raises ValueError.

    Anything but a grayscale PNG file of that size is refused before it is decoded.
    """
    try:
        with Image.open(file, formats=["PNG"]) as image:
            if image.size != (IMAGE_SIDE, IMAGE_SIDE) or image.mode != "L":
                raise ValueError(f"it is not a grayscale image of {IMAGE_SIDE} pixels")
            return np.asarray(255 - np.asarray(image), np.uint8)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("it is damaged") from error
