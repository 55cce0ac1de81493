"""Uncaught errors of every thread are logged once, counted, and keep nothing alive."""

import gc
import sys
import threading
import weakref

import pytest

from studio.crash_log import ErrorJournal, log_path, release_traceback
from studio.errors import StudioError


class Resource:
    """Something that must not outlive the error."""


@pytest.fixture
def printed(monkeypatch):
    calls = []
    monkeypatch.setattr(sys, "excepthook", lambda *found: calls.append(found[0]))
    monkeypatch.setattr(threading, "excepthook", lambda args: calls.append(args.exc_type))
    monkeypatch.setattr(sys, "unraisablehook", lambda args: calls.append(args.exc_type))
    return calls


@pytest.fixture
def journal(printed):
    made = ErrorJournal()
    made.install()
    yield made
    made.remove()


def fail(error, resource=None):
    raise error


def report(error):
    """Call the hook as Qt does when a slot raises."""
    try:
        fail(error)
    except type(error):
        sys.last_value = error
        sys.excepthook(*sys.exc_info())


def test_an_error_that_repeats_is_printed_once_and_counted(journal, printed):
    heard = []
    journal.listen(heard.append)
    for number in range(120):
        report(ZeroDivisionError(f"number {number}"))
    report(ValueError("other"))
    first, second = journal.records()
    assert (journal.count(first), journal.count(second)) == (120, 1)
    assert printed == [ZeroDivisionError, ValueError]
    assert heard == [first, second]
    text = log_path().read_text()
    assert text.count("Traceback") == 2
    assert "occurred 10 times" in text
    assert "occurred 100 times" in text


def test_no_error_keeps_the_objects_of_its_functions(journal):
    gone = []
    for error in (ValueError("x"), RuntimeError("y")):
        resource = Resource()
        gone.append(weakref.ref(resource))
        try:
            try:
                fail(KeyError("cause"), resource)
            except KeyError as cause:
                raise error from cause
        except type(error):
            del resource
            sys.last_value = error
            sys.excepthook(*sys.exc_info())
        assert not hasattr(sys, "last_value")
    gc.collect()
    assert [reference() for reference in gone] == [None, None]


def test_an_error_in_a_thread_names_the_thread(journal):
    thread = threading.Thread(target=fail, args=[ValueError("x")], name="loader")
    thread.start()
    thread.join()
    (record,) = journal.records()
    assert "In the thread “loader”" in record.text


def test_an_error_in_a_destructor_is_recorded(journal):
    class Bad:
        def __del__(self):
            fail(ValueError("in del"))

    Bad()
    (record,) = journal.records()
    assert "Bad.__del__" in record.text
    assert record.summary == "ValueError: in del"


def test_a_keyboard_interrupt_is_no_error(journal, printed):
    report(KeyboardInterrupt())
    assert journal.records() == []
    assert printed == [KeyboardInterrupt]


def test_an_error_whose_text_fails_is_recorded(journal):
    class OddError(Exception):
        def __str__(self):
            raise RuntimeError

    report(OddError())
    assert journal.records()[0].summary == "OddError"


def test_an_expected_error_keeps_its_message(journal):
    report(StudioError("Gone.", "Look elsewhere."))
    (record,) = journal.records()
    assert (record.message, record.hint) == ("Gone.", "Look elsewhere.")


def test_the_hooks_are_restored(printed):
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    made = ErrorJournal()
    made.install()
    made.install()
    made.remove()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before


def test_a_cycle_of_causes_ends():
    first, second = ValueError(), ValueError()
    first.__context__, second.__context__ = second, first
    release_traceback(first)
