"""Errors nobody caught reach a dialog from every thread, one at a time."""

import sys
import threading

import pytest
from PySide6.QtCore import Qt, QTimer, qDebug, qWarning
from PySide6.QtWidgets import QDialog, QLabel, QPushButton
from shiboken6 import Shiboken

from studio.crash_log import log_path
from studio.ui.frame.error_hooks import MAX_DIALOGS, ErrorHooks
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


def fail_in_slot():
    """Report an error that always comes from the same line."""
    try:
        fail()
    except ZeroDivisionError:
        sys.excepthook(*sys.exc_info())


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


def test_an_error_that_was_shown_is_not_shown_again(window, hooks):
    for _ in range(3):
        fail_in_slot()
    (dialog,) = dialogs(window)
    dialog.refresh()
    assert "It occurred 3 times." in dialog.findChild(QLabel, "error_count").text()
    assert "Occurred 3 times:" in dialog.report()
    dialog.close()
    fail_in_slot()
    assert dialogs(window) == []


def test_other_errors_join_an_open_dialog(window, hooks):
    tell(ZeroDivisionError("first"))
    tell(ValueError("second"))
    (dialog,) = dialogs(window)
    assert "2 different errors occurred" in dialog.findChild(QLabel, "error_count").text()
    assert "second" in dialog.report()
    dialog.close()


def test_after_a_few_dialogs_errors_are_only_logged(window, hooks):
    errors = [type(f"Error{number}", (Exception,), {}) for number in range(MAX_DIALOGS + 1)]
    for error in errors[:-1]:
        tell(error("x"))
        (dialog,) = dialogs(window)
        dialog.close()
    tell(errors[-1]("x"))
    assert dialogs(window) == []
    assert f"Error{MAX_DIALOGS}: x" in log_path().read_text()


def test_a_modal_dialog_does_not_block_the_dialog(qtbot, window, hooks):
    modal = QDialog(window)
    modal.open()
    tell(ZeroDivisionError("x"))
    (dialog,) = dialogs(window)
    with qtbot.waitSignal(dialog.finished):
        qtbot.mouseClick(dialog.findChild(QPushButton, "error_close"), Qt.MouseButton.LeftButton)
    modal.close()
    modal.deleteLater()


def test_an_error_while_the_modal_dialog_of_another_is_gone_is_shown(qtbot, window, hooks):
    modal = QDialog(window)
    modal.open()
    tell(ZeroDivisionError("x"))
    Shiboken.delete(modal)
    tell(ValueError("y"))
    (dialog,) = dialogs(window)
    assert "ValueError: y" in dialog.message()
    dialog.close()


def test_a_closed_window_shows_no_dialog(window, hooks):
    window.hide()
    tell(ZeroDivisionError("x"))
    assert dialogs(window) == []


def test_messages_of_qt_are_logged_once_and_counted(window, hooks, capsys):
    for _ in range(12):
        qWarning("no such font")
    qDebug("a detail")
    assert capsys.readouterr().err == "no such font\na detail\n"
    text = log_path().read_text()
    assert text.count("Qt: no such font") == 2
    assert "(occurred 10 times)" in text
    assert "a detail" not in text


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
