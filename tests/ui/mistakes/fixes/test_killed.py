"""The window is killed while it saves label fixes: no change that it showed as saved is lost."""

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from studio.data.overlay import load_overlay

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")

ROOT = Path(__file__).resolve().parents[4]
KILLS = 50


def kill_while_fixing(process, delay_s):
    """Start a process, kill it a while after its first report; return the last number."""
    process.stdin.write("start\n")
    process.stdin.flush()
    child, saved = 0, -1
    for line in process.stdout:
        if line.startswith("pid"):
            child = int(line.split()[1])
        elif line == "killed\n":
            return saved
        else:
            if saved < 0:
                threading.Timer(delay_s, os.kill, (child, signal.SIGKILL)).start()
            saved = int(line)
    raise AssertionError("the process ended by itself")


def test_no_change_shown_as_saved_is_lost(tmp_path):
    delays, most = random.Random(0), 0
    path = tmp_path / "overlays" / "made.json"
    command = [sys.executable, "-m", "tests.ui.mistakes.fixes.fixing_process", str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        for _ in range(KILLS):
            saved = kill_while_fixing(process, delays.uniform(0, 0.05))
            fixes = load_overlay(path).fixes
            assert len(fixes) >= max(saved, most)
            most = len(fixes)
            assert fixes.keys() == {f"test:{number}" for number in range(most)}
        process.stdin.close()
    assert most > 0
