"""tests/conftest.py detects leaks and numbers of one processor, and applies --processor."""

from pathlib import Path

import pytest

LEAKING_TESTS = """
import threading

from PySide6.QtCore import QObject, QPropertyAnimation, QThread, QTimer, qWarning
from PySide6.QtWidgets import QWidget

keep = []

def test_no_leak(qtbot):
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
    threading.Thread(target=gate.wait, name="waiting").start()

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
    for item in keep:
        if isinstance(item, QThread):
            item.wait()
        elif isinstance(item, QTimer):
            item.stop()
    keep.clear()
"""

PROCESSOR = """
import subprocess
import sys

from studio.processor_override import processor_override

def test_in_this_process_and_in_a_child():
    assert processor_override() == EXPECTED
    code = "from studio.processor_override import processor_override; print(processor_override())"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert child.stdout == f"{EXPECTED}\\n"
"""

NUMERIC = """
import os
import sys
from types import SimpleNamespace

import pytest

torch = SimpleNamespace(cpu=SimpleNamespace(get_capabilities=dict))
sys.modules["torch"] = torch

@pytest.fixture(scope="module")
def shared():
    torch.cpu.get_capabilities()

@pytest.mark.numeric
def test_numbers_of_this_processor():
    torch.cpu.get_capabilities()

@pytest.mark.numeric
def test_numbers_of_this_processor_in_a_fixture(shared):
    pass

def test_no_numbers():
    torch.cpu.get_capabilities()

@pytest.mark.numeric
def test_numbers_of_both_processors(each_processor):
    assert os.environ["VGG_STUDIO_PROCESSOR"] == each_processor
"""


@pytest.fixture
def project_settings(pytestconfig: pytest.Config) -> str:
    return (pytestconfig.rootpath / "pyproject.toml").read_text(encoding="utf-8")


@pytest.fixture
def project_conftest(pytestconfig: pytest.Config) -> str:
    return (pytestconfig.rootpath / "tests" / "conftest.py").read_text(encoding="utf-8")


def test_leaks_are_reported_by_name(
    pytester: pytest.Pytester, project_settings: str, project_conftest: str
) -> None:
    pytester.makepyprojecttoml(project_settings)
    tests = pytester.mkdir("tests")
    (tests / "conftest.py").write_text(project_conftest, encoding="utf-8")
    (tests / "test_leaks.py").write_text(LEAKING_TESTS, encoding="utf-8")
    result = pytester.runpytest_subprocess("-p", "no:randomly", timeout=60)
    result.assert_outcomes(passed=7, failed=1, errors=5)
    for line in (
        "*left behind: QTimer ticking",
        "*left behind: Worker working",
        "*left behind: thread waiting",
        "*left behind: QWidget",
        "*left behind: QPropertyAnimation",
        "*something is wrong*",
    ):
        result.stdout.fnmatch_lines([line])


@pytest.mark.parametrize(
    ("options", "expected", "header"),
    [(["--processor", "amx"], "amx", "amx"), ([], None, "the real one")],
)
def test_the_option_sets_the_processor_in_all_processes(
    pytester: pytest.Pytester,
    project_settings: str,
    project_conftest: str,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    expected: str | None,
    header: str,
) -> None:
    monkeypatch.setenv("VGG_STUDIO_PROCESSOR", "avx512_bf16")  # ignored in tests
    pytester.makepyprojecttoml(project_settings)
    tests = pytester.mkdir("tests")
    (tests / "conftest.py").write_text(project_conftest, encoding="utf-8")
    code = PROCESSOR.replace("EXPECTED", repr(expected), 1)
    code = code.replace("{EXPECTED}", str(expected))
    (tests / "test_processor.py").write_text(code, encoding="utf-8")
    result = pytester.runpytest_subprocess(*options, timeout=60)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"processor: {header}"])


def test_numbers_must_not_depend_on_the_processor(
    pytester: pytest.Pytester, project_settings: str, project_conftest: str
) -> None:
    pytester.makepyprojecttoml(project_settings)
    tests = pytester.mkdir("tests")
    (tests / "conftest.py").write_text(project_conftest, encoding="utf-8")
    (tests / "test_numbers.py").write_text(NUMERIC, encoding="utf-8")
    result = pytester.runpytest_subprocess(timeout=60)
    result.assert_outcomes(passed=4, errors=2)
    for where in ("teardown of test_numbers_of_this_", "setup of test_numbers_of_this_"):
        result.stdout.fnmatch_lines([f"*ERROR at {where}processor*", "*chosen for the real*"])


def test_each_test_has_its_own_home(user_folders: Path, tmp_path: Path) -> None:
    from studio import paths

    assert user_folders.is_relative_to(tmp_path)
    assert paths.runs_dir().is_relative_to(tmp_path)
    assert paths.data_dir().is_relative_to(tmp_path)
