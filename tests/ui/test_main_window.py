"""The main window: pages wired to each other, keys, colors, geometry, and a safe end."""

import sys
import threading

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QListWidget, QPushButton, QStackedWidget, QToolButton

from studio.training.events import FitStarted
from studio.ui import main_window as main_window_module
from studio.ui import theme
from studio.ui.bench.driver import PaintObserver
from studio.ui.frame.window_geometry import MINIMUM_SIZE
from studio.ui.page_stack import DRAW, MISTAKES, PAGES, RUNS, TRAIN
from studio.ui.widgets import theme_colors


@pytest.fixture(autouse=True)
def no_torch(monkeypatch):
    """These tests are about the frame: torch stays out, and no network answers."""
    monkeypatch.setattr("studio.ui.context.StudioContext.load_torch", lambda context: None)


@pytest.fixture(autouse=True)
def light_again(qapp):
    yield
    theme.apply(qapp, "light")


def shown_page(window):
    return window.findChild(QStackedWidget, "pages").currentWidget()


def nav(window):
    return window.findChild(QListWidget, "nav")


def test_it_opens_on_the_canvas(open_window):
    window = open_window()
    assert shown_page(window) is window.draw_page
    assert nav(window).currentRow() == DRAW
    assert window.windowTitle() == "VGG Studio"


def click_in_nav(qtbot, window, row):
    place = nav(window).visualItemRect(nav(window).item(row)).center()
    qtbot.mouseClick(nav(window).viewport(), Qt.MouseButton.LeftButton, pos=place)


def pages_of(window):
    stack = window.findChild(QStackedWidget, "pages")
    return [stack.widget(index) for index in range(stack.count())]


def in_order(window):
    return [window.train_page, window.draw_page, window.mistakes_page, window.runs_page]


@pytest.mark.parametrize("row", PAGES)
def test_the_first_picture_is_of_one_page_and_the_others_follow(qtbot, open_window, row):
    before = open_window()
    before.show_page(row)
    before.close()
    window = open_window(show=False, complete=False)
    first = shown_page(window)
    assert pages_of(window) == [first]
    window.show()
    qtbot.waitUntil(lambda: len(pages_of(window)) > 1)
    assert pages_of(window)[: len(PAGES)] == in_order(window)
    assert shown_page(window) is first is in_order(window)[row]
    for other, page in enumerate(in_order(window)):
        click_in_nav(qtbot, window, other)
        assert shown_page(window) is page


def test_a_page_chosen_before_it_is_made_is_shown_then(qtbot, open_window):
    window = open_window(show=False, complete=False)
    window.nav_bar.pages.setCurrentRow(MISTAKES)
    window.show()
    qtbot.waitUntil(lambda: len(pages_of(window)) > 1)
    assert shown_page(window) is window.mistakes_page


@pytest.mark.parametrize("end", ["close", "close_and_save"])
def test_a_window_can_be_closed_before_its_first_picture(qtbot, open_window, end):
    window = open_window(show=False, complete=False)
    with qtbot.waitSignal(window.closed):
        getattr(window, end)()
    assert not window.context.tasks.is_busy


def test_a_window_closed_by_its_first_picture_begins_nothing_more(qtbot, open_window, monkeypatch):
    begun = []
    monkeypatch.setattr("studio.ui.context.StudioContext.load_torch", begun.append)
    window = open_window(show=False, complete=False)
    observer = PaintObserver(window, window.close)  # called before the paint event of the window
    observer.arm()
    with qtbot.waitSignal(window.closed):
        window.show()
    qtbot.waitUntil(lambda: not window.context.tasks.is_busy)
    assert begun == []


def test_a_page_that_followed_looks_as_if_it_had_been_there(qtbot, open_window):
    at_once = open_window(show=False)
    later = open_window(show=False, complete=False)
    later.show()
    qtbot.waitUntil(lambda: len(pages_of(later)) > 1)
    at_once.show()
    for window in (at_once, later):
        window.show_page(RUNS)
    assert later.runs_page.grab().toImage() == at_once.runs_page.grab().toImage()


def test_a_click_in_the_navigation_shows_each_page(qtbot, open_window):
    window = open_window()
    pages = (window.train_page, window.draw_page, window.mistakes_page, window.runs_page)
    for row, page in enumerate(pages):
        click_in_nav(qtbot, window, row)
        assert shown_page(window) is page
        assert page.isVisible()


