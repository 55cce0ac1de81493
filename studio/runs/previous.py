"""The folder `previous` of a run: the checkpoint before the newest one, with its own manifest."""

import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from studio.runs.content_digest import digest_file
from studio.runs.manifest_file import Manifest, ManifestError, Version

FOLDER: Final = "previous"
_PARTIAL: Final = ".previous.partial"
_REPLACED: Final = ".previous.replaced"

STATE: Final = "state.pt"
LAST: Final = "weights/last.safetensors"
BEST: Final = "weights/best.safetensors"
CHECKPOINT: Final = (STATE, LAST, BEST)
CONFIG: Final = "config.toml"
OVERLAY: Final = "overlay.json"
# Small files that are copied, so that damage to the run's own copy is not in both.
_COPIED: Final = (CONFIG, OVERLAY)


@dataclass(frozen=True)
class PreviousCheckpoint:
    """The checkpoint before the newest one: finished epochs, steps, and which files are intact.

    `files` are all of its files and `intact` those with the content that was saved, both by their
    POSIX paths below the run.
    """

    epoch: int
    step: int
    files: tuple[str, ...]
    intact: tuple[str, ...]

    @property
    def is_intact(self) -> bool:
        """Whether the run can go back to it."""
        return set(CHECKPOINT) <= set(self.intact)


def previous_path(folder: Path, name: str) -> Path:
    """Where the previous version of a file of the run in `folder` is kept."""
    return folder / FOLDER / PurePosixPath(name).name


def keep_previous(manifest: Manifest) -> None:
    """Keep the checkpoint of a run before the next one replaces it. Raises OSError.

    It takes the place of the one kept so far. Files are linked, not copied, where that is possible.
    """
    folder = manifest.folder
    versions = {name: manifest.newest(name) for name in (*CHECKPOINT, *_COPIED)}
    found = {n: v for n, v in versions.items() if v is not None and (folder / n).is_file()}
    if STATE not in found:
        return
    partial = folder / _PARTIAL
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    for name, version in found.items():
        _keep_file(manifest, name, version, partial / PurePosixPath(name).name)
    files = {n: v[-1:] for n, v in manifest.files.items() if n in found or n not in versions}
    Manifest(partial, files).write()
    _swap(folder)


def inspect_previous(folder: Path) -> PreviousCheckpoint | None:
    """The previous checkpoint of the run in `folder`, None if it has none. Reads its files."""
    try:
        manifest = Manifest.read(folder / FOLDER)
    except ManifestError:
        return None
    names = tuple(name for name in (*CHECKPOINT, *_COPIED) if name in manifest.files)
    state = manifest.newest(STATE)
    if state is None:
        return None
    intact = tuple(
        name for name in names if _has_content(previous_path(folder, name), manifest.newest(name))
    )
    return PreviousCheckpoint(state.epoch or 0, state.step or 0, names, intact)


def find_copy(manifest: Manifest, name: str) -> Path | None:
    """An intact file with the content that a damaged one should have, None if there is none.

    That is the file in `previous` if it did not change since, and the last weights for the best
    ones, and the reverse, if both are of the same epoch.
    """
    folder, wanted = manifest.folder, manifest.newest(name)
    twin = {BEST: LAST, LAST: BEST}.get(name)
    if twin and manifest.newest(twin) == wanted and _has_content(folder / twin, wanted):
        return folder / twin
    kept = previous_path(folder, name)
    return kept if name in (*CHECKPOINT, *_COPIED) and _has_content(kept, wanted) else None


def _has_content(path: Path, version: Version | None) -> bool:
    try:
        return version is not None and digest_file(path) == version.content
    except OSError:
        return False


def _keep_file(manifest: Manifest, name: str, version: Version, target: Path) -> None:
    source: Path | None = manifest.folder / name
    if name == BEST:
        source = _second_copy(manifest, version)
    if name in _COPIED or source is None:
        shutil.copyfile(manifest.folder / name, target)
    else:
        _link(source, target)


def _second_copy(manifest: Manifest, version: Version) -> Path | None:
    """Another file with the content of the best weights, which may stay for many epochs.

    With a link to the file itself, damage to it would be in both.
    """
    folder = manifest.folder
    if manifest.newest(LAST) == version:
        return folder / LAST  # is replaced now
    try:
        earlier, kept = Manifest.read(folder / FOLDER), previous_path(folder, BEST)
        is_copy = earlier.newest(BEST) == version and not kept.samefile(folder / BEST)
    except (ManifestError, OSError):
        return None
    return kept if is_copy else None


def _link(source: Path, target: Path) -> None:
    """Link a file, or copy it where the disk has no links."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def _swap(folder: Path) -> None:
    """Put the new folder in place of the old one; the run itself is complete all the time."""
    partial, kept, replaced = (folder / name for name in (_PARTIAL, FOLDER, _REPLACED))
    shutil.rmtree(replaced, ignore_errors=True)
    if kept.exists():
        kept.rename(replaced)
    partial.rename(kept)
    shutil.rmtree(replaced, ignore_errors=True)
