"""Continues the manifest of a run from the state that is resumed.

The log and the history grow while a training runs. Their listed beginnings end where the training
state counts them, and what follows is written again after an interruption.
"""

import dataclasses
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studio.runs.content_digest import digest_rows, hash_beginning
from studio.runs.manifest import (
    damage_error,
    find_run_folder,
    has_version,
    open_manifest,
    read_manifest,
    verify_file,
    version_of,
)
from studio.runs.manifest_file import LOG, ROWS, Manifest, Version
from studio.runs.previous import BEST, CONFIG, OVERLAY, STATE

_INDICES = "history/indices.npy"


def verify_to_resume(folder: Path) -> None:
    """Check the files from which a training goes on. Raises DamagedRunError naming the first."""
    for name in (CONFIG, STATE, BEST, OVERLAY):
        verify_file(folder / name)


def verify_log(folder: Path, size: int) -> "hashlib._Hash":
    """Check the beginning of the log that a training state counts, `size` bytes.

    Return its SHA-256, to be continued. Raises DamagedRunError.
    """
    try:
        digest = hash_beginning(folder / LOG, size)
    except FileNotFoundError:
        raise damage_error(folder, LOG, "is missing") from None
    except EOFError:
        raise damage_error(folder, LOG, "is damaged: its end is missing") from None
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
        raise damage_error(folder, LOG, problem) from None
    known = read_manifest(folder).files.get(LOG, ()) if find_run_folder(folder / LOG) else ()
    hashes = {version.sha256 for version in known if version and version.size == size}
    if size and hashes and digest.hexdigest() not in hashes:
        raise damage_error(folder, LOG, "is damaged: it is not what was saved")
    return digest


def open_to_continue(folder: Path, state: Mapping[str, Any] | None) -> Manifest:
    """Open the manifest of a run with the versions that `state` follows from, None for a new run.

    Raises DamagedRunError and OSError.
    """
    manifest = open_manifest(folder)
    size, epoch, step = 0, 0, 0
    if state is not None:
        size, position = state["log_bytes"], state["position"]
        epoch, step = position["epoch"], position["step"]
    for name, versions in list(manifest.files.items()):
        kept = _select(folder, name, versions, size, epoch)
        if kept is None:
            del manifest.files[name]
        else:
            manifest.files[name] = (kept,)
    found = manifest.newest(STATE)
    if found is not None:
        manifest.files[STATE] = (dataclasses.replace(found, epoch=epoch, step=step),)
    return manifest


def _select(
    folder: Path, name: str, versions: tuple[Version | None, ...], size: int, epoch: int
) -> Version | None:
    """The version of a file that a training continues; None where it writes it anew."""
    listed = [version for version in versions if version is not None]
    if name == LOG:
        listed = [version for version in listed if version.size == size]
    elif name in ROWS:
        listed = [version for version in listed if (version.epoch or 0) <= epoch]
    elif len(versions) > 1:  # the process was killed while it replaced the file
        path = folder / name
        listed = [v for v in listed if path.exists() and has_version(path, name, v)]
    return listed[-1] if listed else None


def extend_history(manifest: Manifest, epoch: int) -> dict[str, Version]:
    """The new versions of the files of the history after `epoch` finished epochs.

    Damage to earlier rows stays noticed: a file whose listed rows changed keeps its version.
    """
    found = {}
    for name in ROWS:
        version = _extend_rows(manifest, name, epoch)
        if version is not None:
            found[name] = version
    path = manifest.folder / _INDICES
    if found and _INDICES not in manifest.files and path.is_file():
        found[_INDICES] = version_of(path)
    return found


def _extend_rows(manifest: Manifest, name: str, epoch: int) -> Version | None:
    """The version of a growing array with the rows of all finished epochs; None if it is listed."""
    path, known = manifest.folder / name, manifest.newest(name)
    if known is not None and (known.epoch or 0) >= epoch:
        return None
    try:
        if epoch == 0 or (known is not None and not has_version(path, name, known)):
            return None
        with path.open("rb+") as file:  # on the disk before the manifest that lists it
            os.fsync(file.fileno())
        content = digest_rows(path, epoch)
    except (OSError, ValueError):
        return None
    return Version(content.sha256, content.size, epoch)
