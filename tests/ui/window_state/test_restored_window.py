"""What a whole window restores, what a safe start leaves alone, and what the banner says."""

import pytest
from PySide6.QtWidgets import QWidget

from studio.paths import window_state_dir
from studio.ui import theme
from studio.ui.context import StudioContext
from studio.ui.frame.state_banner import NOT_SAVED, NOT_SAVED_NOW, damage_text
from studio.ui.main_window import MainWindow
from studio.ui.page_stack import DRAW, RUNS
from studio.ui.widgets.banner import Banner
from studio.ui.widgets.strokes import Stroke

STROKE = Stroke("pen", 0.06, [(0.2, 0.2), (0.6, 0.6)])


@pytest.fixture(autouse=True)
def no_torch(monkeypatch):
    monkeypatch.setattr("studio.ui.context.StudioContext.load_torch", lambda context: None)


@pytest.fixture
def open_safely(tmp_path):
    """Opens a window as after repeated crashes."""

    def build():
        context = StudioContext(tmp_path / "runs", tmp_path / "data", restore_state=False)
        with theme.style_once(theme.application()):
            window = MainWindow(context)
        window.complete()
        window.show()
        return window

    return build


def end(qtbot, window):
    with qtbot.waitSignal(window.closed, timeout=20_000):
        window.close()


def draw(qtbot, window):
    canvas = window.findChild(QWidget, "digit_canvas")
    canvas.prepend(canvas.snapshot()._replace(done=(STROKE,)))
    qtbot.waitUntil(lambda: window.context.window_state.is_saved)


def is_blank(qtbot, window):
    qtbot.waitUntil(lambda: not window.context.tasks.is_busy)
    return window.findChild(QWidget, "digit_canvas").is_blank()


def banner_of(window):
    return window.findChild(Banner, "settings_banner")


def test_a_safe_start_restores_nothing_and_the_next_start_everything(
    qtbot, open_window, open_safely
):
    window = open_window()
    draw(qtbot, window)
    window.show_page(RUNS)
    end(qtbot, window)
    safe = open_safely()
    assert is_blank(qtbot, safe)
    assert safe.nav_bar.pages.currentRow() == DRAW
    end(qtbot, safe)
    after = open_window()
    assert not is_blank(qtbot, after)
    assert after.nav_bar.pages.currentRow() == RUNS


def test_a_second_window_begins_with_an_empty_canvas(qtbot, open_window):
    first = open_window()
    draw(qtbot, first)
    assert is_blank(qtbot, open_window())
    assert not is_blank(qtbot, first)


def test_all_damaged_files_are_named_in_one_banner(qtbot, open_window):
    folder = window_state_dir() / "window-1"
    folder.mkdir(parents=True)
    for name in ("window", "drawing", "runs"):
        (folder / f"{name}.json").write_text("damaged")
    window = open_window()
    qtbot.waitUntil(lambda: "drawing.json.damaged-1" in banner_of(window).text())
    text = banner_of(window).text()
    assert text.count("could not be restored") == 1
    for name in ("window", "drawing", "runs"):
        assert f"{name}.json.damaged-1" in text
    assert str(folder) in text


def test_one_damaged_file_is_named_with_its_folder(tmp_path):
    assert damage_text([tmp_path / "a"]).endswith(
        f"The damaged file is kept as “{tmp_path / 'a'}”."
    )


def test_a_state_that_cannot_be_written_is_said_once_until_it_can(qtbot, open_window, monkeypatch):
    window = open_window()
    state, canvas = window.context.window_state, window.findChild(QWidget, "digit_canvas")

    def refuse(path, value):
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr("studio.ui.window_state.window_state.write_state", refuse)
        with qtbot.waitSignal(state.failed):
            canvas.tool_changed.emit("pen")
        assert banner_of(window).text().startswith(NOT_SAVED_NOW)
        banner_of(window).hide()
        with qtbot.waitSignal(state.failed):
            canvas.tool_changed.emit("pen")
        assert banner_of(window).isHidden()
    with qtbot.waitSignal(state.saved):
        canvas.tool_changed.emit("pen")
    assert banner_of(window).isHidden()


def test_a_folder_that_cannot_be_made_is_said(open_window, monkeypatch):
    monkeypatch.setattr(
        "studio.ui.window_state.window_state.StateFolder.acquire", lambda root, files: None
    )
    assert banner_of(open_window()).text() == NOT_SAVED
