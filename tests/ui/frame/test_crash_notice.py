"""After a crash one banner says what happened and offers what can be done."""

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.config import TrainConfig
from studio.crash_log import WINDOW, Crash, count_early_crashes
from studio.runs import RunStatus
from studio.ui.frame.crash_notice import CrashNotice
from studio.ui.frame.crash_text import moment_text
from studio.ui.shared.error_dialog import ErrorDialog
from studio.ui.widgets.banner import Banner


class Host(QWidget):
    """The part of the main window that the notice needs."""

    def __init__(self, context):
        super().__init__()
        self.context = context
        QVBoxLayout(self)

    def add_banner(self, banner):
        self.layout().addWidget(banner)


@pytest.fixture
def host(qtbot, context):
    made = Host(context)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def run(context):
    """A run whose process was interrupted, with a checkpoint."""
    made = context.store.create(TrainConfig(recipe="digits-quickstart"))
    made.write_status(made.status.with_values(status=RunStatus.STOPPED))
    made.state.touch()
    return made


def crash(reason="segmentation fault", run_id=""):
    now = time.time()
    return Crash(WINDOW, now - 100, now, reason, run_id, "Fatal Python error: in the report")


def shown(host):
    """Return the text of the banner and the labels of its actions; empty if it is hidden."""
    (banner,) = host.findChildren(Banner) or [None]
    if banner is None or not banner.isVisible():
        return "", []
    buttons = [button for button in banner.findChildren(QPushButton) if button.isVisible()]
    return banner.text(), [button.text() for button in buttons]


def click(qtbot, host, label):
    (button,) = [each for each in host.findChildren(QPushButton) if each.text() == label]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_without_a_crash_there_is_no_banner(host):
    CrashNotice(host, host).show()
    assert shown(host) == ("", [])


def test_the_report_of_a_crash_can_be_read(qtbot, host):
    CrashNotice(host, host, crash()).show()
    text, actions = shown(host)
    assert text.startswith("VGG Studio crashed at ")
    assert text.endswith(": segmentation fault.")
    assert actions == ["Show report", "Dismiss"]
    click(qtbot, host, "Show report")
    (dialog,) = host.findChildren(ErrorDialog)
    assert "in the report" in dialog.report()
    dialog.close()


@pytest.mark.parametrize("reason", ["segmentation fault", ""])
def test_an_interrupted_run_can_be_resumed(qtbot, host, run, reason):
    notice = CrashNotice(host, host, crash(reason, run.id))
    notice.show()
    qtbot.waitUntil(lambda: bool(shown(host)[0]))
    text, actions = shown(host)
    assert actions[0].startswith("Resume “Digits quickstart ")
    assert ("killed" in text) == (not reason)
    with qtbot.waitSignal(notice.resume_wanted) as wanted:
        click(qtbot, host, actions[0])
    assert wanted.args == [run.id]
    assert shown(host) == ("", [])


@pytest.mark.parametrize("has_failed", [False, True])
def test_a_run_without_a_checkpoint_begins_again_unless_it_failed(qtbot, host, run, has_failed):
    run.state.unlink()
    if has_failed:
        run.write_status(run.status.with_values(status=RunStatus.FAILED))
    CrashNotice(host, host, crash(run_id=run.id)).show()
    qtbot.waitUntil(lambda: bool(shown(host)[0]))
    text, actions = shown(host)
    assert text.endswith("cannot be resumed." if has_failed else "Resume begins it again.")
    assert actions[0].startswith("Show report" if has_failed else "Resume “Digits quickstart ")


def test_a_kill_that_interrupted_no_run_is_not_worth_a_banner(host):
    CrashNotice(host, host, crash(reason="")).show()
    assert shown(host) == ("", [])


def test_a_safe_start_offers_to_restore(qtbot, host):
    notice = CrashNotice(host, host, crash())
    notice.show("Nothing was restored.", can_restart=True)
    text, actions = shown(host)
    assert text == "Nothing was restored."
    assert actions == ["Restart and restore", "Show report", "Dismiss"]
    with qtbot.waitSignal(notice.restart_wanted):
        click(qtbot, host, "Restart and restore")
    assert notice.wants_restart
    assert count_early_crashes() == 0


def test_the_moment_of_another_day_has_its_date():
    now = time.time()
    assert moment_text(now, now) == time.strftime("at %H:%M", time.localtime(now))
    assert moment_text(0, now).endswith(time.strftime("on %Y-%m-%d", time.localtime(0)))
