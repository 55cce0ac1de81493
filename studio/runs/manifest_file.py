"""The file manifest.json of a run: which content each of its files may have.

A file has one accepted version, and two while a training replaces it: the manifest lists the new
version before the file has it, and drops the old one afterwards. So the files of a run match its
manifest at every moment, also where the process is killed or the power fails.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from studio.files import read_regular, write_text
from studio.runs.content_digest import Content, digest_file

MANIFEST: Final = "manifest.json"
_FORMAT: Final = 1
_MAX_BYTES: Final = 16 << 20
_MAX_NUMBER: Final = 1 << 60

LOG: Final = "metrics.jsonl"
ROWS: Final = ("history/probability.npy", "history/correct.npy")
# Of these, only the beginning is listed that the training state counts; what follows may change.
GROWING: Final = (LOG, *ROWS)

# Files that are listed where they exist, by their POSIX paths below the run. Others are written by
# people and other processes; the predictions of an evaluation have checksums of their own.
_COVERED: Final = re.compile(
    r"config\.toml|overlay\.json|state\.pt|history/indices\.npy|weights/\w+\.safetensors"
    r"|predictions/epoch_\d+\.npz"
)


@dataclass(frozen=True)
class Version:
    """One accepted content of a file.

    `epoch` and `step` are those of a training state; `epoch` is also the number of rows in a
    history.
    """

    sha256: str
    size: int
    epoch: int | None = None
    step: int | None = None

    @property
    def content(self) -> Content:
        """The hash and the size in bytes."""
        return Content(self.sha256, self.size)


Versions = tuple[Version | None, ...]  # the newest one last; None where the file may be missing


class ManifestError(ValueError):
    """The manifest is missing or damaged; its text is the end of a sentence."""


class Manifest:
    """The accepted versions of the files of a run. Only one process writes them at a time."""

    def __init__(self, folder: Path, files: Mapping[str, Versions] | None = None) -> None:
        self.folder = folder
        self.files: dict[str, Versions] = dict(files or {})
        self._replaced: set[str] = set()

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of a folder. Raises ManifestError."""
        try:
            text = read_regular(folder / MANIFEST, _MAX_BYTES)
        except FileNotFoundError:
            raise ManifestError("is missing") from None
        except OSError as error:
            raise ManifestError(f"cannot be read: {error.strerror or error}") from None
        return cls(folder, _parse(text))

    @classmethod
    def open(cls, folder: Path, must_exist: bool = False) -> Self:
        """Read the manifest, or begin one, and list the covered files that it lacks.

        Raises ManifestError and OSError.
        """
        is_read = must_exist or (folder / MANIFEST).exists()
        manifest = cls.read(folder) if is_read else cls(folder)
        unlisted = [name for name in _list_covered(folder) if name not in manifest.files]
        for name in unlisted:
            manifest.files[name] = (_measure(folder / name),)
        if unlisted:
            manifest.write()
        return manifest

    def newest(self, name: str) -> Version | None:
        """The newest accepted version of a file; None if it is not listed."""
        versions = self.files.get(name)
        return versions[-1] if versions else None

    def expect(self, versions: Mapping[str, Version]) -> None:
        """Also accept new versions of files that are about to be replaced. Raises OSError."""
        for name, version in versions.items():
            known = self.files.get(name) or (self._existing(name),)
            self.files[name] = (*(other for other in known if other != version), version)
        self.write()
        self._replaced.update(versions)

    def settle(self) -> None:
        """Accept only the newest versions of the files replaced since. Raises OSError."""
        for name in self._replaced:
            self.files[name] = self.files[name][-1:]
        if self._replaced:
            self.write()
        self._replaced.clear()

    def write(self) -> None:
        """Write the manifest atomically. Raises OSError."""
        files = {
            name: [_format_version(version) for version in versions]
            for name, versions in sorted(self.files.items())
        }
        content = {"version": _FORMAT, "sha256": _checksum(files), "files": files}
        write_text(self.folder / MANIFEST, json.dumps(content, indent=1))

    def _existing(self, name: str) -> Version | None:
        path = self.folder / name
        return _measure(path) if _COVERED.fullmatch(name) and path.is_file() else None


def _measure(path: Path) -> Version:
    content = digest_file(path)
    return Version(content.sha256, content.size)


def _list_covered(folder: Path) -> Iterable[str]:
    """The covered files that exist, by their POSIX paths."""
    patterns = ("*.toml", "*.json", "*.pt", "weights/*", "predictions/*", "history/*")
    found = (path for pattern in patterns for path in folder.glob(pattern) if path.is_file())
    names = (path.relative_to(folder).as_posix() for path in found)
    return sorted(name for name in names if _COVERED.fullmatch(name))


def _parse_version(values: dict[str, Any] | None) -> Version | None:
    """The version in a manifest. Raises TypeError and ValueError for other values."""
    if values is None:
        return None
    version = Version(**values)
    numbers = version.size, version.epoch or 0, version.step or 0
    if not isinstance(version.sha256, str) or not all(type(n) is int for n in numbers):
        raise ValueError("a version has other values")
    if not all(0 <= number < _MAX_NUMBER for number in numbers):
        raise ValueError("a version has other values")
    return version


def _format_version(version: Version | None) -> dict[str, Any] | None:
    if version is None:
        return None
    return {name: value for name, value in asdict(version).items() if value is not None}


def _checksum(files: object) -> str:
    text = json.dumps(files, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _parse(text: bytes) -> dict[str, Versions]:
    """The versions by file. Raises ManifestError."""
    try:
        content = json.loads(text)
        files = content["files"]
        if content["sha256"] != _checksum(files):
            raise ManifestError("is damaged: it is not what was saved")
        # Others are of later versions, or paths that lead out of the run.
        names = [name for name in files if _COVERED.fullmatch(name) or name in GROWING]
        return {name: tuple(map(_parse_version, files[name])) for name in names}
    except (KeyError, TypeError, AttributeError, RecursionError):
        raise ManifestError("is damaged") from None
    except ValueError as error:
        if isinstance(error, ManifestError):
            raise
        raise ManifestError("is damaged") from None
