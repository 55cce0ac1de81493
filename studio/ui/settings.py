"""The settings of the window, kept between two starts. Damaged values count as missing."""

import contextlib
import json
import os
import re
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QByteArray, QSettings, Signal

from studio.errors import StudioError
from studio.files import write_atomic
from studio.ui.window_state.damaged_files import copy_name, is_file_or_absent, move_aside

T = TypeVar("T")

MAX_FILE_BYTES = 1 << 20
MAX_NESTING = 16

# Qt deserializes such values into arbitrary objects, recursively, and deep ones overflow the stack.
# This program writes none. The "@" may be escaped as hexadecimal or octal digits.
_SERIALIZED = re.compile(rb"(@|\\x0*40|\\0*100)(V|\\)", re.IGNORECASE)


class Settings(QSettings):
    """Settings with typed getters, which return a default for a missing or invalid value.

    A file that contains no settings at all is moved to `<name>.damaged-<n>` before Qt opens it. One
    with an invalid line or value is copied there; the invalid part is removed, the rest is used.
    """

    damage_found = Signal()  # while settings are read, after the file has been opened

    def __init__(self, file: Path | None = None) -> None:
        """Open `file`, by default that of the user. Never raises and never blocks."""
        self.is_damaged = False
        self.damaged_copy: Path | None = None  # None if it could not be written
        self._file = file or _default_file()
        self._content = b""
        if self._file is None:  # registry or property list, checked by the system
            super().__init__(QSettings.Scope.UserScope, "vgg-studio", "window")
            return
        lock = self._file.with_name(f"{self._file.name}.lock")  # Qt waits for any file of this name
        try:
            if not is_file_or_absent(lock):
                self._move_aside(lock)
            self._content = _read_settings_file(self._file)
        except (OSError, ValueError):
            self._move_aside(self._file)
        if _has_stray_lines(self._content):
            self._keep_copy()
        super().__init__(str(self._file), QSettings.Format.IniFormat)

    def read_text(self, key: str, default: str = "", choices: Collection[str] = ()) -> str:
        """Return a string, one of `choices` if any are given."""
        value = self.value(key)
        if isinstance(value, str) and (not choices or value in choices):
            return value
        self._reject_present(key)
        return default

    def read_int(self, key: str, default: int, allowed: Collection[int]) -> int:
        """Return an integer that is in `allowed`."""
        value = str(self.value(key))  # an INI file contains digits
        if re.fullmatch(r"-?[0-9]{1,18}", value) and int(value) in allowed:
            return int(value)
        self._reject_present(key)
        return default

    def read_bytes(self, key: str) -> QByteArray | None:
        """Return bytes that Qt wrote, such as a geometry."""
        value = self.value(key)
        if isinstance(value, QByteArray):
            return value
        self._reject_present(key)
        return None

    def read_json(self, key: str, parse: Callable[[Any], T], default: T) -> T:
        """Return the JSON value of `key` as converted by `parse`.

        For an invalid value `parse` raises ValueError, TypeError, LookupError or StudioError. The
        value is nested at most `MAX_NESTING` deep.
        """
        if not self.contains(key):
            return default
        try:
            value = json.loads(self.value(key))
            _check_nesting(value)
            return parse(value)
        except (ValueError, TypeError, LookupError, RecursionError, StudioError):
            self.reject(key)
            return default

    def write_json(self, key: str, value: object) -> None:
        """Write a value of dicts, lists, strings, numbers and booleans as JSON."""
        self.setValue(key, json.dumps(value))

    def reject(self, key: str) -> None:
        """Remove an invalid value, after a copy of the file has been kept."""
        self._keep_copy()
        self.remove(key)
        self.damage_found.emit()

    def damage_text(self) -> str:
        """Say that settings were reset, and where the damaged file is kept."""
        copy = self.damaged_copy
        kept = f"The damaged file is kept as “{copy}”." if copy else "No copy could be kept."
        return f"Some saved window settings were damaged and were reset. {kept}"

    def _reject_present(self, key: str) -> None:
        if self.contains(key):
            self.reject(key)

    def _keep_copy(self) -> None:
        """Copy the file as it was opened, once."""
        if self.is_damaged:
            return
        self.is_damaged = True
        if self._file is None:
            return
        copy = copy_name(self._file)
        with contextlib.suppress(OSError):
            write_atomic(copy, lambda partial: partial.write_bytes(self._content))
            self.damaged_copy = copy

    def _move_aside(self, path: Path) -> None:
        """Rename a file without opening it. If that fails, use another file name from now on."""
        assert self._file is not None
        self.is_damaged = True
        try:
            self.damaged_copy = move_aside(path)
        except OSError:
            self._file = self._file.with_name(f"{self._file.name}.new")


def _default_file() -> Path | None:
    """Return the user's settings file; None if the system keeps settings in another form."""
    native = QSettings.defaultFormat() == QSettings.Format.NativeFormat
    if native and sys.platform in ("win32", "darwin"):
        return None
    # Qt opens a file when it is named, so this names one that does not exist.
    other = QSettings(QSettings.defaultFormat(), QSettings.Scope.UserScope, "vgg-studio-none")
    path = Path(other.fileName())
    return path.parent / "vgg-studio" / f"window{path.suffix}"


def _read_settings_file(path: Path) -> bytes:
    """Return the content of `path`, empty if there is no file.

    Raises OSError if it cannot be read, ValueError if it is not a settings file.
    """
    if not is_file_or_absent(path):  # opening a pipe would block
        raise ValueError("no regular file")
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return b""
    if len(content) > MAX_FILE_BYTES or b"\0" in content or _SERIALIZED.search(content):
        raise ValueError("not written by this program")
    content.decode("utf-8")
    return content


def _has_stray_lines(content: bytes) -> bool:
    """Whether a line does not belong in an INI file."""
    known = re.compile(rb"\s*([;#].*|\[.*\]|.*=.*)?\s*")
    return not all(known.fullmatch(line) for line in content.splitlines())


def _check_nesting(value: Any) -> None:
    """Raise ValueError if lists and dicts are nested deeper than `MAX_NESTING`."""
    level = [value]
    for _ in range(MAX_NESTING):
        lists = [list(item.values()) if isinstance(item, dict) else item for item in level]
        level = [child for items in lists if isinstance(items, list) for child in items]
    if level:
        raise ValueError("nested too deeply")


def parse_path(value: object) -> Path:
    """Convert a JSON value to an absolute path. Raises ValueError."""
    if not isinstance(value, str) or "\0" in value or not Path(value).anchor:
        raise ValueError("not an absolute path")
    os.fsencode(value)  # raises for characters that no file system accepts
    return Path(value)
