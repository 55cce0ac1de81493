"""Uncaught errors and crashes of a whole program: shown once, remembered, and survived."""

import json
import os
import subprocess
import sys

import pytest

from studio import paths
from studio.crash_log import WINDOW, count_early_crashes, log_path, take_crashes

# Runs `act(window)` in the program once its first page is painted, and `finish` closes it.
PROGRAM = """
import ctypes, gc, json, os, sys, threading
from PySide6.QtCore import QEvent, QObject, QRunnable, QThread, QThreadPool, QTimer, qFatal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from studio.cli import main
from studio.ui import main_window
from studio.ui.context import StudioContext
from studio.ui.frame.uncaught_error_dialog import UncaughtErrorDialog
from studio.ui.widgets.banner import Banner

def banners(window):
    found = [each for each in window.findChildren(Banner) if each.isVisible()]
    return {{each.objectName(): each.text() for each in found}}

def say(**facts):
    print(json.dumps(facts), flush=True)

StudioContext.load_torch = lambda context: None  # takes seconds, and nothing here needs it
shown = main_window.MainWindow.paintEvent
begun = []
def paint(window, event):
    shown(window, event)
    if not begun:
        begun.append(True)
        QTimer.singleShot(0, lambda: act(window))
main_window.MainWindow.paintEvent = paint

{act}

sys.argv = ["vgg-studio"]
main()
"""


def start(act, **environ):
    """Run the program with a function `act(window)`; returns exit code, facts it said, stderr."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(act=act)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"} | environ,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


EVERY_SOURCE = """
class Painted(QWidget):
    def paintEvent(self, event):
        painter = QPainter(self)
        painter.drawLine(0, 0, 5, 5)
        raise RuntimeError("in a paint event")

class Filter(QObject):
    def eventFilter(self, watched, event):
        raise RuntimeError("in an event filter")

class Overriding(QWidget):
    def customEvent(self, event):
        raise RuntimeError("in an overridden method")

class Thread(QThread):
    def run(self):
        raise RuntimeError("in a thread of Qt")

class Job(QRunnable):
    def run(self):
        raise RuntimeError("in a pool")

class Held:
    def __del__(self):
        raise RuntimeError("in a destructor")

def fail(*_):
    raise RuntimeError("in a slot")

def fail_in_timer():
    raise RuntimeError("in a timer")

def fail_in_task(on_progress, should_stop):
    raise RuntimeError("in a task")

def act(window):
    painted, other, button = Painted(window), Overriding(window), QPushButton(window)
    window.widgets = painted, other, button
    button.clicked.connect(fail)
    button.click(); button.click()
    window.fail_timer = QTimer(window, interval=5)
    window.fail_timer.timeout.connect(fail_in_timer)
    window.fail_timer.start()
    painted.setGeometry(0, 0, 50, 50); painted.show()
    window.paint_timer = QTimer(window, interval=5)  # paints again and again, like an animation
    window.paint_timer.timeout.connect(painted.update)
    window.paint_timer.start()
    # Qt, not Python, must call the method: otherwise its caller gets the error.
    QApplication.postEvent(other, QEvent(QEvent.Type.User))
    window.filter = Filter()
    button.installEventFilter(window.filter)
    QApplication.postEvent(button, QEvent(QEvent.Type.User))
    window.thread_ = Thread(); window.thread_.start(); window.thread_.wait()
    QThreadPool.globalInstance().start(Job()); QThreadPool.globalInstance().waitForDone()
    thread = threading.Thread(target=fail, args=["python thread"]); thread.start(); thread.join()
    held = Held(); del held
    window.context.tasks.start(fail_in_task)
    QTimer.singleShot(700, lambda: finish(window))

def finish(window):
    window.fail_timer.stop(); window.paint_timer.stop()
    dialogs = [each for each in window.findChildren(UncaughtErrorDialog) if each.isVisible()]
    dialogs[0].refresh()
    say(dialogs=len(dialogs), modal=dialogs[0].isModal(), message=dialogs[0].message(),
        report=dialogs[0].report(), last=hasattr(sys, "last_value"))
    window.close_and_save()
