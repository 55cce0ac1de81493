"""Files of the desktop: those dropped or copied, and the default programs that open them."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QDesktopServices


def local_files(data: QMimeData) -> list[Path]:
    """Return the files and folders on this computer that were dropped or copied."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def open_path(path: Path) -> str:
    """Open a file or folder; returns why it could not be opened, or an empty text."""
    if not path.exists():
        return f"“{path}” no longer exists."
    if QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        return ""
    program = "file manager" if path.is_dir() else f"program for {path.suffix or 'such'} files"
    return f"No {program} could be started. Open it yourself: {path}"
