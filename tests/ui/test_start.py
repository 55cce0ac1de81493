"""The start: what is loaded before the first picture, and that torch holds nobody up after it."""

import os
import subprocess
import sys

import pytest

from studio import runtime

LATER = {"torch", "torchvision", "pyqtgraph", "sklearn", "scipy", "typer", "rich", "http.client"}
LATER |= {f"studio.ui.{page}.page" for page in ("train", "mistakes", "runs")}

FIRST_PICTURE = """
import builtins, os, sys
from studio.cli import main
from studio.ui import main_window
shown = main_window.MainWindow.paintEvent
def paint(window, event):
    shown(window, event)
    print(builtins.__import__.__name__, *sys.modules, flush=True)
    os._exit(0)
main_window.MainWindow.paintEvent = paint
sys.argv = ["vgg-studio"]
main()
"""

LIBRARIES = """
import sys
from pathlib import Path
from studio.runtime import preload_torch_libraries
preload_torch_libraries()
assert "torch" not in sys.modules
assert "libtorch_python" in Path("/proc/self/maps").read_text()
import torch
print(float(torch.arange(4.0).sum()))
"""


def python(code):
    """Run `code` in a fresh process; returns what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_picture_waits_for_nothing_it_does_not_need():
    importer, *names = python(FIRST_PICTURE).split()
    loaded = set(names)
    assert importer == "__import__"  # not PySide's, which is slower
    assert "studio.ui.main_window" in loaded
    assert loaded & LATER == set()


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux what is mapped")
def test_torch_works_on_libraries_that_were_there_before_it():
    assert python(LIBRARIES) == "6.0\n"


def test_a_missing_torch_is_left_to_the_import(monkeypatch):
    monkeypatch.setattr(runtime, "find_spec", lambda name: None)
    runtime.preload_torch_libraries()
