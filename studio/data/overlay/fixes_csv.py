"""Fixes as a CSV file: one row for each change of a sample, to edit and to share."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from studio.data.csv_cells import from_cell, to_cell
from studio.data.file_names import check_is_text, encode_list, name_on_disk, printable_name
from studio.data.overlay.history import Overlay, Samples
from studio.data.overlay.sample_fix import Fixes, SampleFix
from studio.data.sample_ids import SampleIds
from studio.errors import OverlayError
from studio.files import read_regular, write_atomic

COLUMNS = ("sample", "label", "action", "note")
_SAMPLE_COLUMNS = ("sample", "file", "filename")
_TAG = "tag:"
_MAX_BYTES = 64 << 20  # a million rows


@dataclass(frozen=True)
class ImportResult:
    """What an import changed, and the rows that it skipped.

    `changed` are sample ids. `unknown_samples`, `unknown_classes` and `unknown_actions` are the
    distinct names that the dataset, or this version, does not know.
    """

    changed: Samples
    unknown_samples: tuple[str, ...] = ()
    unknown_classes: tuple[str, ...] = ()
    unknown_actions: tuple[str, ...] = ()

    @property
    def skipped(self) -> int:
        """The number of distinct names that were not understood."""
        return sum(map(len, (self.unknown_samples, self.unknown_classes, self.unknown_actions)))


def export_csv(overlay: Overlay, path: Path, source: Path | None = None) -> None:
    """Write the fixes as `sample,label,action,note`, sorted by sample.

    A sample is a file name or split and index, as "test:729". An action is relabel, exclude,
    ambiguous, tag:NAME, or empty for a note alone; the note is in the first row of its sample.
    `source` is the folder, archive or CSV list of own images; then names are those on the disk.
    Raises OverlayError for a suffix other than .csv or a path that cannot be written.
    """
    write_fixes(overlay.fixes, path, source)


def write_fixes(fixes: Fixes, path: Path, source: Path | None = None) -> None:
    """Write fixes as `export_csv` does."""
    if path.suffix.lower() != ".csv":
        raise OverlayError(f"“{path.name}” does not end in .csv.", "Fixes are exported as CSV.")
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for sample, fix in sorted(fixes.items()):
        name = name_on_disk(source, sample)
        for label, action, note in _rows(fix):
            table.writerow(map(to_cell, (name, label, action, note)))
    content = encode_list(text.getvalue())
    try:
        write_atomic(path, lambda partial: partial.write_bytes(content))
    except OSError as error:
        message = f"“{path}” cannot be written: {error.strerror or error}."
        raise OverlayError(message, "Choose another folder.") from None


def import_csv(
    overlay: Overlay, path: Path, sample_ids: SampleIds, class_names: Sequence[str]
) -> ImportResult:
    """Add the fixes of a CSV file to those of an overlay, as one operation.

    Rows change what they name and keep the other fixes of their sample. Rows with a sample, class
    or action that is not known are skipped and returned. An empty action with a label relabels.
    Raises OverlayError when the file cannot be read or is not such a list.
    """
    changes = _Changes(overlay, sample_ids, class_names)
    for row in _read_rows(path):
        changes.add(*row)
    changed = overlay.set_fixes(changes.fixes, f"Import {path.name}")
    unknown = (tuple(dict.fromkeys(names)) for names in changes.unknown)
    return ImportResult(changed, *unknown)


class _Changes:
    """The fixes that the rows of a file amount to, and the names that are not known."""

    def __init__(self, overlay: Overlay, sample_ids: SampleIds, classes: Sequence[str]) -> None:
        self.fixes: dict[str, SampleFix] = {}
        self.unknown: tuple[list[str], list[str], list[str]] = ([], [], [])
        self._overlay = overlay
        self._sample_ids = sample_ids
        self._classes = frozenset(classes)

    def add(self, sample: str, label: str, action: str, note: str) -> None:
        samples, classes, actions = self.unknown
        if not self._sample_ids.exists(sample):
            samples.append(sample)
            return
        fix = self.fixes.get(sample, self._overlay.fix(sample))
        fix = replace(fix, note=note) if note else fix
        name = action.lower() or ("relabel" if label else "")
        if name == "relabel" and label not in self._classes:
            classes.append(label)
        elif name == "relabel":
            fix = replace(fix, label=label)
        elif name == "exclude":
            fix = replace(fix, excluded=True)
        elif name == "ambiguous":
            fix = replace(fix, ambiguous=True)
        elif name.startswith(_TAG) and (tag := action[len(_TAG) :].strip()):
            fix = replace(fix, tags=tuple(sorted({*fix.tags, tag})))
        elif name:
            actions.append(action)
        self.fixes[sample] = fix


def _rows(fix: SampleFix) -> Iterator[tuple[str, str, str]]:
    """Yield label, action and note of each row of a sample."""
    actions = [("", f"{_TAG}{tag}") for tag in fix.tags]
    if fix.ambiguous:
        actions.insert(0, ("", "ambiguous"))
    if fix.excluded:
        actions.insert(0, ("", "exclude"))
    if fix.label is not None:
        actions.insert(0, (fix.label, "relabel"))
    for row, (label, action) in enumerate(actions or [("", "")]):
        yield label, action, "" if row else fix.note


def _read_rows(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield sample, label, action and note of each row. Raises OverlayError."""
    hint = f"Its first line should be: {','.join(COLUMNS)}"
    try:
        text = _read_text(path)
        head = text.partition("\n")[0]
        delimiter = ";" if head.count(";") > head.count(",") else ","
        records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        columns = _find_columns(next(records, []))
        if columns is None:
            raise OverlayError(f"“{path.name}” is not a list of label fixes.", hint)
        for record in records:
            cells = [from_cell(record[c].strip()) if c < len(record) else "" for c in columns]
            if any(cells):
                check_is_text(*cells[1:])
                yield printable_name(cells[0]), cells[1], cells[2], cells[3]
    except UnicodeDecodeError:
        hint = "Save it as UTF-8; Excel calls that “CSV UTF-8”."
        raise OverlayError(f"“{path.name}” is not encoded in UTF-8.", hint) from None
    except csv.Error as error:
        raise OverlayError(f"“{path.name}” is not a CSV file: {error}.", hint) from None


def _read_text(path: Path) -> str:
    try:
        content = read_regular(path, _MAX_BYTES)
    except OSError as error:
        message = f"“{path}” cannot be read: {error.strerror or error}."
        raise OverlayError(message, "Choose another file.") from None
    return content.decode("utf-8-sig", "surrogateescape")


def _find_columns(header: Sequence[str]) -> tuple[int, int, int, int] | None:
    """The positions of the columns; a missing one but the sample is past the end of every row."""
    names = [name.strip().lower() for name in header]
    sample = next((names.index(name) for name in _SAMPLE_COLUMNS if name in names), None)
    if sample is None or not {"label", "action"} & set(names):
        return None
    label, action, note = (names.index(name) if name in names else 1 << 30 for name in COLUMNS[1:])
    return sample, label, action, note
