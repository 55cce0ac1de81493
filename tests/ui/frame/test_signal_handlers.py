"""Ctrl-C in the terminal reaches the window through Qt's own loop."""

import signal
import sys

import pytest

from studio.ui.frame.signal_handlers import SignalHandlers

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="raise_signal ends the process on Windows"
)


@pytest.fixture
def interrupts(window):
    before = signal.getsignal(signal.SIGINT)
    made = SignalHandlers(window)
    yield made
    made.remove()
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_caught_without_a_keyboard_interrupt(qtbot, interrupts, number):
    with qtbot.waitSignal(interrupts.caught):
        signal.raise_signal(number)
    assert interrupts.exit_code == (143 if number == signal.SIGTERM else 0)
