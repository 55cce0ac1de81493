"""What every test stands on: no screen, no user folders, and nothing left running behind it."""

import atexit
import gc
import json
import os
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from studio.processor import PROCESSOR_VARIABLE, PROCESSORS

if TYPE_CHECKING:  # Qt is loaded once its platform is chosen
    from PySide6.QtCore import QObject, QThread
    from PySide6.QtWidgets import QWidget

# One thread: the sums come out the same on every machine, and tests share the cores kindly.
os.environ.setdefault("OMP_NUM_THREADS", "1")

REAL_DATA = os.environ.get("VGG_STUDIO_DATA")
REPO = Path(__file__).resolve().parents[1]
GRACE = 2.0  # seconds for a thread that has said its last word to be gone
_blamed: "weakref.WeakSet[QObject]" = weakref.WeakSet()  # once is enough

# A slow machine is no failure, so no deadline on single examples. New examples are for those who
# can look at what they find; in CI the same commit always sees the same ones.
settings.register_profile(
    "studio", deadline=None, print_blob=True, derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("studio")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--headed` shows the windows while they are tested; `--processor` pretends another one."""
    parser.addoption("--headed", action="store_true", help="show the windows on the screen")
    parser.addoption(
        "--processor",
        choices=list(PROCESSORS),
        help="choose precisions as on a processor with these bfloat16 instructions",
    )


def pytest_report_header(config: pytest.Config) -> str:
    """Say as which processor the tests run."""
    return f"processor: {config.getoption('--processor') or 'the real one'}"


def pytest_configure(config: pytest.Config) -> None:
    """Choose the platform before the first QApplication does, and the processor for everything."""
    # The processes that tests start inherit the environment. The option alone decides.
    os.environ[PROCESSOR_VARIABLE] = config.getoption("--processor") or ""
    if config.getoption("--headed"):
        os.environ.pop("QT_QPA_PLATFORM", None)
    elif os.environ.get("QT_QPA_PLATFORM", "offscreen") == "offscreen":
        os.environ["QT_QPA_PLATFORM"] = offscreen(1920, 1080)


def offscreen(width: int, height: int) -> str:
    """A platform for Qt with one screen of so many pixels; its own has 800x800."""
    screen = {"name": "screen", "x": 0, "y": 0, "width": width, "height": height, "dpr": 1}
    screen |= {"logicalDpi": 96, "logicalBaseDpi": 96}
    # Each process writes its own: another one may be reading.
    path = Path(tempfile.mkdtemp(prefix="vgg-studio-screen-")) / "screens.json"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    path.write_text(json.dumps({"screens": [screen]}))
    return f"offscreen:configfile={path}"


@pytest.fixture
def offscreen_platform() -> Callable[[int, int], str]:
    """Makes platforms with a screen of so many pixels, for processes that a test starts."""
    return offscreen


@pytest.fixture(autouse=True)
def user_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for each test: settings, caches, data and runs. Returns the home."""
    from PySide6.QtCore import QSettings

    home = tmp_path / "home"
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.setenv("VGG_STUDIO_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("VGG_STUDIO_DATA", str(tmp_path / "data"))
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for scope in QSettings.Scope:
        QSettings.setPath(QSettings.Format.IniFormat, scope, str(home / "qt"))
    return home


@pytest.fixture
def data_dir(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with the real data sets, which the code under test then uses too."""
    folder = Path(REAL_DATA) if REAL_DATA else REPO.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no data sets: {folder} is no folder; VGG_STUDIO_DATA names another")
    monkeypatch.setenv("VGG_STUDIO_DATA", str(folder))
    return folder


@pytest.fixture(autouse=True)
def cycles_end_in_this_thread() -> Iterator[None]:
    """Collect cycles after each test, and never in a worker thread of the next one.

    There it would destroy what is left of the windows before it. The window has the same rule,
    see `studio.ui.frame.garbage_collector`.
    """
    gc.disable()
    yield
    gc.disable()  # a test of the window's own collector turned it on again
    gc.collect(1)


@pytest.fixture(autouse=True)
def nothing_left_behind(user_folders: Path) -> Iterator[None]:
    """Fails the test that leaves a thread, a timer, an animation or a window behind."""
    before = set(threading.enumerate())
    yield
    left = _left_threads(before) + [_describe(thing) for thing in _left_in_qt()]
    if left:
        pytest.fail("left behind: " + "; ".join(left), pytrace=False)


def _left_threads(before: set[threading.Thread]) -> list[str]:
    left = []
    for thread in set(threading.enumerate()) - before:
        # Qt's own threads look like dummies to Python; they are counted as QThreads below.
        if isinstance(thread, threading._DummyThread):
            continue
        thread.join(GRACE)
        if thread.is_alive():
            left.append(f"thread {thread.name}")
    return left


def _left_in_qt() -> "list[QObject]":
    from PySide6.QtCore import QCoreApplication, QEvent

    if QCoreApplication.instance() is None:
        return []
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = _active()
    if left:
        gc.collect()  # what only a cycle keeps alive is nobody's any more
        left = _active()
    _blamed.update(left)
    return left


def _active() -> "list[QObject]":
    from PySide6.QtCore import QAbstractAnimation, QThread, QTimer
    from PySide6.QtWidgets import QWidget
    from shiboken6 import Shiboken

    # Most of the thousands of objects are of no interest, and this follows every test.
    kinds = (QTimer, QAbstractAnimation, QThread, QWidget)
    objects = [thing for thing in Shiboken.getAllValidWrappers() if isinstance(thing, kinds)]
    valid = [thing for thing in objects if Shiboken.isValid(thing)]
    return [thing for thing in valid if _is_active(thing) and thing not in _blamed]


def _is_active(thing: object) -> bool:
    from PySide6.QtCore import QAbstractAnimation, QThread, QTimer
    from PySide6.QtWidgets import QWidget

    if isinstance(thing, QTimer):
        return thing.isActive()
    if isinstance(thing, QAbstractAnimation):
        return thing.state() == QAbstractAnimation.State.Running
    if isinstance(thing, QThread):
        return _still_runs(thing)
    return isinstance(thing, QWidget) and _is_open(thing)


def _still_runs(thread: "QThread") -> bool:
    from PySide6.QtCore import QCoreApplication

    if thread is QCoreApplication.instance().thread() or thread in _blamed:
        return False
    return thread.isRunning() and not thread.wait(int(GRACE * 1000))


def _is_open(widget: "QWidget") -> bool:
    from PySide6.QtCore import Qt

    # Tooltips hide by themselves.
    kind = widget.windowType()
    return widget.isWindow() and widget.isVisible() and kind != Qt.WindowType.ToolTip


def _describe(thing: "QObject") -> str:
    owner = thing.parent()
    inside = f" of {type(owner).__name__} {owner.objectName()}".rstrip() if owner else ""
    return f"{type(thing).__name__} {thing.objectName()}".rstrip() + inside
