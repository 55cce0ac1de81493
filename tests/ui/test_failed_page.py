"""A page that cannot be made leaves the window and the other pages working."""

import importlib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QListWidget, QPushButton, QStackedWidget, QWidget

from studio.ui.frame.failed_page import FailedPage
from studio.ui.page_stack import DRAW, MISTAKES, PAGES, RUNS, TRAIN

LONG = 60_000
CLASSES = {
    TRAIN: ("studio.ui.train.page", "TrainPage", "train_page"),
    DRAW: ("studio.ui.draw.page", "DrawPage", "draw_page"),
    MISTAKES: ("studio.ui.mistakes.page", "MistakesPage", "mistakes_page"),
    RUNS: ("studio.ui.runs.page", "RunsPage", "runs_page"),
}


@pytest.fixture(autouse=True)
def no_torch(monkeypatch):
    """Torch stays out: nothing here needs it."""
    monkeypatch.setattr("studio.ui.context.StudioContext.load_torch", lambda context: None)


@pytest.fixture
def break_page(monkeypatch):
    """Makes the constructor of a page raise at its end, when it is wired to the context already."""

    def do(index):
        module, name, _ = CLASSES[index]
        page = getattr(importlib.import_module(module), name)
        init = page.__init__

        def fail(self, context):
            init(self, context)
            raise RecursionError("too deep")

        monkeypatch.setattr(page, "__init__", fail)

    return do


def stack_of(window):
    return window.findChild(QStackedWidget, "pages")


def shown(window):
    return stack_of(window).currentWidget()


def click_in_nav(qtbot, window, row):
    nav = window.findChild(QListWidget, "nav")
    place = nav.visualItemRect(nav.item(row)).center()
    qtbot.mouseClick(nav.viewport(), Qt.MouseButton.LeftButton, pos=place)


# Every pair of page, start and end occurs.
ENDS = ("close", "close_and_save")
CASES = [(b, s, ENDS[(b + (s == "later")) % 2]) for b in PAGES for s in ("first", "later")]


@pytest.mark.parametrize(("broken", "start", "end"), CASES)
def test_the_others_work_and_the_window_closes(
    qtbot, open_window, break_page, broken, end, start, capsys
):
    before = open_window()
    before.show_page(broken if start == "first" else (broken + 1) % len(PAGES))
    before.close()
    break_page(broken)
    window = open_window(complete=False)
    qtbot.waitUntil(lambda: stack_of(window).count() == len(PAGES), timeout=LONG)
    for row in PAGES:
        click_in_nav(qtbot, window, row)
        if row == broken:
            assert isinstance(shown(window), FailedPage)
            assert shown(window).isVisible()
        else:
            assert shown(window) is getattr(window, CLASSES[row][2])
    with qtbot.waitSignal(window.closed, timeout=LONG):
        getattr(window, end)()
    assert "too deep" in capsys.readouterr().err  # it is not lost


def test_all_four_may_fail(qtbot, open_window, break_page):
    for index in PAGES:
        break_page(index)
    window = open_window()
    for row in PAGES:
        click_in_nav(qtbot, window, row)
        assert isinstance(shown(window), FailedPage)
    with qtbot.waitSignal(window.closed, timeout=LONG):
        window.close()


def test_the_failure_is_explained_and_its_report_can_be_copied(qtbot, open_window, break_page):
    break_page(RUNS)
    window = open_window()
    window.show_page(RUNS)
    page = shown(window)
    words = [child.accessibleName() for child in page.findChildren(QWidget)]
    assert any("The Runs page could not be opened" in said for said in words)
    assert any("RecursionError: too deep" in said for said in words)
    qtbot.mouseClick(page.findChild(QPushButton, "empty_action"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == page.report()
    assert "Traceback" in page.report()
    assert "fail" in page.report()


@pytest.mark.parametrize("broken", PAGES)
def test_ways_to_a_failed_page_lead_to_its_explanation(qtbot, open_window, break_page, broken):
    break_page(broken)
    window = open_window()
    ways = {
        TRAIN: lambda: qtbot.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier),
        DRAW: lambda: window.open_draw("a-run"),
        MISTAKES: lambda: window.open_mistakes("a-run"),
        RUNS: lambda: window.open_run_folder("/nowhere"),
    }
    ways[broken]()
    assert isinstance(shown(window), FailedPage)
    if broken == TRAIN:
        window.resume_run("a-run")
        assert isinstance(shown(window), FailedPage)


def test_an_error_after_the_pages_are_made_leaves_a_window_that_closes(
    qtbot, open_window, monkeypatch
):
    def fail(window):
        raise ValueError("not wired")

    monkeypatch.setattr("studio.ui.main_window.MainWindow._connect_pages", fail)
    window = open_window(show=False, complete=False)
    with pytest.raises(ValueError, match="not wired"):
        window.complete()
    window.show()
    click_in_nav(qtbot, window, RUNS)
    assert shown(window) is window.runs_page
    with qtbot.waitSignal(window.closed, timeout=LONG):
        window.close()


def test_a_page_that_fails_to_shut_down_keeps_nobody_open(qtbot, open_window, monkeypatch):
    def fail(page):
        raise ValueError("not shut down")

    monkeypatch.setattr("studio.ui.train.page.TrainPage.shutdown", fail)
    ended = []
    shut_down = "studio.ui.runs.page.RunsPage.shutdown"
    from studio.ui.runs.page import RunsPage

    before = RunsPage.shutdown
    monkeypatch.setattr(shut_down, lambda page: ended.append(before(page)))
    window = open_window()
    with qtbot.capture_exceptions() as errors, qtbot.waitSignal(window.closed, timeout=LONG):
        window.close()
    assert [str(error) for _, error, _ in errors] == ["not shut down"]
    assert len(ended) == 1
