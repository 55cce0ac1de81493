"""A dialog that asks for the file to save something to, and the work that writes it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.errors import StudioError
from studio.files import write_atomic


def open_save_dialog(
    parent: QWidget,
    name: str,
    title: str,
    suggested: str,
    filters: str,
    on_selected: Callable[[str], object],
) -> None:
    """Open the dialog with the objectName `name` and return at once.

    `suggested` is a path or a file name, whose suffix a name typed without one gets. `on_selected`,
    a method of a QObject, gets the path chosen.
    """
    dialog = QFileDialog(parent, title, suggested, filters)
    dialog.setObjectName(name)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suggested.rpartition(".")[2])
    dialog.fileSelected.connect(on_selected)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def write_bytes(
    path: Path, content: bytes, on_progress: OnProgress, _should_stop: ShouldStop
) -> Path:
    """Write a file, as the work of a task. Raises StudioError."""
    on_progress(0.0, f"Saving {path.name}")
    try:
        write_atomic(path, lambda partial_path: partial_path.write_bytes(content), len(content))
    except OSError as error:
        reason = error.strerror or str(error)
        raise StudioError(
            f"“{path.name}” could not be saved: {reason}.", "Choose another folder."
        ) from error
    return path
