"""Sessions that crashed are found by a later one; sessions that ended in order leave nothing."""

import json
import os
import subprocess
import sys
import textwrap

import pytest

from studio import paths
from studio.crash_log import (
    COMMAND,
    WINDOW,
    count_early_crashes,
    forget_early_crashes,
    log_path,
    session,
    take_crashes,
)
from studio.crash_log.session import PREFIX


def run_in_session(code, purpose=WINDOW):
    """Run `code` inside a session of a new process; returns its exit code."""
    script = (
        "import ctypes, os, signal, sys\nfrom studio.crash_log import session\n"
        f"with session({purpose!r}) as opened:\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script + textwrap.indent(textwrap.dedent(code), "    ")],
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode


def left_files():
    return list(paths.log_dir().glob(f"{PREFIX}*"))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("ctypes.string_at(0)", "segmentation fault"),
        ("os.abort()", "aborted by a library"),
        ("os.kill(os.getpid(), signal.SIGFPE)", "floating-point exception"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="the reasons have other names")
def test_a_native_crash_is_found_once_with_the_stacks_of_its_threads(code, reason):
    assert run_in_session(f"opened.note(run='20260101-run')\n{code}") < 0
    (crash,) = take_crashes(WINDOW)
    assert crash.reason == reason
    assert crash.run_id == "20260101-run"
    assert crash.is_early
    assert 'File "<string>"' in crash.report
    assert take_crashes(WINDOW) == []
    assert left_files() == []
    assert reason in log_path().read_text()


@pytest.mark.parametrize("code", ["pass", "sys.exit(3)", "raise KeyboardInterrupt"])
def test_an_orderly_end_leaves_nothing(code):
    run_in_session(code)
    assert left_files() == []
    assert take_crashes(WINDOW) == []


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal of Unix")
def test_a_killed_session_is_no_crash():
    run_in_session("os.kill(os.getpid(), signal.SIGKILL)")
    (crash,) = take_crashes(WINDOW)
    assert crash.was_killed
    assert not crash.is_early
    assert count_early_crashes() == 0


def test_an_error_that_ends_the_window_counts_as_a_crash():
    assert run_in_session("raise ZeroDivisionError('at the start')") == 1
    (crash,) = take_crashes(WINDOW)
    assert crash.reason == "ZeroDivisionError: at the start"
    assert crash.is_early


def test_crashes_of_commands_and_of_windows_are_apart():
    run_in_session("os.abort()", COMMAND)
    run_in_session("raise ZeroDivisionError", COMMAND)  # its terminal showed it
    assert take_crashes(WINDOW) == []
    assert len(take_crashes(COMMAND)) == 1
    assert count_early_crashes() == 0


def test_a_session_that_is_alive_is_left_alone():
    with session(WINDOW) as opened:
        assert opened.path.is_file()
        assert take_crashes(WINDOW) == []
        copy = opened.path.with_name(f"{PREFIX}other.txt")  # as another window sees it
        copy.write_bytes(opened.path.read_bytes())
        assert take_crashes(WINDOW) == []
        assert copy.is_file()
    copy.unlink()


def test_early_crashes_are_counted_until_a_window_is_well(tmp_path):
    for number in (1, 2):
        leave_crash(seconds=5)
        take_crashes(WINDOW)
        assert count_early_crashes() == number
    leave_crash(seconds=100)  # it had worked for more than a minute
    take_crashes(WINDOW)
    assert count_early_crashes() == 0
    leave_crash(seconds=5)
    take_crashes(WINDOW)
    forget_early_crashes()
    assert count_early_crashes() == 0


def test_sessions_of_other_computers_are_left_alone_for_a_month():
    paths.log_dir().mkdir(parents=True)
    path = paths.log_dir() / f"{PREFIX}1.txt"
    path.write_text('{"host": "another", "purpose": "window"}\nFatal Python error: Aborted\n')
    assert take_crashes(WINDOW) == []
    assert path.is_file()
    os.utime(path, (0, 0))
    assert take_crashes(WINDOW) == []
    assert not path.exists()


def leave_crash(seconds):
    """Write the file of a window that crashed so long after its start."""
    folder = paths.log_dir()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{PREFIX}1.txt"
    with session(WINDOW) as opened:
        facts = opened.path.read_text()
    path.write_text(
        facts.replace(f'"pid": {os.getpid()}', '"pid": 999999999') + "Fatal Python error: Aborted\n"
    )
    moment = path.stat().st_mtime + seconds
    os.utime(path, (moment, moment))


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\xff\xfe{[", b"{" * 5000, b'{"pid": "x", "host": 7}']
)
def test_a_damaged_session_file_is_no_error(content):
    paths.log_dir().mkdir(parents=True)
    (paths.log_dir() / f"{PREFIX}1.txt").write_bytes(content)
    take_crashes(WINDOW)
    take_crashes(COMMAND)
    (paths.log_dir() / "early-crashes.json").write_bytes(content)
    assert count_early_crashes() == 0


def test_without_a_writable_folder_nothing_is_kept(monkeypatch, tmp_path):
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setattr(paths, "log_dir", lambda: file / "log")
    with session(WINDOW) as opened:
        opened.note(run="x")
    assert take_crashes(WINDOW) == []
    forget_early_crashes()


def test_a_command_says_that_an_earlier_one_crashed(cli):
    run_in_session("os.abort()", COMMAND)
    code, out, err = cli("--version")
    assert code == 0
    assert "an earlier command crashed (aborted by a library)" in err
    assert str(log_path()) in err
    assert out.startswith("vgg-studio ")
    assert cli("--version")[2] == ""


def test_an_unexpected_error_of_a_command_is_one_line_and_its_report_is_in_the_log(
    cli, monkeypatch
):
    def fail(*args, **kwargs):
        raise ZeroDivisionError("in a command")

    monkeypatch.setattr("studio.cli.app.app", fail)
    code, out, err = cli("recipes", "--json")
    assert code == 1
    assert len(err.splitlines()) == 1
    assert "Something went wrong: ZeroDivisionError: in a command." in err
    assert str(log_path()) in err
    assert json.loads(out)["status"] == "failed"
    assert "in fail" in log_path().read_text()
    assert left_files() == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
def test_a_forked_process_that_ends_does_not_end_the_session():
    code = """
        child = os.fork()
        if child == 0:
            sys.exit(0)
        os.waitpid(child, 0)
        assert opened.path.is_file()
    """
    assert run_in_session(code) == 0