"""


def test_errors_of_every_source_are_shown_in_one_dialog_and_the_program_ends_cleanly():
    code, (facts,), err = start(EVERY_SOURCE)
    assert code == 0, err
    assert (facts["dialogs"], facts["modal"], facts["last"]) == (1, False, False)
    assert facts["message"].startswith("Something went wrong\nRuntimeError: in a slot.")
    sources = ("slot", "timer", "paint event", "event filter", "overridden method")
    sources += ("thread of Qt", "pool", "destructor", "task")
    for source in sources:
        assert f"in a {source}" in facts["report"] or f"in an {source}" in facts["report"], source
    assert "Occurred 2 times:\nTraceback" in facts["report"]  # the slot
    assert err.count("in a timer") == 1  # printed once, however often it occurred
    assert str(paths.Path.home()) not in facts["report"]
    assert "in a paint event" in log_path().read_text()
    assert take_crashes(WINDOW) == []


TELL = """
def act(window):
    QTimer.singleShot(0, lambda: tell(window))

def tell(window):
    say(banners=banners(window), restores=window.context.restore_state,
        settings=window.context.settings.fileName())
    {then}
"""
RESTART = """
def act(window):
    begun.clear()
    global act
    act = tell_and_close
    QTimer.singleShot(0, window.findChild(Banner, "crash_banner").action_clicked.emit)

def tell_and_close(window):
    say(banners=banners(window), restores=window.context.restore_state)
    window.close_and_save()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the reasons have other names")
def test_a_native_crash_is_told_at_the_next_start_and_a_second_one_leads_to_a_safe_start():
    ends = ("ctypes.string_at(0)", "os.abort()", "qFatal('no more')")
    (_, (first,), _), (_, (second,), _), (_, (third,), _) = (
        start(TELL.format(then=end)) for end in ends
    )
    assert first["banners"] == {}
    assert "crashed at " in second["banners"]["crash_banner"]
    assert "segmentation fault" in second["banners"]["crash_banner"]
    assert second["restores"]
    assert "crashed 2 times within a minute" in third["banners"]["crash_banner"]
    assert not third["restores"]
    assert third["settings"] != second["settings"]
    code, told, err = start(RESTART)
    assert code == 0, err
    (restarted,) = told  # by the window after the restart
    assert restarted["restores"]
    assert "crashed at " in restarted["banners"]["crash_banner"]
    assert (take_crashes(WINDOW), count_early_crashes()) == ([], 0)
    assert "Qt: [A qFatal() call was made from Python code]" in log_path().read_text()


FAILING_START = """
from studio.ui import app
create = app.create_first_page
def fail_to_restore(*args, restore_state=True, **kwargs):
    if restore_state:
        raise ValueError("damaged state")
    return create(*args, restore_state=restore_state, **kwargs)
app.create_first_page = fail_to_restore

def act(window):
    QTimer.singleShot(200, lambda: finish(window))

def finish(window):
    dialogs = [each for each in window.findChildren(UncaughtErrorDialog) if each.isVisible()]
    say(restores=window.context.restore_state, banners=banners(window),
        messages=[each.message() for each in dialogs])
    window.close_and_save()
"""


def test_a_window_that_cannot_be_restored_opens_without():
    code, (facts,), _ = start(FAILING_START)
    assert code == 0
    assert not facts["restores"]
    assert "ValueError: damaged state" in facts["messages"][0]
    assert "could not be restored" in facts["banners"]["crash_banner"]


EXIT = """
def act(window):
    window.context.tasks.start(wait)  # a thread that runs at the end would abort the process
    QTimer.singleShot(50, lambda: click(window))

def wait(on_progress, should_stop):
    while not should_stop():
        QThread.msleep(5)

def click(window):
    button = QPushButton(window)
    button.clicked.connect(leave)
    button.click()

def leave():
    sys.exit(7)
"""


def test_an_exit_in_a_slot_closes_the_window_first():
    code, _, err = start(EXIT)
    assert code == 7, err
    assert "QThread" not in err
    assert take_crashes(WINDOW) == []
