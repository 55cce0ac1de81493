"""Opening the window does not import torch, which takes seconds to load."""

import subprocess
import sys

import pytest

SLOW = ("torch", "torchvision", "sklearn", "scipy")


@pytest.mark.parametrize("module", ["studio.cli", "studio.ui.app"])
def test_no_slow_package_is_imported(module):
    code = f"import {module}, sys; print([name for name in {SLOW} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
