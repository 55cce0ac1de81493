"""A Train page in a window of its own, with real data and the real trainer."""

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from studio.ui import theme
from studio.ui.context import StudioContext
from studio.ui.settings import Settings
from studio.ui.train.page import TrainPage
from studio.ui.widgets.redraw_timer import redraw_timer


@pytest.fixture
def make_page(qtbot, tmp_path: Path, monkeypatch) -> Callable[..., TrainPage]:
    """Makes shown pages, whose trainings and threads end before pytest-qt closes them."""
    # Two spinning threads on a machine that tests in parallel are slower than one.
    monkeypatch.setattr(
        "studio.training.backend.compute_settings.choose_threads", lambda config, processes: 1
    )
    theme.apply(QApplication.instance(), "light")
    made = []

    def make(data_dir: Path = tmp_path / "data", is_open: bool = False) -> TrainPage:
        settings = Settings(tmp_path / "window.ini")
        context = StudioContext(tmp_path / "runs", data_dir, settings)
        if is_open:
            context.window_state.open()
        # Beside another page this would style that one twice, which takes longer.
        styling = nullcontext() if made else theme.style_once(QApplication.instance())
        with styling:
            page = TrainPage(context)
        made.append(page)
        page.stop_wanted.connect(page.stop)  # the window would ask first
        qtbot.addWidget(page, before_close_func=lambda page: end(qtbot, page, context))
        page.resize(1200, 900)
        with qtbot.waitExposed(page):
            page.show()
        return page

    return make


def end(qtbot, page: TrainPage, context: StudioContext) -> None:
    """Leave nothing running: what the main window does when it closes."""
    if page.is_training:
        with qtbot.waitSignal(page.idle, timeout=30_000):
            page.stop()
    page.hide()
    page.shutdown()
    context.window_state.close()
    context.tasks.wait_all()
    redraw_timer().flush()


@pytest.fixture
def page(make_page) -> TrainPage:
    return make_page()


def child(page: QWidget, name: str, kind: type = QWidget) -> QWidget:
    """The one widget of that object name."""
    (found,) = page.findChildren(kind, name)
    return found


def click(qtbot, page: QWidget, name: str) -> None:
    """Click the middle of a widget with the real mouse."""
    widget = child(page, name)
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())


def type_value(qtbot, page: QWidget, name: str, text: str) -> None:
    """Type a new value into a field, over the old one."""
    widget = child(page, name)
    qtbot.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(widget, text)
    qtbot.keyClick(widget, Qt.Key.Key_Tab)
