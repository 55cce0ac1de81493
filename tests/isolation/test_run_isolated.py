"""Calls in a child process: results, errors, limits, and how it ends."""

import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from studio.errors import ConfigError, DiskFullError, IsolationError, LayoutError, Stopped
from studio.isolation import Limits, run_isolated
from studio.isolation.idle_processes import end_idle_processes

needs_posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such limit")
needs_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a limit of Linux")


@pytest.fixture(autouse=True)
def functions_can_be_imported(monkeypatch):
    """The child finds modules where this process does."""
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2]))


@pytest.fixture(scope="module", autouse=True)
def no_process_remains():
    yield
    end_idle_processes()


def call(name, /, limits=Limits(), reuse=True, **arguments):  # noqa: B008
    return run_isolated(f"tests.isolation.functions:{name}", arguments, limits, reuse=reuse)


def test_arguments_and_results_are_json_and_bytes():
    arguments = {"text": "ä\udc80", "numbers": [1, 0.1, None, True], "blob": b"\0\xff" * 100_000}
    nested = {"deep": [{"a": b"", "b": bytearray(b"b")}, memoryview(b"c")]}
    result = call("echo", **arguments, nested=nested)
    assert result == arguments | {"nested": {"deep": [{"a": b"", "b": b"b"}, b"c"]}}


def test_an_error_for_the_user_arrives_as_it_was_raised():
    with pytest.raises(ConfigError) as config:
        call("fail", name="config")
    assert (config.value.field, config.value.message) == ("optim.lr", "The learning rate is wrong.")
    assert str(config.value) == "The learning rate is wrong. Choose another."
    with pytest.raises(LayoutError) as layout:
        call("fail", name="layout")
    assert layout.value.found == ("images: 3", "folders: 1")
    with pytest.raises(DiskFullError) as disk:
        call("fail", name="disk")
    assert (disk.value.needed_bytes, disk.value.free_bytes) == (10**12, 5)


def test_another_error_is_named_in_plain_words_and_keeps_its_traceback_as_a_note():
    with pytest.raises(IsolationError, match=r"^The file cannot be read\. ") as caught:
        call("fail", name="program")
    assert caught.value.reason == "crash"
    assert "a mistake of the program" in caught.value.__notes__[0]


@needs_posix
def test_a_function_that_holds_the_interpreter_lock_is_ended_in_time():
    with pytest.raises(IsolationError, match=r"took longer than 0\.2 s to read") as caught:
        call("hash_forever", Limits(seconds=0.2))
    assert caught.value.reason == "time"


@needs_linux
def test_a_function_gets_no_more_memory_than_allowed():
    assert call("allocate", Limits(memory_bytes=100_000_000), size=50_000_000) == 50_000_000
    with pytest.raises(IsolationError, match="needs more memory than 100 MB") as caught:
        call("allocate", Limits(memory_bytes=100_000_000), size=200_000_000)
    assert caught.value.reason == "memory"
    assert call("allocate", size=200_000_000) == 200_000_000, "the limit was that of one call"


def test_a_function_that_returns_too_much_is_ended():
    with pytest.raises(IsolationError, match="contains more than 1 MB") as caught:
        call("return_bytes", Limits(output_bytes=1_000_000), size=50_000_000)
    assert caught.value.reason == "output"
    assert len(call("return_bytes", Limits(output_bytes=1_000_000), size=900_000)) == 900_000


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGKILL"])
@needs_posix
def test_a_crash_is_an_error_in_plain_words(name, capfd):
    with pytest.raises(IsolationError) as caught:
        call("end_by_signal", number=getattr(signal, name))
    assert "memory" in str(caught.value) if name == "SIGKILL" else "crash" in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_segmentation_fault_keeps_the_stack_as_a_note():
    with pytest.raises(IsolationError, match="crash") as caught:
        call("crash")
    if os.name == "posix":
        assert "functions.py" in caught.value.__notes__[0]


def test_what_libraries_print_reaches_neither_the_result_nor_the_terminal(capfd):
    assert call("write_to_every_stream") == ""
    assert capfd.readouterr() == ("", "")


def test_progress_arrives_and_cancelling_ends_the_function_and_its_own_processes(tmp_path):
    reports, stop = [], threading.Event()

    def on_progress(*report):
        reports.append(report)
        stop.set()

    children = psutil.Process().children(recursive=True)
    with pytest.raises(Stopped):
        run_isolated(
            "tests.isolation.functions:work_until_stopped",
            {"folder": str(tmp_path)},
            on_progress=on_progress,
            should_stop=stop.is_set,
        )
    assert reports == [(0.25, "started")]
    assert (tmp_path / "stopped").exists()
    if os.name == "posix":
        assert psutil.Process().children(recursive=True) == children


@pytest.mark.parametrize("name", ["sleep_for_ever", "hash_forever"])
def test_cancelling_ends_what_never_asks(name):
    pids, stop = [], threading.Event()

    def on_progress(_fraction, pid):
        pids.append(int(pid))
        stop.set()

    with pytest.raises(Stopped):
        run_isolated(
            f"tests.isolation.functions:{name}",
            {},
            on_progress=on_progress,
            should_stop=stop.is_set,
        )
    assert not psutil.pid_exists(pids[0])


def test_an_exception_of_the_parent_ends_the_child():
    pids = []

    def on_progress(_fraction, pid):
        pids.append(int(pid))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_isolated("tests.isolation.functions:hash_forever", {}, on_progress=on_progress)
    assert not psutil.pid_exists(pids[0])


@needs_posix
def test_a_child_ends_with_a_parent_that_is_killed():
    code = (
        "from studio.isolation import run_isolated\n"
        "def show(_fraction, pid): print(pid, flush=True)\n"
        "run_isolated('tests.isolation.functions:hash_forever', {}, on_progress=show)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment)
    assert parent.stdout
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _, alive = psutil.wait_procs([child], timeout=5)
    assert not alive


def test_a_process_is_reused_until_it_ends():
    first = call("process_id")
    assert call("process_id") == first
    psutil.Process(first).kill()
    psutil.wait_procs([psutil.Process(first)], 5)
    assert call("process_id") not in (first, os.getpid())
    assert call("process_id", reuse=False) != call("process_id")


def test_a_reused_process_sees_the_present_environment_and_folder(tmp_path, monkeypatch):
    call("process_id")
    monkeypatch.setenv("VGG_STUDIO_TEST", "1")
    monkeypatch.chdir(tmp_path)
    assert call("environment", name="VGG_STUDIO_TEST") == ["1", str(tmp_path.resolve())]
    monkeypatch.delenv("VGG_STUDIO_TEST")
    assert call("environment", name="VGG_STUDIO_TEST")[0] is None


def test_the_working_folder_cannot_replace_modules(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('planted')")
    (tmp_path / "studio.py").write_text("raise SystemExit('planted')")
    monkeypatch.chdir(tmp_path)
    assert call("echo", reuse=False, a=1) == {"a": 1}


def test_a_child_needs_neither_qt_nor_torch_nor_numpy():
    modules = set(call("imported_modules"))
    assert not modules & {"PySide6", "torch", "numpy", "PIL"}


def test_a_system_without_room_for_a_process_is_an_error_in_plain_words(monkeypatch):
    def refuse(*_arguments, **_options):
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(IsolationError, match="cannot be started: Resource temporarily"):
        call("echo", reuse=False)