def test_keys_show_each_page(qtbot, open_window):
    window = open_window()
    for row in (RUNS, MISTAKES, DRAW, TRAIN):
        qtbot.keyClick(window, str(row + 1), Qt.KeyboardModifier.ControlModifier)
        assert nav(window).currentRow() == row


def test_control_t_goes_to_train_and_starts(qtbot, open_window, monkeypatch):
    window = open_window()
    started = []
    monkeypatch.setattr(window.train_page, "start", lambda: started.append(True))
    qtbot.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert started == [True]
    assert shown_page(window) is window.train_page


def test_pages_lead_to_each_other(qtbot, open_window, monkeypatch):
    window = open_window()
    asked = []
    monkeypatch.setattr(window.draw_page, "set_model", lambda run: asked.append(("draw", run)))
    monkeypatch.setattr(
        window.mistakes_page, "show_run", lambda run: asked.append(("mistakes", run))
    )
    for page in (window.train_page, window.mistakes_page, window.runs_page):
        page.open_draw.emit("a-run")
        assert shown_page(window) is window.draw_page
    for page in (window.train_page, window.runs_page):
        page.open_mistakes.emit("a-run")
        assert shown_page(window) is window.mistakes_page
    assert asked == [("draw", "a-run")] * 3 + [("mistakes", "a-run")] * 2


def test_no_runs_leads_to_train(qtbot, open_window):
    window = open_window()
    window.show_page(RUNS)
    go = next(b for b in window.findChildren(QPushButton) if b.text() == "Go to Train")
    qtbot.waitUntil(go.isVisible)
    qtbot.mouseClick(go, Qt.MouseButton.LeftButton)
    assert shown_page(window) is window.train_page


def test_a_run_that_starts_or_ends_is_told_to_the_pages(qtbot, open_window):
    window = open_window()
    with qtbot.waitSignal(window.context.runs_changed):
        window.train_page.run_started.emit("a-run")
    with qtbot.waitSignal(window.context.runs_changed):
        window.train_page.run_ended.emit("a-run")


def test_colors_are_chosen_shown_and_remembered(qtbot, open_window):
    window = open_window()
    button = window.findChild(QToolButton, "theme_button")
    while theme_colors.current() is not theme_colors.DARK:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    background = window.grab(window.rect()).toImage().pixelColor(QPoint(window.width() - 4, 4))
    assert background.name().upper() == theme_colors.DARK.background
    assert window.context.settings.value("theme") == "dark"
    theme.apply(theme.application(), "light")
    open_window()
    assert theme_colors.current() is theme_colors.DARK


def test_every_page_changes_its_colors_also_one_not_yet_seen(qtbot, open_window):
    window = open_window()
    window.choose_theme("dark")
    for row in range(4):
        window.show_page(row)
        picture = shown_page(window).grab().toImage()
        assert picture.pixelColor(2, 2).lightness() < 64


def test_the_list_of_keys_opens_by_key_and_by_mouse(qtbot, open_window):
    window = open_window()
    window.show_page(TRAIN)
    nav(window).setFocus()
    qtbot.keyClick(nav(window), "?")
    dialog = window.findChild(QDialog, "keys_dialog")
    assert dialog.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.mouseClick(window.findChild(QToolButton, "keys_button"), Qt.MouseButton.LeftButton)
    assert any(each.isVisible() for each in window.findChildren(QDialog, "keys_dialog"))
    for each in window.findChildren(QDialog, "keys_dialog"):
        each.close()


def test_geometry_and_page_are_remembered(qtbot, open_window, monkeypatch):
    window = open_window()
    window.show_page(RUNS)
    geometry = window.saveGeometry()
    with qtbot.waitSignal(window.closed):
        window.close()
    restored = []
    restore = main_window_module.MainWindow.restoreGeometry
    monkeypatch.setattr(
        main_window_module.MainWindow,
        "restoreGeometry",
        lambda self, value: restored.append(value) or restore(self, value),
    )
    again = open_window()
    assert restored == [geometry]
    assert shown_page(again) is again.runs_page


def test_settings_that_make_no_sense_are_passed_over(qtbot, open_window):
    window = open_window()
    for name, value in {"geometry": b"junk", "page": "x", "theme": "pink"}.items():
        window.context.settings.setValue(name, value)
    window.context.settings.sync()
    again = open_window()
    assert shown_page(again) is again.draw_page
    assert again.nav_bar.isVisible()


