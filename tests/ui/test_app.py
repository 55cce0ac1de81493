"""The program starts, says where it cannot, and ends when told to."""

import os
import signal
import subprocess
import sys

import pytest

from studio.errors import StudioError
from studio.ui import app


@pytest.fixture
def bare(monkeypatch):
    """A Linux that offers no display."""
    monkeypatch.setattr(app.sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_without_a_display_the_headless_command_is_named(bare):
    with pytest.raises(StudioError) as caught:
        app.run()
    assert "no display" in caught.value.message
    assert "vgg-studio train digits-quickstart" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "value"),
    [("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "wayland-0"), ("QT_QPA_PLATFORM", "offscreen")],
)
def test_any_display_will_do(bare, name, value):
    bare.setenv(name, value)
    app.check_display()


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_always_have_one(bare, platform):
    bare.setattr(app.sys, "platform", platform)
    app.check_display()


@pytest.mark.skipif(sys.platform == "win32", reason="signals end the process on Windows")
@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_the_program_ends_cleanly_on_a_signal(number, exit_code):
    code = (
        "import sys; from studio.ui import app, main_window\n"
        "shown = main_window.MainWindow.paintEvent\n"
        "def paint(window, event):\n"
        "    shown(window, event)\n"
        "    print('painted', flush=True)\n"
        "main_window.MainWindow.paintEvent = paint\n"
        "sys.exit(app.run(['vgg-studio']))\n"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "painted\n"
    program.send_signal(number)
    _, said = program.communicate(timeout=100)
    assert program.returncode == exit_code, said
    assert "Traceback" not in said
    assert "QThread" not in said
