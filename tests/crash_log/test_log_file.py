"""The log grows to a limit, hides the user's name, and never blocks or raises."""

import os
import sys

import pytest

from studio import paths
from studio.crash_log import log_file, log_path, shorten_paths, write_log


def test_an_entry_has_time_level_and_process():
    write_log("warning", "first\nsecond")
    assert log_path().read_text().endswith(f" warning [{os.getpid()}] first\nsecond\n")


def test_a_large_log_is_replaced_and_three_are_kept(monkeypatch):
    monkeypatch.setattr(log_file, "MAX_LOG_BYTES", 100)
    for number in range(20):
        write_log("info", f"entry {number} {'x' * 60}")
    found = sorted(path.name for path in paths.log_dir().iterdir())
    assert found == [log_path().name, *(f"{log_path().name}.{n}" for n in (1, 2, 3))]
    assert "entry 19" in log_path().read_text()


def test_terminal_commands_and_broken_characters_are_escaped():
    write_log("error", "a\x1b[31mb\udc80c\rd")
    assert log_path().read_text().endswith("a\\x1b[31mb\\udc80c\\rd\n")


def test_a_long_entry_is_shortened():
    write_log("error", "begin" + "x" * 1_000_000 + "end")
    text = log_path().read_text()
    assert len(text) < 110_000
    assert "begin" in text
    assert "end" in text


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_a_pipe_in_place_of_the_log_does_not_block():
    paths.log_dir().mkdir(parents=True)
    os.mkfifo(log_path())
    write_log("error", "x")


def test_a_folder_in_place_of_the_log_is_no_error():
    log_path().mkdir(parents=True)
    write_log("error", "x")


@pytest.mark.skipif(sys.platform == "win32", reason="paths of Unix")
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('File "/home/ada/runs/a.py"', 'File "~/runs/a.py"'),
        ("/home/ada", "~"),
        ("'/home/ada': no", "'~': no"),
        ("/home/adam/x", "/home/adam/x"),
        ("/mnt/home/ada/x", "/mnt/home/ada/x"),
        ("file:///home/ada/x", "file://~/x"),
    ],
)
def test_the_home_folder_is_shortened(monkeypatch, text, shown):
    monkeypatch.setenv("HOME", "/home/ada")
    assert shorten_paths(text) == shown


def test_the_root_folder_is_no_home_to_shorten(monkeypatch):
    monkeypatch.setenv("HOME", "/")
    monkeypatch.setenv("USERPROFILE", "/")
    assert shorten_paths("/usr/lib/x") == "/usr/lib/x"
