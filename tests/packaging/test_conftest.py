"""The tests' own net catches what a careless test leaves behind."""

from pathlib import Path

import pytest

CARELESS = """
import threading

from PySide6.QtCore import QObject, QPropertyAnimation, QThread, QTimer, qWarning
from PySide6.QtWidgets import QWidget

keep = []

def test_tidy(qtbot):
    timer = QTimer()
    timer.start(10)
    timer.stop()
    widget = QWidget()
    qtbot.addWidget(widget)
    QTimer(widget).start(10)
    thread = QThread()
    thread.start()
    thread.quit()
    keep.append(thread)
    widget.show()

def test_timer(qapp):
    timer = QTimer(objectName="ticking")
    timer.start(10)
    keep.append(timer)

def test_qthread(qapp):
    class Worker(QThread):
        def run(self):
            gate.wait()
    thread = Worker(objectName="working")
    thread.start()
    keep.append(thread)

gate = threading.Event()

def test_thread():
    threading.Thread(target=gate.wait, name="forgotten").start()

def test_window(qapp):
    widget = QWidget()
    widget.show()
    keep.append(widget)

def test_animation(qapp):
    target = QWidget()
    animation = QPropertyAnimation(target, b"windowOpacity", duration=100000)
    animation.setEndValue(0.5)
    animation.start()
    keep.extend([target, animation])

def test_qt_warning(qapp):
    qWarning("something is wrong")

def test_end():
    gate.set()
    for thing in keep:
        if isinstance(thing, QThread):
            thing.wait()
        elif isinstance(thing, QTimer):
            thing.stop()
    keep.clear()
"""

PROCESSOR = """
import subprocess
import sys

from studio.processor import processor_override

def test_here_and_in_a_process_of_its_own():
    assert processor_override() == EXPECTED
    code = "from studio.processor import processor_override; print(processor_override())"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert child.stdout == f"{EXPECTED}\\n"
"""


@pytest.fixture
def settings_of_the_project(pytestconfig: pytest.Config) -> str:
    return (pytestconfig.rootpath / "pyproject.toml").read_text(encoding="utf-8")


@pytest.fixture
def conftest_of_the_project(pytestconfig: pytest.Config) -> str:
    return (pytestconfig.rootpath / "tests" / "conftest.py").read_text(encoding="utf-8")


def test_what_is_left_behind_is_named(
    pytester: pytest.Pytester, settings_of_the_project: str, conftest_of_the_project: str
) -> None:
    pytester.makepyprojecttoml(settings_of_the_project)
    tests = pytester.mkdir("tests")
    (tests / "conftest.py").write_text(conftest_of_the_project, encoding="utf-8")
    (tests / "test_careless.py").write_text(CARELESS, encoding="utf-8")
    result = pytester.runpytest_subprocess("-p", "no:randomly", timeout=60)
    result.assert_outcomes(passed=7, failed=1, errors=5)
    for line in (
        "*left behind: QTimer ticking",
        "*left behind: Worker working",
        "*left behind: thread forgotten",
        "*left behind: QWidget",
        "*left behind: QPropertyAnimation",
        "*something is wrong*",
    ):
        result.stdout.fnmatch_lines([line])


@pytest.mark.parametrize(
    ("words", "expected", "header"),
    [(["--processor", "amx"], "amx", "amx"), ([], None, "the real one")],
)
def test_the_processor_of_all_processes_is_that_of_the_option(
    pytester: pytest.Pytester,
    settings_of_the_project: str,
    conftest_of_the_project: str,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    expected: str | None,
    header: str,
) -> None:
    monkeypatch.setenv("VGG_STUDIO_PROCESSOR", "avx512_bf16")  # of no account in tests
    pytester.makepyprojecttoml(settings_of_the_project)
    tests = pytester.mkdir("tests")
    (tests / "conftest.py").write_text(conftest_of_the_project, encoding="utf-8")
    code = PROCESSOR.replace("EXPECTED", repr(expected), 1)
    code = code.replace("{EXPECTED}", str(expected))
    (tests / "test_processor.py").write_text(code, encoding="utf-8")
    result = pytester.runpytest_subprocess(*words, timeout=60)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"processor: {header}"])


def test_each_test_has_its_own_home(user_folders: Path, tmp_path: Path) -> None:
    from studio import paths

    assert user_folders.is_relative_to(tmp_path)
    assert paths.runs_dir().is_relative_to(tmp_path)
    assert paths.data_dir().is_relative_to(tmp_path)
