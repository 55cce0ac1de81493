"""Pictures in a folder and all folders below it."""

import os
from collections.abc import Iterator
from pathlib import Path

from studio.callbacks import ShouldStop
from studio.data.image_folder.class_layout import Layout
from studio.data.image_folder.complaint import arrange_listing
from studio.data.image_folder.labels_csv import find_label_list
from studio.data.image_folder.listing import Listing
from studio.data.image_folder.plain_files import FileMark, cannot_open, digest_marks, read_files
from studio.data.image_folder.source import Member
from studio.errors import Stopped


class FolderSource:
    """Links to files are read; links to folders are not followed, for they may lead in circles."""

    def __init__(self, path: Path, should_stop: ShouldStop) -> None:
        """Look through the folder. Raises DatasetError when it cannot be opened, Stopped."""
        self._path = path
        self._listing = Listing()
        self._marks: dict[str, FileMark] = {}
        self._layout: Layout | None = None
        try:
            self._scan(should_stop)
        except OSError as error:
            raise cannot_open(path, error) from error

    def digest(self, should_stop: ShouldStop) -> str:
        others = (f"{stray.file}\0{stray.reason}" for stray in self._listing.others)
        more = [str(self._path), *sorted(self._listing.folders), *sorted(others)]
        return digest_marks(self._marks, more)

    def members(self, should_stop: ShouldStop) -> Iterator[Member]:
        return read_files(self._marks, self.layout().places)

    def layout(self) -> Layout:
        if self._layout is None:
            lists = find_label_list(self._path)
            self._layout = arrange_listing(self._path, self._listing, lists)
        return self._layout

    def _scan(self, should_stop: ShouldStop) -> None:
        waiting = [(str(self._path), "")]
        while waiting:
            if should_stop():
                raise Stopped
            place, prefix = waiting.pop()
            try:
                with os.scandir(place) as entries:
                    waiting += [inner for entry in entries if (inner := self._note(entry, prefix))]
            except OSError as error:
                if not prefix:
                    raise
                self._listing.add_file(prefix, f"cannot be opened: {error.strerror}")

    def _note(self, entry: "os.DirEntry[str]", prefix: str) -> tuple[str, str] | None:
        """Take one entry down; a folder to look through comes back with its prefix."""
        name = prefix + entry.name
        if entry.is_dir(follow_symlinks=False):
            return (entry.path, f"{name}/") if self._listing.add_folder(name) else None
        found = _look_at(entry)
        objection = found if isinstance(found, str) else ""
        tidy = self._listing.add_file(name, objection)
        if tidy is not None and isinstance(found, FileMark):
            self._marks[tidy] = found
        return None


def _look_at(entry: "os.DirEntry[str]") -> FileMark | str:
    """Mark a file; else say why it must not be opened, as a pipe would never let go."""
    try:
        if entry.is_file():
            return FileMark.of(entry.path, entry.stat())
        if entry.is_dir():
            return "a link to a folder, not followed"
        return "a link to no file" if entry.is_symlink() else "no ordinary file"
    except OSError as error:
        return f"cannot be opened: {error.strerror}"
