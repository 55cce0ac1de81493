"""A CSV file with the columns file, label and optionally split, beside the images it lists."""

import contextlib
import csv
import hashlib
import io
import stat
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from studio.callbacks import ShouldStop
from studio.data.csv_cells import from_cell
from studio.data.file_names import check_is_text, name_on_disk, printable_name
from studio.data.image_folder.class_layout import ClassLayout, Place, SkippedFile, parse_split
from studio.data.image_folder.sources import (
    MAX_MEMBERS,
    FileStamp,
    SourceFile,
    cannot_open,
    digest_stamps,
    read_stamped_files,
)
from studio.errors import DatasetError, Stopped
from studio.files import open_regular, read_regular

# Names of the columns, in lower or upper case.
_FILE = ("file", "filename")
_LABEL = ("label", "class")
_SPLIT = ("split",)

_MAX_BYTES = 256 * 1024 * 1024
_HEAD_BYTES = 4096
_LINES_HINT = "Put the images of each class into a folder of its own instead."
_EXAMPLE = "Its first lines should look like: file,label,split ⏎ cats/1.jpg,cat,train"


class _Row(NamedTuple):
    line: int
    file: str
    label: str
    split: str


class LabelsCsvSource:
    """A CSV file whose rows name images in its own folder or below it."""

    def __init__(self, path: Path, should_stop: ShouldStop) -> None:
        """Read the list. Raises DatasetError when it is damaged or not a label list, Stopped."""
        self._path = path
        self._content = _read_content(path)
        self._stamps: dict[str, FileStamp] = {}
        self._places: dict[str, Place] = {}
        self._outside: list[SkippedFile] = []
        labels = set()
        for row in _read_rows(path, self._content):
            if should_stop():
                raise Stopped
            labels.add(row.label)
            problem = self._add(row)
            if problem:
                self._outside.append(SkippedFile(row.file or f"line {row.line}", problem))
        self._classes = frozenset(labels - {""})
        if not self._places:
            raise DatasetError(
                f"None of the files named in “{path.name}” can be used.",
                f"They should be in “{path.parent}”. {_first_reason(self._outside)}".strip(),
            )

    def digest(self, should_stop: ShouldStop) -> str:
        content = hashlib.blake2b(self._content, digest_size=16).hexdigest()
        return digest_stamps(self._stamps, [content, *(entry.reason for entry in self._outside)])

    def read_files(self, should_stop: ShouldStop) -> Generator[SourceFile]:
        return read_stamped_files(self._stamps, self._places)

    def layout(self) -> ClassLayout:
        return ClassLayout(self._places, self._classes, tuple(self._outside))

    def _add(self, row: _Row) -> str:
        """Add the file of a row; returns the reason if it cannot be used, else ""."""
        problem = _find_problem(row) or ("listed a second time" if row.file in self._places else "")
        if problem:
            return problem
        path = self._path.parent / name_on_disk(self._path, row.file)
        try:
            found = path.stat()
        except (OSError, ValueError):
            return "not found"
        if not stat.S_ISREG(found.st_mode):
            return "not a regular file"
        self._stamps[row.file] = FileStamp.from_stat(str(path), found)
        self._places[row.file] = self._parse_split(row), row.label
        return ""

    def _parse_split(self, row: _Row) -> str:
        split = parse_split(row.split) if row.split else ""
        if split is None:
            message = f"Line {row.line} of “{self._path.name}” has the split “{row.split}”."
            raise DatasetError(message, "A split is train, val or test, or left empty.")
        return split


def find_labels_csv(folder: Path) -> str:
    """Return the name of a label list directly in the folder, "" if there is none."""
    with contextlib.suppress(OSError):
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() == ".csv" and path.is_file() and _is_label_list(path):
                return path.name
    return ""


def _is_label_list(path: Path) -> bool:
    try:
        with open_regular(path) as handle:
            head = handle.read(_HEAD_BYTES).decode("utf-8-sig", "replace")
        return _find_columns(next(_read_records(head.encode()), [])) is not None
    except (OSError, csv.Error):
        return False


def _read_content(path: Path) -> bytes:
    try:
        content = read_regular(path, _MAX_BYTES)
    except OSError as error:
        raise cannot_open(path, error) from error
    if content.count(b"\n") > MAX_MEMBERS:
        raise DatasetError(f"“{path.name}” has more than {MAX_MEMBERS:,} lines.", _LINES_HINT)
    return content


def _read_rows(path: Path, content: bytes) -> Iterator[_Row]:
    """Raises DatasetError when the content is not text or lacks a column."""
    try:
        records = _read_records(content)
        columns = _find_columns(next(records, []))
        if columns is None:
            message = f"“{path.name}” does not begin with the columns file and label."
            raise DatasetError(message, _EXAMPLE)
        for line, record in enumerate(records, 2):
            if any(cell.strip() for cell in record):
                file, label, split = (_cell(record, column) for column in columns)
                check_is_text(label, split)
                yield _Row(line, _normalize(printable_name(file)), label, split)
    except UnicodeDecodeError as error:
        hint = "Save it as UTF-8; Excel calls that “CSV UTF-8”."
        raise DatasetError(f"“{path.name}” is not encoded in UTF-8.", hint) from error
    except csv.Error as error:
        raise DatasetError(f"“{path.name}” is not a CSV file: {error}.", _EXAMPLE) from error


def _read_records(content: bytes) -> Iterator[list[str]]:
    """The delimiter is a semicolon if the first line has more of them than commas.

    The text is decoded line by line: as a whole it can take four times the memory of the bytes.
    """
    end = content.find(b"\n")
    head = content[: end if end >= 0 else None]
    delimiter = ";" if head.count(b";") > head.count(b",") else ","
    text = io.TextIOWrapper(
        io.BytesIO(content), encoding="utf-8-sig", errors="surrogateescape", newline=""
    )
    return csv.reader(text, delimiter=delimiter)


def _find_columns(header: Sequence[str]) -> tuple[int, int, int | None] | None:
    """The positions of file, label and split; None without the first two."""
    names = [name.strip().lower() for name in header]
    file, label, split = (
        next((names.index(name) for name in known if name in names), None)
        for known in (_FILE, _LABEL, _SPLIT)
    )
    return None if file is None or label is None else (file, label, split)


def _cell(record: Sequence[str], column: int | None) -> str:
    return from_cell(record[column].strip()) if column is not None and column < len(record) else ""


def _normalize(file: str) -> str:
    """Separate folders by “/”, also in a list that was written on Windows."""
    return "/".join(part for part in file.replace("\\", "/").split("/") if part != ".")


def _find_problem(row: _Row) -> str:
    if not row.file:
        return "names no file"
    if row.file.startswith("/") or ".." in row.file.split("/") or Path(row.file).is_absolute():
        return "is outside the folder of the list"
    return "" if row.label else "has no label"


def _first_reason(skipped: Sequence[SkippedFile]) -> str:
    return f"The first: “{skipped[0].file}”, {skipped[0].reason}." if skipped else ""
