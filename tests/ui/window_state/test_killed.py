"""The window is killed with SIGKILL: what it showed comes back at the next start."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from studio.ui.page_stack import DRAW, RUNS

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")

ROOT = Path(__file__).resolve().parents[3]


def run_and_kill(action):
    """Let a window act and save its state, kill it, and return what it reported."""
    command = [sys.executable, "-m", "tests.ui.window_state.window_process", action]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        process.kill()
    assert process.returncode == -signal.SIGKILL, "the window ended by itself"
    return json.loads(line)


@pytest.mark.parametrize(("action", "page"), [("draw", RUNS), ("hold the pen", DRAW)])
def test_drawing_page_and_size_come_back(action, page):
    before = run_and_kill(action)
    after = run_and_kill("look")
    assert not after["blank"]
    # A stroke in progress comes back as finished, and that discards what was undone.
    expected = before | {"page": page, "size": [1000, 700], "redo": action == "draw"}
    assert after == expected
