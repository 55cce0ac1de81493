"""The window is killed with SIGKILL: what it showed comes back at the next start."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from studio.ui.context import StudioContext
from studio.ui.mistakes import evaluation_loader
from studio.ui.page_stack import MISTAKES, RUNS
from studio.ui.shared.live_predictor import LivePredictor
from tests.ui.window_state.window_process import (
    Predictor,
    describe,
    describe_mistakes,
    evaluate,
    wait_until_restored,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")

ROOT = Path(__file__).resolve().parents[3]


def run_and_kill(action):
    """Let a window act and save its state, kill it, and return what it showed."""
    command = [sys.executable, "-m", "tests.ui.window_state.window_process", action]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        process.kill()
    assert process.returncode == -signal.SIGKILL, "the window ended by itself"
    return json.loads(line)


@pytest.fixture
def start_again(monkeypatch, open_window):
    """Opens the next window."""
    monkeypatch.setattr(StudioContext, "load_torch", lambda context: None)
    monkeypatch.setattr(evaluation_loader, "evaluate_model", evaluate)
    monkeypatch.setattr(LivePredictor, "load", lambda *args: Predictor())

    def start():
        window = open_window(complete=False)
        wait_until_restored(window)
        return window

    return start


def test_drawing_page_and_size_come_back(start_again):
    before = run_and_kill("draw")
    assert (before["page"], before["size"]) == (RUNS, [1000, 700])
    assert before["redo"]
    assert not before["blank"]
    assert describe(start_again()) == before


def test_an_edited_sample_and_an_unsaved_note_come_back(start_again):
    before = run_and_kill("write")
    assert before["note"] == "looks like a 7"
    assert before["page"] == MISTAKES
    assert before["filter"] == [0, "confidence"]
    assert before["edit"] == ["Drawn on"]
    assert describe_mistakes(start_again()) == before
