"""The way to the open window does not pass by torch, which takes seconds to load."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "torchvision", "sklearn", "scipy")


@pytest.mark.parametrize("module", ["studio.cli", "studio.ui.app"])
def test_nothing_heavy_is_imported(module):
    code = f"import {module}, sys; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
