"""Ctrl-C and SIGTERM: the first one stops and saves, the second one ends at once."""

import signal
import sys
import threading

import pytest

from studio.cli.interrupt import INTERRUPTED, TERMINATED, Interrupt, interrupting_at_once
from studio.errors import Stopped

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="raise_signal ends the process on Windows"
)


@pytest.fixture(autouse=True)
def default_handler():
    """A shell that starts the tests in the background lets them ignore Ctrl-C."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, previous)


@pytest.mark.parametrize(
    ("number", "exit_code"), [(signal.SIGINT, INTERRUPTED), (signal.SIGTERM, TERMINATED)]
)
def test_the_first_signal_is_a_request_to_stop(number, exit_code, capsys):
    before = signal.getsignal(number)
    with Interrupt("Stopping") as interrupt:
        assert not interrupt.is_requested()
        interrupt.message = "Stopping and saving"
        signal.raise_signal(number)
        assert interrupt.is_requested()
        assert signal.getsignal(number) is before  # the second one ends the process
    assert interrupt.exit_code == exit_code
    assert capsys.readouterr().err.startswith("Stopping and saving")


def test_a_second_ctrl_c_interrupts_at_once():
    with Interrupt("Stopping"):
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_what_was_stopped_before_is_not_begun():
    with Interrupt("Stopping") as interrupt:
        with interrupt.ending_at_once():
            pass
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(Stopped), interrupt.ending_at_once():
            pytest.fail("it was begun")


def end_as(monkeypatch):
    """Let the process not end; return the list of the exit codes with which it would have."""
    codes = []
    monkeypatch.setattr("studio.cli.interrupt.end_process", codes.append)
    return codes


def test_work_that_does_not_hear_a_request_ends_without_it(monkeypatch):
    codes, finished = end_as(monkeypatch), threading.Event()
    monkeypatch.setattr("studio.cli.interrupt.GRACE_S", 0.01)
    with Interrupt("Stopping") as interrupt, interrupt.ending_soon(finished.set):
        signal.raise_signal(signal.SIGTERM)
        assert finished.wait(30)
    assert codes == [TERMINATED]


def test_work_that_is_prepared_in_time_goes_on(monkeypatch):
    codes = end_as(monkeypatch)
    monkeypatch.setattr("studio.cli.interrupt.GRACE_S", 0.01)
    with (
        Interrupt("Stopping") as interrupt,
        interrupt.ending_soon(lambda: pytest.fail("it was given up")) as end_preparation,
    ):
        end_preparation()
        signal.raise_signal(signal.SIGINT)
    assert codes == []
    assert interrupt.is_requested()


def test_ctrl_c_interrupts_a_question():
    with Interrupt("Stopping") as interrupt:
        with pytest.raises(KeyboardInterrupt), interrupting_at_once():
            signal.raise_signal(signal.SIGINT)
        assert not interrupt.is_requested()
        signal.raise_signal(signal.SIGINT)
        assert interrupt.is_requested()


def test_a_command_that_is_interrupted_says_so(cli, monkeypatch):
    def interrupt(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("studio.cli.runs.run_store", interrupt)
    code, _, err = cli("runs", "list")
    assert code == INTERRUPTED
    assert err == "interrupted\n"