def test_it_can_be_made_small_but_not_useless(open_window):
    window = open_window()
    window.resize(100, 100)
    assert window.size() == MINIMUM_SIZE


def test_closing_hides_at_once_and_ends_every_thread(qtbot, open_window):
    window = open_window()
    begun, gate = threading.Event(), threading.Event()

    def work(on_progress, should_stop):
        begun.set()
        gate.wait(10)

    window.context.tasks.start(work)
    qtbot.waitUntil(begun.is_set)
    window.close()
    assert not window.isVisible()
    with qtbot.waitSignal(window.closed):
        gate.set()
    assert not window.context.tasks.is_busy


def test_the_device_is_said_once_torch_is_there(qtbot, open_window, monkeypatch):
    class Choice:
        device, name, reason = "cpu", "CPU, 2 cores", "no CUDA device found"

    monkeypatch.setattr(main_window_module, "_describe_device", lambda *words: Choice())
    window = open_window()
    assert window.nav_bar.device_badge.text() == "Loading torch"
    window.context.torch_loaded.disconnect()
    window.context.torch_loaded.connect(window.detect_device)
    window.context.torch_loaded.emit()
    qtbot.waitUntil(lambda: window.nav_bar.device_badge.text() == "CPU")
    assert "no CUDA device found" in window.nav_bar.device_badge.toolTip()


def test_a_torch_that_cannot_be_loaded_is_said(qtbot, open_window):
    window = open_window()
    window.context.torch_failed.emit(ImportError("No module named torch"), "Traceback")
    assert window.nav_bar.device_badge.text() == "No torch"
    dialog = window.findChild(QDialog, "error_dialog")
    assert "No module named torch" in dialog.message()
    dialog.close()


def test_opening_the_window_imports_no_torch():
    import subprocess

    code = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication([]);"
        "from studio.ui.app import create_main_window; window = create_main_window();"
        "heavy = {'torch', 'torchvision', 'sklearn', 'scipy', 'pyqtgraph'} & set(sys.modules);"
        "print(sorted(heavy)); window.draw_page.shutdown()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=100, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.fixture
def training(open_window, qtbot, monkeypatch):
    """A window whose training is a thread that only waits to be stopped."""

    class Ended:
        status, run = "stopped", "20260101-000000-fake-0000"

    class WaitingTrainer:
        def __init__(self, config, run, data_dir, snapshots, settings):
            self.run = run

        def fit(self, on_event, should_stop, on_progress):
            on_event(FitStarted(self.run.id, "x", 1, 9, 9, 9, "cpu", "", "float32", 1, 9, 9, 9))
            while not should_stop():
                threading.Event().wait(0.001)
            return Ended()

    monkeypatch.setattr("studio.training.Trainer", WaitingTrainer)
    window = open_window()
    with qtbot.waitSignal(window.train_page.run_started, timeout=60_000):
        window.train_page.start()
    assert window.train_page.is_training
    return window


def question(window, name):
    return next((each for each in window.findChildren(QDialog, name) if each.isVisible()), None)


def press(qtbot, dialog, name):
    with qtbot.waitSignal(dialog.finished):
        qtbot.mouseClick(dialog.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def test_closing_during_a_training_asks_and_may_go_on(qtbot, training):
    assert training.close() is False
    press(qtbot, question(training, "close_question"), "question_stay")
    assert training.isVisible()
    assert training.train_page.is_training


def test_closing_during_a_training_stops_saves_and_closes(qtbot, training):
    training.close()
    with qtbot.waitSignal(training.closed):
        press(qtbot, question(training, "close_question"), "question_action")
        assert shown_page(training).title() == "Saving"
        assert training.isVisible()
        training.close()
        assert question(training, "close_question") is None
        qtbot.keyClick(training, "1", Qt.KeyboardModifier.ControlModifier)
        assert shown_page(training).title() == "Saving"
    assert not training.isVisible()
    assert not training.train_page.is_training


def test_escape_asks_before_it_stops(qtbot, training):
    nav(training).setFocus()
    qtbot.keyClick(nav(training), Qt.Key.Key_Escape)
    press(qtbot, question(training, "stop_question"), "question_stay")
    assert training.train_page.is_training
    qtbot.keyClick(nav(training), Qt.Key.Key_Escape)
    with qtbot.waitSignal(training.train_page.idle):
        press(qtbot, question(training, "stop_question"), "question_action")
    assert not training.train_page.is_training
