"""A list of labels beside the pictures: a CSV file with the columns file, label and maybe split."""

import contextlib
import csv
import hashlib
import io
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from studio.callbacks import ShouldStop
from studio.data.csv_cells import from_cell
from studio.data.image_folder.class_layout import Layout, part_of
from studio.data.image_folder.image_table import SkippedFile
from studio.data.image_folder.plain_files import FileMark, cannot_open, digest_marks, read_files
from studio.data.image_folder.source import Member
from studio.errors import DatasetError

# Words in use for the columns, in small or capital letters.
_FILE = ("file", "filename")
_LABEL = ("label", "class")
_SPLIT = ("split",)

_MAX_BYTES = 256 * 1024 * 1024
_HEAD_BYTES = 4096
_EXAMPLE = "Its first lines should look like: file,label,split ⏎ cats/1.jpg,cat,train"


class _Row(NamedTuple):
    line: int
    file: str
    label: str
    split: str


class LabelList:
    """A CSV file whose rows name pictures in its own folder or deeper."""

    def __init__(self, path: Path) -> None:
        """Read the list. Raises DatasetError when it is damaged or no such list."""
        self._path = path
        self._bytes = _read(path)
        self._marks: dict[str, FileMark] = {}
        self._places: dict[str, tuple[str, str]] = {}
        self._outside: list[SkippedFile] = []
        labels = set()
        for row in _rows(path, self._bytes):
            labels.add(row.label)
            objection = self._take(row)
            if objection:
                self._outside.append(SkippedFile(row.file or f"line {row.line}", objection))
        self._classes = frozenset(labels - {""})
        if not self._places:
            raise DatasetError(
                f"None of the files named in “{path.name}” can be used.",
                f"They are sought in “{path.parent}”. {_reasons(self._outside)}".strip(),
            )

    def digest(self, should_stop: ShouldStop) -> str:
        content = hashlib.blake2b(self._bytes, digest_size=16).hexdigest()
        return digest_marks(self._marks, [content, *(stray.reason for stray in self._outside)])

    def members(self, should_stop: ShouldStop) -> Iterator[Member]:
        return read_files(self._marks, self._places)

    def layout(self) -> Layout:
        return Layout(self._places, self._classes, tuple(self._outside))

    def _take(self, row: _Row) -> str:
        """Keep the row's file; else say why not."""
        objection = _objection(row) or ("listed a second time" if row.file in self._places else "")
        if objection:
            return objection
        place = self._path.parent / row.file
        try:
            found = place.stat()
        except (OSError, ValueError):
            return "not found"
        if not stat.S_ISREG(found.st_mode):
            return "no ordinary file"
        self._marks[row.file] = FileMark.of(str(place), found)
        self._places[row.file] = self._part(row), row.label
        return ""

    def _part(self, row: _Row) -> str:
        part = part_of(row.split) if row.split else ""
        if part is None:
            message = f"Line {row.line} of “{self._path.name}” has the split “{row.split}”."
            raise DatasetError(message, "A split is train, val or test, or left empty.")
        return part


def find_label_list(folder: Path) -> str:
    """Name of a list of labels right in the folder, "" if there is none."""
    with contextlib.suppress(OSError):
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() == ".csv" and path.is_file() and _is_label_list(path):
                return path.name
    return ""


def _is_label_list(path: Path) -> bool:
    try:
        with path.open("rb") as handle:
            head = handle.read(_HEAD_BYTES).decode("utf-8-sig", "replace")
        return _columns(next(_records(head), [])) is not None
    except (OSError, csv.Error):
        return False


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as handle:
            content = handle.read(_MAX_BYTES + 1)
    except OSError as error:
        raise cannot_open(path, error) from error
    if len(content) > _MAX_BYTES:
        raise DatasetError(f"“{path.name}” is larger than {_MAX_BYTES >> 20} MB.")
    return content


def _rows(path: Path, content: bytes) -> Iterator[_Row]:
    """Raises DatasetError when the text is none or the columns are others."""
    try:
        records = _records(content.decode("utf-8-sig"))
        columns = _columns(next(records, []))
        if columns is None:
            message = f"“{path.name}” does not begin with the columns file and label."
            raise DatasetError(message, _EXAMPLE)
        for line, record in enumerate(records, 2):
            if any(cell.strip() for cell in record):
                file, label, split = (_cell(record, column) for column in columns)
                yield _Row(line, _tidy(file), label, split)
    except UnicodeDecodeError as error:
        hint = "Save it as UTF-8; Excel calls that “CSV UTF-8”."
        raise DatasetError(f"“{path.name}” is not written in UTF-8.", hint) from error
    except csv.Error as error:
        raise DatasetError(f"“{path.name}” is no CSV file: {error}.", _EXAMPLE) from error


def _records(text: str) -> Iterator[list[str]]:
    """Parted by semicolons if the first line has more of them than commas."""
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _columns(header: Sequence[str]) -> tuple[int, int, int | None] | None:
    """Where file, label and split stand; None without the first two."""
    words = [word.strip().lower() for word in header]
    file, label, split = (
        next((words.index(word) for word in known if word in words), None)
        for known in (_FILE, _LABEL, _SPLIT)
    )
    return None if file is None or label is None else (file, label, split)


def _cell(record: Sequence[str], column: int | None) -> str:
    return from_cell(record[column].strip()) if column is not None and column < len(record) else ""


def _tidy(file: str) -> str:
    """Parted by “/”, also where the list was written on Windows."""
    return "/".join(part for part in file.replace("\\", "/").split("/") if part != ".")


def _objection(row: _Row) -> str:
    if not row.file:
        return "names no file"
    if row.file.startswith("/") or ".." in row.file.split("/") or Path(row.file).is_absolute():
        return "lies outside the folder of the list"
    return "" if row.label else "has no label"


def _reasons(strays: Sequence[SkippedFile]) -> str:
    return f"The first: “{strays[0].file}”, {strays[0].reason}." if strays else ""
