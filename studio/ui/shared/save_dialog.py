"""A dialog that asks for the file to save something to."""

from collections.abc import Callable

from PySide6.QtWidgets import QFileDialog, QWidget


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
