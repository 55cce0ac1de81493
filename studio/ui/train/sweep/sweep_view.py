"""The view of a sweep: its table, its plot and the honest number."""

from PySide6.QtWidgets import QWidget


class SweepView(QWidget):
    """Shows the results of the chosen sweep."""
