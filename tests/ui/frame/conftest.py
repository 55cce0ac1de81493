"""Stand-ins for what the frame is wired to."""

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget


class FakeTraining(QObject):
    """What the frame knows of the Train page."""

    idle = Signal()

    def __init__(self):
        super().__init__()
        self.is_training = False
        self.stops = 0
        self.has_begun = False

    def stop(self):
        self.stops += 1

    def abandon(self):
        return not self.has_begun

    def end(self):
        self.is_training = False
        self.idle.emit()


@pytest.fixture
def training():
    return FakeTraining()


@pytest.fixture
def window(qtbot):
    made = QWidget()
    made.resize(400, 300)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()
