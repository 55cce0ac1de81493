"""Uncaught errors and crashes of a whole program: shown once, remembered, and survived."""

import sys

import pytest

from studio import paths
from studio.crash_log import WINDOW, count_early_crashes, log_path, take_crashes
from tests.attacks.crashes import ERRORS, FAILURES, start

EVERY_FAILURE = f"""{FAILURES}
def act(window):
    for fail in ({", ".join(f"fail_{name}" for name in ERRORS)}):
        fail(window)
    QTimer.singleShot(700, lambda: finish(window))

def finish(window):
    (dialog,) = dialogs(window)
    dialog.refresh()
    say(modal=dialog.isModal(), message=dialog.message(), report=dialog.report(),
        last=hasattr(sys, "last_value"))
    window.close_and_save()
"""


def test_errors_of_every_source_are_shown_in_one_dialog_and_the_program_ends_cleanly():
    code, (facts,), err = start(EVERY_FAILURE)
    assert code == 0, err
    assert (facts["modal"], facts["last"]) == (False, False)
    assert facts["message"].startswith("Something went wrong\nRuntimeError: in a slot.")
    sources = ("slot", "timer", "paint event", "event filter", "overridden method")
    sources += ("thread of Qt", "pool", "destructor", "task")
    for source in sources:
        assert f"in a {source}" in facts["report"] or f"in an {source}" in facts["report"], source
    assert "Occurred 2 times:\nTraceback" in facts["report"]  # the slot
    assert err.count("in a timer") == 1  # printed once, however often it occurred
    assert str(paths.Path.home()) not in facts["report"]
    assert "in a paint event" in log_path().read_text()
    assert take_crashes(WINDOW) == []


TELL = """
def act(window):
    QTimer.singleShot(0, lambda: tell(window))

def tell(window):
    say(banners=banners(window), restores=window.context.restore_state,
        settings=window.context.settings.fileName())
    {then}
"""
RESTART = """
def act(window):
    begun.clear()
    global act
    act = tell_and_close
    QTimer.singleShot(0, window.findChild(Banner, "crash_banner").action_clicked.emit)

def tell_and_close(window):
    say(banners=banners(window), restores=window.context.restore_state)
    window.close_and_save()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the reasons have other names")
def test_a_native_crash_is_told_at_the_next_start_and_a_second_one_leads_to_a_safe_start():
    ends = ("ctypes.string_at(0)", "os.abort()", "qFatal('no more')")
    (_, (first,), _), (_, (second,), _), (_, (third,), _) = (
        start(TELL.format(then=end)) for end in ends
    )
    assert first["banners"] == {}
    assert "crashed at " in second["banners"]["crash_banner"]
    assert "segmentation fault" in second["banners"]["crash_banner"]
    assert second["restores"]
    assert "crashed 2 times within a minute" in third["banners"]["crash_banner"]
    assert not third["restores"]
    assert third["settings"] != second["settings"]
    code, told, err = start(RESTART)
    assert code == 0, err
    (restarted,) = told  # by the window after the restart
    assert restarted["restores"]
    assert "crashed at " in restarted["banners"]["crash_banner"]
    assert (take_crashes(WINDOW), count_early_crashes()) == ([], 0)
    assert "Qt: [A qFatal() call was made from Python code]" in log_path().read_text()


FAILING_START = """
from studio.ui import app
create = app.create_first_page
def fail_to_restore(*args, restore_state=True, **kwargs):
    if restore_state:
        raise ValueError("damaged state")
    return create(*args, restore_state=restore_state, **kwargs)
app.create_first_page = fail_to_restore

def act(window):
    QTimer.singleShot(200, lambda: finish(window))

def finish(window):
    say(restores=window.context.restore_state, banners=banners(window),
        messages=[each.message() for each in dialogs(window)])
    window.close_and_save()
"""


def test_a_window_that_cannot_be_restored_opens_without():
    code, (facts,), _ = start(FAILING_START)
    assert code == 0
    assert not facts["restores"]
    assert "ValueError: damaged state" in facts["messages"][0]
    assert "could not be restored" in facts["banners"]["crash_banner"]


EXIT = """
def act(window):
    window.context.tasks.start(wait)  # a thread that runs at the end would abort the process
    QTimer.singleShot(50, lambda: click(window))

def wait(on_progress, should_stop):
    while not should_stop():
        QThread.msleep(5)

def click(window):
    button = QPushButton(window)
    button.clicked.connect(leave)
    button.click()

def leave():
    sys.exit(7)
"""


def test_an_exit_in_a_slot_closes_the_window_first():
    code, _, err = start(EXIT)
    assert code == 7, err
    assert "QThread" not in err
    assert take_crashes(WINDOW) == []
