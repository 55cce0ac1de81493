"""Accessible names for parts of controls that Qt creates without one."""

from PySide6.QtWidgets import QAbstractButton, QLineEdit, QTableView, QToolButton, QWidget


def name_standard_controls(root: QWidget) -> None:
    """Name the headers, corner buttons and clear buttons of all controls in `root`."""
    for table in root.findChildren(QTableView):
        for header, title in (
            (table.horizontalHeader(), "Columns"),
            (table.verticalHeader(), "Rows"),
        ):
            _set_default_name(header, f"{title} of {table.accessibleName()}")
        for corner in table.findChildren(QAbstractButton, "qt_tableview_cornerbutton"):
            _set_default_name(corner, f"Select all of {table.accessibleName()}")
    for line in root.findChildren(QLineEdit):
        for button in line.findChildren(QToolButton):
            _set_default_name(button, f"Clear {line.accessibleName()}")


def _set_default_name(widget: QWidget, name: str) -> None:
    if not widget.accessibleName():
        widget.setAccessibleName(name)
