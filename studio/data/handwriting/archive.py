"""All drawings of the user in one .zip file, to keep or to move to another computer."""

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from studio.data.handwriting.sample import DamagedSample, parse_record
from studio.data.handwriting.store import (
    MAX_PNG_BYTES,
    MAX_RECORD_BYTES,
    HandwritingStore,
    decode_png,
    encode_png,
)
from studio.errors import DatasetError
from studio.files import open_regular, write_atomic

_MAX_SAMPLES = 100_000


@dataclass(frozen=True)
class ImportResult:
    """The number of drawings added, of those already there, and the unreadable ones."""

    added: int
    known: int
    damaged: tuple[DamagedSample, ...]


def export_drawings(store: HandwritingStore, path: Path) -> int:
    """Write all readable drawings into an archive, atomically, and return their number.

    Raises DatasetError.
    """
    listing, images = store.read()

    def write(partial: Path) -> None:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            for sample, image in zip(listing.samples, images, strict=True):
                archive.writestr(f"{sample.id}.png", encode_png(image))
                archive.writestr(f"{sample.id}.json", sample.record.model_dump_json())

    try:
        write_atomic(path, write)
    except OSError as error:
        message = f"“{path}” cannot be written: {error.strerror or error}."
        raise DatasetError(message, "Choose another place.") from None
    return len(listing.samples)


def import_drawings(store: HandwritingStore, path: Path) -> ImportResult:
    """Add the drawings of an archive to a store; those drawn at the same moment are known.

    Members are read one by one with limits on their size, and nothing is unpacked to the disk.
    Raises DatasetError where the file is no such archive.
    """
    try:
        with open_regular(path) as handle, zipfile.ZipFile(handle) as archive:
            return _import(store, archive)
    except OSError as error:
        reason = error.strerror or str(error)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        reason = "it is not a .zip archive, or damaged"
    message = f"“{path}” cannot be imported: {reason}."
    raise DatasetError(message, "Choose an archive that VGG Studio exported.")


def _import(store: HandwritingStore, archive: zipfile.ZipFile) -> ImportResult:
    sizes = {info.filename: info.file_size for info in archive.infolist()[: 2 * _MAX_SAMPLES]}
    known = {sample.record.time for sample in store.list().samples}
    added, duplicates, damaged = 0, 0, []
    for name in sorted(name for name in sizes if name.endswith(".json")):
        image_name = f"{name.removesuffix('.json')}.png"
        try:
            if image_name not in sizes:
                raise ValueError("its image is missing")
            if sizes[name] > MAX_RECORD_BYTES or sizes[image_name] > MAX_PNG_BYTES:
                raise ValueError("it is too large")
            record = parse_record(archive.read(name))
            if record.time in known:
                duplicates += 1
                continue
            image = decode_png(io.BytesIO(archive.read(image_name)))
        except (ValueError, zipfile.BadZipFile, EOFError, zlib.error) as error:
            damaged.append(DamagedSample(name, str(error) or "it is damaged"))
            continue
        known.add(record.time)
        store.add_record(image, record)
        added += 1
    return ImportResult(added, duplicates, tuple(damaged))
