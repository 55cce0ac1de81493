"""The whole window for tests, closed as a person would close it."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import Shiboken

from studio.processor_override import PROCESSOR_VARIABLE
from studio.ui.app import create_first_page, create_main_window
from studio.ui.context import StudioContext
from studio.ui.page_stack import RUNS, TRAIN

LONG = 60_000


class Gone(QObject):
    """Hears when a window is closed for good."""

    def __init__(self, window):
        super().__init__()
        self.heard = False
        window.closed.connect(self.note)

    def note(self):
        self.heard = True


@pytest.fixture
def fixed_engine(monkeypatch):
    """Windows train as `FIXED_ENGINE` says: in float32 with one thread, whatever the processor."""
    monkeypatch.setenv(PROCESSOR_VARIABLE, "none")
    monkeypatch.setattr(
        "studio.training.backend.compute_settings.choose_threads", lambda config, processes: 1
    )


@pytest.fixture(autouse=True)
def no_background_measurement(monkeypatch):
    """No window starts the child process that measures a network, unless a test wants it."""
    monkeypatch.setattr(StudioContext, "measures_speed", False)


@pytest.fixture
def context(qtbot, tmp_path):
    """What the pages of a window share, with folders of its own."""
    made = StudioContext(tmp_path / "runs", tmp_path / "data")
    yield made
    made.tasks.wait_all()
    Shiboken.delete(made)  # Python would collect it after the application


@pytest.fixture
def show_a_run(qtbot):
    """Trains for one epoch in a main window, and shows the run on Mistakes and on Runs."""

    def show(window):
        window.show_page(TRAIN)
        window.train_page.findChild(QWidget, "epochs_spin").setValue(1)
        with qtbot.waitSignal(window.train_page.run_ended, timeout=LONG) as ended:
            window.train_page.start()
        window.open_mistakes(ended.args[0])
        mistakes = window.mistakes_page
        qtbot.waitUntil(lambda: mistakes.stack.currentWidget() is mistakes.views, timeout=LONG)
        window.show_page(RUNS)
        table = window.findChild(QWidget, "runs_table")
        qtbot.waitUntil(lambda: table.isVisible() and table.model().rowCount() == 1, timeout=LONG)
        table.selectRow(0)

    return show


@pytest.fixture
def open_window(qtbot, qapp, tmp_path):
    """Opens main windows; at the end of the test each is closed and its threads have ended."""
    opened = []

    def build(runs_dir=None, data_dir=None, show=True, complete=True):
        make = create_main_window if complete else create_first_page
        window = make(runs_dir or tmp_path / "runs", data_dir)
        opened.append((window, Gone(window)))
        if show:
            with qtbot.waitExposed(window):
                window.show()
        return window

    yield build
    for window, gone in opened:
        if not gone.heard:
            window.close_and_save()
        qtbot.waitUntil(lambda gone=gone: gone.heard, timeout=60_000)
        window.context.tasks.wait_all()
        window.deleteLater()
    # Now: the next change of the theme would style all their widgets again.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
