"""Accessible names for the parts of controls that Qt makes itself and leaves without one."""

from PySide6.QtWidgets import QAbstractButton, QLineEdit, QTableView, QToolButton, QWidget


def name_standard_controls(root: QWidget) -> None:
    """Name headers, corner buttons and clear buttons of everything in `root`."""
    for table in root.findChildren(QTableView):
        for header, title in (
            (table.horizontalHeader(), "Columns"),
            (table.verticalHeader(), "Rows"),
        ):
            _name(header, f"{title} of {table.accessibleName()}")
        for corner in table.findChildren(QAbstractButton, "qt_tableview_cornerbutton"):
            _name(corner, f"Select all of {table.accessibleName()}")
    for line in root.findChildren(QLineEdit):
        for button in line.findChildren(QToolButton):
            _name(button, f"Clear {line.accessibleName()}")


def _name(part: QWidget, name: str) -> None:
    if not part.accessibleName():
        part.setAccessibleName(name)
