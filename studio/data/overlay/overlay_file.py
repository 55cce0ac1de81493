"""The file of an overlay: readable JSON with one operation per line."""

import contextlib
import hashlib
import json
import textwrap
from pathlib import Path
from typing import Any

from studio.data.overlay.history import Overlay, OverlayDocument
from studio.data.overlay.operations import Operation
from studio.errors import OverlayError
from studio.files import read_regular, write_text

_VERSION = 1
_MAX_REASON_CHARS = 200
MAX_OVERLAY_BYTES = 128 << 20  # a million operations


def load_overlay(path: Path, dataset: str = "") -> Overlay:
    """Load an overlay; one without operations where there is no file.

    `dataset` is the title of the dataset. Raises OverlayError for a file that is damaged or of a
    later version, of which a copy is kept beside it, and for one that cannot be read.
    """
    try:
        content = read_regular(path, MAX_OVERLAY_BYTES)
    except FileNotFoundError:
        return Overlay(dataset)
    except OSError as error:
        reason = error.strerror or error
        message = f"The label fixes in “{path}” cannot be read: {reason}."
        raise OverlayError(message, "Check that the file can be opened.") from None
    try:
        return _parse(json.loads(content), dataset)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(path, content, error) from None


def save_overlay(path: Path, overlay: Overlay) -> None:
    """Write an overlay atomically: killed at any time, the old or the new file is complete.

    Raises OverlayError when it cannot be written.
    """
    write_document(path, overlay.document())


def write_document(path: Path, document: OverlayDocument) -> None:
    """Write what is saved of an overlay, as `save_overlay` does; in any thread."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, _format(document))
    except OSError as error:
        raise OverlayError(
            f"The label fixes cannot be written to “{path}”: {error.strerror or error}.",
            "Free disk space or make the folder writable. Until then export the changes as CSV.",
        ) from None


def _format(document: OverlayDocument) -> str:
    header = f'"version": {_VERSION},\n"dataset": {json.dumps(document.dataset)},\n'
    operations = ",\n".join(operation.json for operation in document.operations)
    return f'{{{header}"cursor": {document.cursor},\n"operations": [\n{operations}\n]}}\n'


def _parse(values: Any, dataset: str) -> Overlay:
    """Raises ValueError and other errors for values that were not saved by `write_document`."""
    if values["version"] != _VERSION:
        raise ValueError(f"it has the version {values['version']!r}, not {_VERSION}")
    operations = [Operation.from_dict(operation) for operation in values["operations"]]
    cursor = values["cursor"]
    if type(cursor) is not int or not 0 <= cursor <= len(operations):
        raise ValueError(f"{cursor!r} of {len(operations)} operations cannot be applied")
    return Overlay(dataset or str(values.get("dataset", "")), operations, cursor)


def _damaged(path: Path, content: bytes, error: Exception) -> OverlayError:
    """Keep a copy of the damaged file, once, and make the error that names it."""
    digest = hashlib.blake2b(content, digest_size=4).hexdigest()
    copy = path.with_name(f"{path.stem}.damaged-{digest}.json")
    with contextlib.suppress(OSError):
        if not copy.exists():
            copy.write_bytes(content)
    reason = textwrap.shorten(str(error), _MAX_REASON_CHARS, placeholder=" …")
    return OverlayError(
        f"The label fixes in “{path}” cannot be used: {reason}.",
        f"Repair the file or restore a backup, or delete it to start again; “{copy.name}” is a "
        "copy.",
    )
