"""Opens files and folders with the programs of the desktop."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def open_path(path: Path) -> str:
    """Open a file or folder as a double click on it would; return what went wrong, or nothing."""
    if not path.exists():
        return f"“{path}” is no longer there."
    if QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        return ""
    kind = "file manager" if path.is_dir() else f"program for {path.suffix or 'such'} files"
    return f"No {kind} answers. Open it yourself: {path}"
