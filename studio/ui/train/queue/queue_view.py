"""The view of the queue: what waits, runs and has ended."""

from PySide6.QtWidgets import QWidget


class QueueView(QWidget):
    """Lists the trainings of the queue in their order."""
