"""Processes that are killed while they save: nothing that was reported as saved is lost."""

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

ROOT = Path(__file__).resolve().parents[3]
KILLS = 50


def kill_while_saving(process, delay_s):
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


def test_no_saved_change_is_lost_when_the_process_is_killed(tmp_path):
    path, delays, most = tmp_path / "overlay.json", random.Random(0), 0
    command = [sys.executable, "-m", "tests.data.overlay.saving_process", str(path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        for _ in range(KILLS):
            saved = kill_while_saving(process, delays.uniform(0, 0.05))
            overlay = load_overlay(path)
            assert len(overlay.operations) >= max(saved, most)
            most = len(overlay.operations)
            assert overlay.fixes.keys() == {f"test:{n}" for n in range(most)}
        process.stdin.close()
    assert most >= KILLS
