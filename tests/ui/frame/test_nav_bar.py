"""The navigation shows the page, the device and the colors, and changes them by mouse."""

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QListWidget, QToolButton

from studio.ui import theme
from studio.ui.frame.nav_bar import NavBar
from studio.ui.frame.nav_list import NavEntry
from studio.ui.widgets import theme_colors

ENTRIES = [NavEntry("Train", "train", "Train a network"), NavEntry("Draw", "draw", "Draw")]


class Heard(QObject):
    """Collects what a signal says."""

    def __init__(self, signal):
        super().__init__()
        self.said = []
        signal.connect(self.take)

    def take(self, value):
        self.said.append(value)


@pytest.fixture
def bar(qtbot, qapp):
    theme.apply(qapp, "light")
    made = NavBar(ENTRIES)
    qtbot.addWidget(made)
    made.resize(96, 600)
    with qtbot.waitExposed(made):
        made.show()
    return made


def pages(bar):
    return bar.findChild(QListWidget, "nav")


def test_a_click_on_a_word_chooses_its_page(qtbot, bar):
    heard = Heard(bar.page_chosen)
    for row in (1, 0):
        place = pages(bar).visualItemRect(pages(bar).item(row)).center()
        qtbot.mouseClick(pages(bar).viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert heard.said == [1, 0]


def test_arrows_choose_pages(qtbot, bar):
    pages(bar).setCurrentRow(0)
    heard = Heard(bar.page_chosen)
    qtbot.keyClick(pages(bar), Qt.Key.Key_Down)
    assert heard.said == [1]


def test_the_words_fit(bar):
    metrics = pages(bar).fontMetrics()
    assert metrics.horizontalAdvance("Mistakes") < pages(bar).width()
    assert pages(bar).horizontalScrollBar().maximum() == 0
    assert pages(bar).verticalScrollBar().maximum() == 0


def colors_at(bar, row):
    rect = pages(bar).visualItemRect(pages(bar).item(row))
    picture = pages(bar).viewport().grab(rect).toImage()
    return {
        picture.pixelColor(x, y).name().upper()
        for x in range(picture.width())
        for y in range(picture.height())
    }


def test_the_page_shown_stands_out(bar):
    pages(bar).setCurrentRow(0)
    assert theme_colors.LIGHT.accent_soft in colors_at(bar, 0)
    assert theme_colors.LIGHT.accent_soft not in colors_at(bar, 1)


def test_a_mark_says_that_work_goes_on(bar):
    pages(bar).setCurrentRow(1)
    assert theme_colors.LIGHT.accent not in colors_at(bar, 0)
    bar.pages.set_mark(0, True)
    assert theme_colors.LIGHT.accent in colors_at(bar, 0)
    bar.pages.set_mark(0, False)
    assert theme_colors.LIGHT.accent not in colors_at(bar, 0)


def test_the_colors_button_goes_to_and_fro(qtbot, bar):
    heard = Heard(bar.theme_chosen)
    button = bar.findChild(QToolButton, "theme_button")
    for _ in range(2):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        bar.set_theme(heard.said[-1])
    assert heard.said == ["dark", "system"]
    assert button.toolTip() == "Theme: system. Click for dark."


@pytest.mark.parametrize(
    ("scheme", "following"),
    [
        (Qt.ColorScheme.Light, {"system": "dark", "light": "dark", "dark": "system"}),
        (Qt.ColorScheme.Dark, {"system": "light", "dark": "light", "light": "system"}),
    ],
)
def test_each_click_changes_what_is_seen(monkeypatch, scheme, following):
    monkeypatch.setattr(theme, "_system_is_dark", lambda: scheme is Qt.ColorScheme.Dark)
    assert {choice: theme.next_choice(choice) for choice in theme.CHOICES} == following


def test_the_keyboard_button_asks_for_the_keys(qtbot, bar):
    with qtbot.waitSignal(bar.keys_clicked):
        qtbot.mouseClick(bar.findChild(QToolButton, "keys_button"), Qt.MouseButton.LeftButton)


def test_the_device_is_said_with_its_reason(bar):
    box = bar.device_badge
    assert box.text() == "Loading torch"
    box.show_device("cuda:0", "NVIDIA H200", "the fastest device found")
    assert (box.text(), box.toolTip()) == ("CUDA", "NVIDIA H200\nthe fastest device found")
    box.show_device("cpu", "CPU, 2 cores", "no CUDA device found")
    assert box.accessibleName() == "Device: CPU. CPU, 2 cores\nno CUDA device found"
    box.show_failure("No module named torch")
    assert box.text() == "No torch"
