"""Fixtures of all tests: no screen, temporary user folders, and checks for leaked threads."""

import atexit
import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from studio.processor_override import PROCESSOR_VARIABLE, PROCESSORS

if TYPE_CHECKING:  # Qt is loaded once its platform is chosen
    from PySide6.QtCore import QObject, QThread
    from PySide6.QtWidgets import QWidget

# One thread: sums are the same on every machine, and tests that run at once do not compete.
os.environ.setdefault("OMP_NUM_THREADS", "1")

REAL_DATA = os.environ.get("VGG_STUDIO_DATA")
REPO = Path(__file__).resolve().parents[1]
THREAD_TIMEOUT_S = 2.0  # for a thread that has finished its work to end
# Objects reported by an earlier test: each is reported once.
_reported: "weakref.WeakSet[QObject]" = weakref.WeakSet()
# Grows by one whenever the program asks which instructions the real processor has.
_processor_queries: list[None] = []

# No deadline for single examples: a slow machine is not a failure. In CI the same commit always
# gets the same examples; new ones are for developers, who can look at what they find.
settings.register_profile(
    "studio", deadline=None, print_blob=True, derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("studio")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--headed`, which shows the windows, and `--processor`, which simulates another one."""
    parser.addoption("--headed", action="store_true", help="show the windows on the screen")
    parser.addoption(
        "--processor",
        choices=list(PROCESSORS),
        help="choose precisions as on a processor with these bfloat16 instructions",
    )


def pytest_report_header(config: pytest.Config) -> str:
    """Report the processor that the tests simulate."""
    return f"processor: {config.getoption('--processor') or 'the real one'}"


def pytest_configure(config: pytest.Config) -> None:
    """Set the platform before the first QApplication exists, and the processor."""
    # Processes that tests start inherit both. A value from outside is replaced.
    os.environ[PROCESSOR_VARIABLE] = config.getoption("--processor") or ""
    if config.getoption("--headed"):
        os.environ.pop("QT_QPA_PLATFORM", None)
    elif os.environ.get("QT_QPA_PLATFORM", "offscreen") == "offscreen":
        os.environ["QT_QPA_PLATFORM"] = offscreen(1920, 1080)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Count the queries of the real processor if a test compares numbers."""
    if not any(item.get_closest_marker("numeric") for item in session.items):
        return
    import torch

    # Not in every supported version of torch.
    get_capabilities = getattr(torch.cpu, "get_capabilities", dict)

    def count_and_get_capabilities() -> dict[str, Any]:
        _processor_queries.append(None)
        return get_capabilities()

    torch.cpu.get_capabilities = count_and_get_capabilities


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Iterator[None]:
    """Fail a fixture that tests share if what it makes depends on the real processor."""
    queries = len(_processor_queries)
    result = yield
    if fixturedef.scope != "function":
        _require_no_query_since(queries)
    return result


@pytest.fixture(autouse=True)
def numbers_of_every_processor(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that compares numbers if these depend on the processor it runs on."""
    queries = len(_processor_queries)
    yield
    if request.node.get_closest_marker("numeric"):
        _require_no_query_since(queries)


def _require_no_query_since(queries: int) -> None:
    if len(_processor_queries) > queries:
        pytest.fail(
            "The precision was chosen for the real processor. Use tests/fixed_engine.py, or the"
            " fixture each_processor.",
            pytrace=False,
        )


@pytest.fixture(params=["none", "amx"])
def each_processor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a test as on a processor without bfloat16 and as on one with AMX, child processes too."""
    monkeypatch.setenv(PROCESSOR_VARIABLE, request.param)
    return request.param


def offscreen(width: int, height: int) -> str:
    """Return a Qt platform with one screen of a size in pixels; the default has 800x800."""
    screen = {"name": "screen", "x": 0, "y": 0, "width": width, "height": height, "dpr": 1}
    screen |= {"logicalDpi": 96, "logicalBaseDpi": 96}
    # Each process writes its own file, because another one may be reading.
    path = Path(tempfile.mkdtemp(prefix="vgg-studio-screen-")) / "screens.json"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    path.write_text(json.dumps({"screens": [screen]}))
    return f"offscreen:configfile={path}"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """An empty folder that is a disk of its own, of 2 MB. Needs the right to mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2000000", "none", str(folder)]
    if sys.platform != "linux" or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root on Linux")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def offscreen_platform() -> Callable[[int, int], str]:
    """Return a function that makes platforms by screen size, for processes that a test starts."""
    return offscreen


@pytest.fixture(autouse=True)
def user_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test its own home folder for settings, caches, data and runs; return it."""
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
    """Return the folder of the published datasets, and let the code under test use it."""
    folder = Path(REAL_DATA) if REAL_DATA else REPO.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no datasets: {folder} is no folder; set VGG_STUDIO_DATA to another")
    monkeypatch.setenv("VGG_STUDIO_DATA", str(folder))
    return folder


@pytest.fixture
def cli(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Return a function that calls `vgg-studio`: words in; exit code, stdout and stderr out."""
    from studio.cli import main

    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["vgg-studio", *map(str, words)])
        with pytest.raises(SystemExit) as caught:
            main()
        printed = capsys.readouterr()
        return int(caught.value.code or 0), printed.out, printed.err

    return call


@pytest.fixture(autouse=True)
def garbage_collection_in_this_thread() -> Iterator[None]:
    """Collect reference cycles after each test, and never in a worker thread of the next one.

    In a worker thread this would destroy widgets of earlier tests, see `studio.runtime`.
    """
    gc.disable()
    yield
    gc.disable()  # a test of the window's own collection may have enabled it
    gc.collect(1)


@pytest.fixture(autouse=True)
def no_leaks(user_folders: Path) -> Iterator[None]:
    """Fail a test that leaves a thread, a timer, an animation or a window behind."""
    before = set(threading.enumerate())
    yield
    leaks = _leaked_threads(before) + [_describe(leaked) for leaked in _leaked_qt_objects()]
    if leaks:
        pytest.fail("left behind: " + "; ".join(leaks), pytrace=False)


def _leaked_threads(before: set[threading.Thread]) -> list[str]:
    leaks = []
    for thread in set(threading.enumerate()) - before:
        # Python represents Qt's threads as dummies; they are checked as QThreads below.
        if isinstance(thread, threading._DummyThread):
            continue
        thread.join(THREAD_TIMEOUT_S)
        if thread.is_alive():
            leaks.append(f"thread {thread.name}")
    return leaks


def _leaked_qt_objects() -> "list[QObject]":
    from PySide6.QtCore import QCoreApplication, QEvent

    if QCoreApplication.instance() is None:
        return []
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    leaks = _active_objects()
    if leaks:
        gc.collect()  # an object that only a cycle keeps alive is no leak
        leaks = _active_objects()
    _reported.update(leaks)
    return leaks


def _active_objects() -> "list[QObject]":
    from PySide6.QtCore import QAbstractAnimation, QThread, QTimer
    from shiboken6 import Shiboken

    def is_active(item: object) -> bool:
        if isinstance(item, QTimer):
            return item.isActive()
        if isinstance(item, QAbstractAnimation):
            return item.state() == QAbstractAnimation.State.Running
        return isinstance(item, QThread) and _is_running(item)

    # This runs after every test, with thousands of widgets: they are not asked one by one, and
    # nothing is imported in the loop, which PySide makes slow.
    types = (QTimer, QAbstractAnimation, QThread)
    objects = [wrapper for wrapper in Shiboken.getAllValidWrappers() if isinstance(wrapper, types)]
    active = [item for item in objects if Shiboken.isValid(item) and is_active(item)]
    return [item for item in [*active, *_open_windows()] if item not in _reported]


def _open_windows() -> "list[QWidget]":
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

    is_tooltip = Qt.WindowType.ToolTip  # these close by themselves
    windows = QApplication.topLevelWidgets() if QApplication.instance() else []
    return [each for each in windows if each.isVisible() and each.windowType() != is_tooltip]


def _is_running(thread: "QThread") -> bool:
    from PySide6.QtCore import QCoreApplication

    if thread is QCoreApplication.instance().thread() or thread in _reported:
        return False
    return thread.isRunning() and not thread.wait(int(THREAD_TIMEOUT_S * 1000))


def _describe(item: "QObject") -> str:
    parent = item.parent()
    inside = f" of {type(parent).__name__} {parent.objectName()}".rstrip() if parent else ""
    return f"{type(item).__name__} {item.objectName()}".rstrip() + inside
