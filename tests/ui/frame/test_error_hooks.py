"""Errors nobody caught reach a dialog from every thread, one at a time."""

import sys
import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton

from studio.ui.frame.error_hooks import ErrorHooks
from studio.ui.shared.error_dialog import ErrorDialog


@pytest.fixture
def hooks(window, monkeypatch):
    silent = [lambda *words: None] * 3
    monkeypatch.setattr(sys, "excepthook", silent[0])
    monkeypatch.setattr(threading, "excepthook", silent[1])
    monkeypatch.setattr(sys, "unraisablehook", silent[2])
    made = ErrorHooks(window)
    made.install()
    yield made
    made.remove()
    assert [sys.excepthook, threading.excepthook, sys.unraisablehook] == silent


def dialogs(window):
    return [each for each in window.findChildren(ErrorDialog) if each.isVisible()]


def fail():
    raise ZeroDivisionError("in a slot")


def tell(error):
    try:
        raise error
    except type(error):
        sys.excepthook(*sys.exc_info())


def test_an_error_in_the_gui_thread_is_shown(window, hooks):
    tell(ZeroDivisionError("in a slot"))
    (dialog,) = dialogs(window)
    assert "ZeroDivisionError: in a slot" in dialog.message()
    assert "test_error_hooks" in dialog.report()
    dialog.close()


def test_an_error_in_a_thread_is_shown_by_the_gui_thread(qtbot, window, hooks):
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)
    assert "in a slot" in dialogs(window)[0].message()
    dialogs(window)[0].close()


def test_an_error_that_python_could_not_raise_is_shown(qtbot, window, hooks):
    class Bad:
        def __del__(self):
            fail()

    Bad()
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)
    dialogs(window)[0].close()


def test_an_error_that_repeats_shows_one_dialog_until_it_is_closed(qtbot, window, hooks):
    for _ in range(50):
        tell(ZeroDivisionError("again"))
    assert len(dialogs(window)) == 1
    close = dialogs(window)[0].findChild(QPushButton, "error_close")
    close.click()
    assert dialogs(window) == []
    tell(ValueError("another"))
    assert "another" in dialogs(window)[0].message()
    dialogs(window)[0].close()


def test_an_error_without_a_value_is_no_second_error(window, hooks):
    threading.excepthook(threading.ExceptHookArgs((SystemExit, None, None, None)))
    assert len(dialogs(window)) == 1
    dialogs(window)[0].close()


def test_the_program_stays_usable(qtbot, window, hooks):
    fired = []
    tell(ZeroDivisionError("x"))
    QTimer.singleShot(0, lambda: fired.append(True))
    qtbot.waitUntil(lambda: bool(fired))
    dialogs(window)[0].close()
