"""The window that benchmarks measure."""

import pytest


@pytest.fixture
def window(qtbot, open_window):
    """The shown window with torch loaded."""
    window = open_window()
    qtbot.waitUntil(lambda: window.context.torch_ready, timeout=60_000)
    return window
