"""Images in a folder and all folders below it."""

import os
from collections.abc import Generator
from pathlib import Path

from studio.callbacks import ShouldStop
from studio.data.image_folder.class_layout import ClassLayout, FileListing, layout_of_listing
from studio.data.image_folder.labels_csv import find_labels_csv
from studio.data.image_folder.sources import (
    FileStamp,
    SourceFile,
    cannot_open,
    digest_stamps,
    read_stamped_files,
)
from studio.errors import Stopped


class FolderSource:
    """Reads links to files, but does not follow links to folders, which may form cycles."""

    def __init__(self, path: Path, should_stop: ShouldStop) -> None:
        """List the folder. Raises DatasetError when it cannot be opened, Stopped."""
        self._path = path
        self._listing = FileListing()
        self._stamps: dict[str, FileStamp] = {}
        self._layout: ClassLayout | None = None
        try:
            self._scan(should_stop)
        except OSError as error:
            raise cannot_open(path, error) from error

    def digest(self, should_stop: ShouldStop) -> str:
        skipped = (f"{file.file}\0{file.reason}" for file in self._listing.skipped)
        extra = [str(self._path), *sorted(self._listing.folders), *sorted(skipped)]
        return digest_stamps(self._stamps, extra)

    def read_files(self, should_stop: ShouldStop) -> Generator[SourceFile]:
        return read_stamped_files(self._stamps, self.layout().places)

    def layout(self) -> ClassLayout:
        if self._layout is None:
            label_list = find_labels_csv(self._path)
            self._layout = layout_of_listing(self._path, self._listing, label_list)
        return self._layout

    def _scan(self, should_stop: ShouldStop) -> None:
        pending = [(str(self._path), "")]
        while pending:
            if should_stop():
                raise Stopped
            folder, prefix = pending.pop()
            try:
                with os.scandir(folder) as entries:
                    pending += [inner for entry in entries if (inner := self._add(entry, prefix))]
            except OSError as error:
                if not prefix:
                    raise
                self._listing.add_file(prefix, f"cannot be opened: {error.strerror}")

    def _add(self, entry: "os.DirEntry[str]", prefix: str) -> tuple[str, str] | None:
        """Add an entry to the listing; returns path and prefix of a folder to scan."""
        name = prefix + entry.name
        if entry.is_dir(follow_symlinks=False):
            return (entry.path, f"{name}/") if self._listing.add_folder(name) else None
        stamp = _stamp(entry)
        problem = stamp if isinstance(stamp, str) else ""
        normalized = self._listing.add_file(name, problem)
        if normalized is not None and isinstance(stamp, FileStamp):
            self._stamps[normalized] = stamp
        return None


def _stamp(entry: "os.DirEntry[str]") -> FileStamp | str:
    """The stamp of a file, or why it must not be opened: reading a pipe would block forever."""
    try:
        if entry.is_file():
            return FileStamp.from_stat(entry.path, entry.stat())
        if entry.is_dir():
            return "a link to a folder, not followed"
        return "a link to no file" if entry.is_symlink() else "not a regular file"
    except OSError as error:
        return f"cannot be opened: {error.strerror}"
