"""Checks the files of a run against its manifest, and lists what is written into a run."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from studio.errors import DamagedRunError
from studio.files import open_regular, read_regular, write_atomic
from studio.recipes import MAX_CONFIG_BYTES, parse_toml
from studio.runs.content_digest import digest_file, digest_rows, digest_unchanged_file
from studio.runs.manifest_file import (
    GROWING,
    LOG,
    MANIFEST,
    ROWS,
    Manifest,
    ManifestError,
    Version,
    Versions,
)
from studio.runs.previous import (
    CHECKPOINT,
    CONFIG,
    STATE,
    find_copy,
    inspect_previous,
)

# The key in [run] of config.toml that says that the run has a manifest.
MARK: Final = "manifest"

_HOPELESS: Final = "Copy it from a backup, or train the run again."

_CHECKS: Final = 10  # while a training replaces the file again and again


def verify_file(path: Path) -> None:
    """Check a file of a run against the manifest of the run, by its whole content.

    The manifest is that of its folder or of the folder above. A file that no run lists is not
    checked. Raises DamagedRunError when the file is missing or its content is not what was saved,
    and when the manifest is.
    """
    folder = find_run_folder(path)
    if folder is None:
        return
    name = path.absolute().relative_to(folder).as_posix()
    manifest = read_manifest(folder)
    for _ in range(_CHECKS):
        versions = manifest.files.get(name)
        problem = find_problem(folder, name, versions)
        if not problem:
            return
        manifest = read_manifest(folder)
        if manifest.files.get(name) == versions:  # no training replaced the file meanwhile
            break
    raise damage_error(folder, name, problem)


def is_listed(path: Path) -> bool:
    """Whether a run lists a file, so that it must exist. Raises DamagedRunError."""
    folder = find_run_folder(path)
    if folder is None:
        return False
    versions = read_manifest(folder).files.get(path.absolute().relative_to(folder).as_posix())
    return versions is not None and None not in versions


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a run that must have one. Raises DamagedRunError."""
    try:
        return Manifest.read(folder)
    except ManifestError as error:
        raise damage_error(folder, MANIFEST, str(error)) from None


def open_manifest(folder: Path) -> Manifest:
    """The manifest of a run to write into; it is begun where there is none.

    Raises DamagedRunError when it is damaged, or missing though the run had one, and OSError.
    """
    must_exist = has_mark(folder)
    try:
        return Manifest.open(folder, must_exist)
    except ManifestError as error:
        raise damage_error(folder, MANIFEST, str(error)) from None


def write_listed(path: Path, write: Callable[[Path], object], begin: bool = False) -> None:
    """Write a file as `write_atomic` does, and list it in the manifest of its run.

    Without a run, or a manifest, it is only written; `begin` begins a manifest in the folder of the
    file. Raises OSError and DamagedRunError.
    """
    folder = path.parent.absolute() if begin else find_run_folder(path)
    if folder is None:
        write_atomic(path, write)
        return
    manifest = open_manifest(folder)
    name = path.absolute().relative_to(folder).as_posix()

    def write_and_list(unfinished: Path) -> None:
        write(unfinished)
        manifest.expect({name: version_of(unfinished)})

    write_atomic(path, write_and_list)
    manifest.settle()


def version_of(path: Path, epoch: int | None = None, step: int | None = None) -> Version:
    """The version that a file has now. Raises OSError."""
    content = digest_file(path)
    return Version(content.sha256, content.size, epoch, step)


def find_run_folder(path: Path) -> Path | None:
    """The folder above a file that has a manifest, or whose configuration says that it must.

    At most two levels above, as the files of a run are; None for a file that belongs to no run.
    """
    path = path.absolute()
    candidates = (path.parent, path.parent.parent)
    with_manifest = (folder for folder in candidates if os.path.lexists(folder / MANIFEST))
    return next(with_manifest, None) or next(filter(has_mark, candidates), None)


def has_mark(folder: Path) -> bool:
    """Whether the configuration of a run says that the run has a manifest."""
    try:
        return MARK in parse_toml(read_regular(folder / CONFIG, MAX_CONFIG_BYTES)).get("run", {})
    except (OSError, ValueError, TypeError):
        return False


def find_problem(folder: Path, name: str, versions: Versions | None) -> str:
    """What is wrong with a file of a run, as the end of a sentence; empty where nothing is."""
    if versions is None:
        return ""
    path = folder / name
    if None in versions and (name in GROWING or not path.exists()):
        return ""  # the process was killed before the first version was complete
    expected = [version for version in versions if version is not None]
    try:
        if any(has_version(path, name, version) for version in expected):
            return ""
        is_short = name in GROWING and all(
            path.stat().st_size < version.size for version in expected
        )
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    except ValueError as error:
        return f"is damaged: {error}"
    return f"is damaged: {'its end is missing' if is_short else 'it is not what was saved'}"


def has_version(path: Path, name: str, version: Version) -> bool:
    """Whether a file has a version, or begins with it where it grows.

    Raises OSError, and ValueError for a damaged history.
    """
    if name == LOG:
        return digest_file(path, version.size) == version.content
    if name in ROWS:
        return digest_rows(path, version.epoch or 0) == version.content
    with open_regular(path) as file:
        if os.fstat(file.fileno()).st_size != version.size:
            return False
    return digest_unchanged_file(path) == version.content


def damage_error(folder: Path, name: str, problem: str) -> DamagedRunError:
    """The error about a file, with the way to restore it where there is one."""
    remedy = _find_remedy(folder, name)
    hint = f"“vgg-studio runs restore {folder.name}” {remedy}." if remedy else _HOPELESS
    return DamagedRunError(f"“{folder / name}” {problem}.", hint, folder, remedy)


def _find_remedy(folder: Path, name: str) -> str:
    """What `restore_previous` does about a damaged file; empty where it can do nothing."""
    if name == LOG:
        return "keeps its complete lines" if (folder / STATE).is_file() else ""
    try:
        if find_copy(Manifest.read(folder), name):
            return "puts an intact copy in its place"
    except ManifestError:
        pass
    if name not in (MANIFEST, CONFIG, *CHECKPOINT):
        return "sets it aside: weights and training do not depend on it"
    previous = inspect_previous(folder) if name != CONFIG else None
    if previous is None or not previous.is_intact:
        return ""
    return f"goes back to the previous checkpoint, of step {previous.step:,}"
