"""Windows that fail or crash at a random moment, and what the next start says.

`python -m tests.attacks.crashes --count 40 --seed 1` starts so many windows in one home folder,
each with a random failure, and prints each one that ended in another way than expected. Then it
crashes windows that train, and resumes their runs.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

# Runs `act(window)` in the program once its first page is painted.
PROGRAM = """
import ctypes, json, os, signal, sys, threading
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

def dialogs(window):
    found = window.findChildren(UncaughtErrorDialog)
    return [each for each in found if each.isVisible()]

def say(**facts):
    print(json.dumps(facts), flush=True)

load_torch = StudioContext.load_torch
StudioContext.load_torch = lambda context: None  # takes seconds, and few failures need it
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

FAILURES = """
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

def fail_slot(window):
    window.button = QPushButton(window)
    window.button.clicked.connect(fail)
    window.button.click()
    window.button.click()

def fail_timer(window):
    window.timer = QTimer(window, interval=5)
    window.timer.timeout.connect(fail_in_timer)
    window.timer.start()

def fail_paint(window):
    window.painted = Painted(window)
    window.painted.setGeometry(0, 0, 50, 50)
    window.painted.show()
    window.paint_timer = QTimer(window, interval=5)  # paints again and again, like an animation
    window.paint_timer.timeout.connect(window.painted.update)
    window.paint_timer.start()

# Qt, not Python, must call the method: otherwise its caller gets the error.
def fail_filter(window):
    window.filter, window.watched = Filter(), QPushButton(window)
    window.watched.installEventFilter(window.filter)
    QApplication.postEvent(window.watched, QEvent(QEvent.Type.User))

def fail_override(window):
    window.other = Overriding(window)
    QApplication.postEvent(window.other, QEvent(QEvent.Type.User))

def fail_qthread(window):
    window.thread_ = Thread()
    window.thread_.start()
    window.thread_.wait()

def fail_pool(window):
    QThreadPool.globalInstance().start(Job())
    QThreadPool.globalInstance().waitForDone()

def fail_thread(window):
    thread = threading.Thread(target=fail, args=["in a thread"])
    thread.start()
    thread.join()

def fail_destructor(window):
    Held()

def fail_task(window):
    window.context.tasks.start(fail_in_task)
"""
ERRORS = ("slot", "timer", "paint", "filter", "override")
ERRORS += ("qthread", "pool", "thread", "destructor", "task")

CRASHES = {
    "ctypes.string_at(0)": "segmentation fault",
    "os.abort()": "aborted by a library",
    "qFatal('no more')": "Qt: ",
    "os.kill(os.getpid(), signal.SIGBUS)": "bus error",
}


def start(act: str) -> tuple[int, list[dict[str, object]], str]:
    """Run the program with a function `act(window)`; returns exit code, facts it said, stderr."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(act=act)],
        env=os.environ | {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def act_then(statement: str, wait_ms: int, end: str) -> str:
    """Return an `act` that says what the window shows, fails after a wait, and ends later."""
    return f"""{FAILURES}
def act(window):
    QTimer.singleShot({wait_ms}, lambda: begin(window))

def begin(window):
    say(banner=banners(window).get("crash_banner", ""))
    QTimer.singleShot(400, lambda: finish(window))
    {statement}

def finish(window):
    say(dialogs=len(dialogs(window)))
    {end}
"""


def attack(rng: Random, expected: str) -> tuple[str, str, str]:
    """Start one window; returns what it did, what the next banner must say, and the fault found.

    `expected` is what the banner of this window must say, "" for none.
    """
    wait_ms = rng.choice((0, 20, 300))
    is_crash = rng.random() < 0.4
    statement = rng.choice(list(CRASHES)) if is_crash else f"fail_{rng.choice(ERRORS)}(window)"
    code, told, err = start(act_then(statement, wait_ms, "window.close_and_save()"))
    banner = str(told[0]["banner"]) if told else ""
    fault = ""
    if is_crash and code >= 0:
        fault = f"exit code {code}"
    elif not is_crash and (code != 0 or told[-1].get("dialogs") != 1):
        fault = f"exit code {code}, {told[-1:]}, {err[-500:]}"
    if not banner if expected else banner:
        fault += f" banner “{banner}” instead of “{expected}”"
    return f"{statement} after {wait_ms} ms", CRASHES[statement] if is_crash else "", fault


TRAINING = """
StudioContext.load_torch = load_torch

def act(window):
    window.poll = QTimer(window, interval=100)
    window.poll.timeout.connect(lambda: step(window))
    window.poll.start()
    window.stage = 0

def state_file(run):
    return os.path.join(os.environ["VGG_STUDIO_RUNS"], run, "state.pt")

def step(window):
    train, banner = window._pages.train, window.findChild(Banner, "crash_banner")
    if window.stage == 0 and train is not None and {ready}:
        window.stage = 1
        {begin}
    elif window.stage == 1 and train.session.run_id and os.path.exists(
        state_file(train.session.run_id)
    ):
        window.poll.stop()
        say(run=train.session.run_id)
        {end}
"""
BEGIN = 'train.findChild(QWidget, "epochs_spin").setValue(400); train.start()'
ENDS = ("ctypes.string_at(0)", "os.abort()", "os.kill(os.getpid(), signal.SIGKILL)")


def attack_training(rng: Random) -> str:
    """End a window that trains, and resume the run in the next one; returns the fault found."""
    end = rng.choice(ENDS)
    _, told, err = start(TRAINING.format(ready="True", begin=BEGIN, end=end))
    code, resumed, more = start(
        TRAINING.format(
            ready="banner is not None and banner.isVisible()",
            begin="banner.action_clicked.emit()",
            end="window.close_and_save()",
        )
    )
    if code == 0 and told and told == resumed:
        return ""
    return f"{end}: {told}, then {code} {resumed} {err[-500:]} {more[-500:]}"


def main() -> None:
    """Run the attack at full size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trainings", type=int, default=3)
    options = parser.parse_args()
    rng, faults, expected = Random(options.seed), 0, ""
    with tempfile.TemporaryDirectory() as home:
        for name in ("CONFIG", "DATA", "CACHE", "STATE"):
            os.environ[f"XDG_{name}_HOME"] = str(Path(home) / name.lower())
        for number in range(options.count):
            what, expected, fault = attack(rng, expected)
            faults += bool(fault)
            sys.stdout.write(f"{number} {what}: {fault or 'as expected'}\n")
            sys.stdout.flush()
        os.environ["VGG_STUDIO_RUNS"] = str(Path(home) / "runs")
        for number in range(options.trainings):
            fault = attack_training(rng)
            faults += bool(fault)
            sys.stdout.write(f"training {number}: {fault or 'resumed'}\n")
    total = options.count + options.trainings
    sys.stdout.write(f"seed {options.seed}: {faults} of {total} failed\n")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
