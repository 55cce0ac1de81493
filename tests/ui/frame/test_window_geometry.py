"""The window opens on the screen that is there, whatever its size, scale or history."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QMainWindow, QWidget

from studio.ui.frame.window_geometry import MINIMUM_SIZE, START_SIZE, fit, keep_on_screen

rects = st.builds(
    QRect,
    st.integers(-5000, 5000),
    st.integers(-5000, 5000),
    st.integers(1, 6000),
    st.integers(1, 4000),
)
screens = st.builds(
    QRect,
    st.integers(-2000, 2000),
    st.integers(-2000, 2000),
    st.integers(320, 3840),
    st.integers(200, 2160),
)


@given(rects, screens)
def test_the_window_always_lies_on_the_screen(wanted, available):
    fitted = fit(wanted, available)
    assert available.contains(fitted)
    assert fitted.top() > available.top()  # the title bar can be grabbed


@given(screens)
def test_a_window_that_fits_stays_as_it_is(available):
    wanted = available.adjusted(10, 60, -10, -10)
    assert fit(wanted, available) == wanted


# It prints where the window and the Train button are, in logical pixels, at the first start.
FIRST_START = """
import json, sys
from PySide6.QtCore import QPoint, QRect, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
QSettings.setDefaultFormat(QSettings.Format.IniFormat)
from studio.ui.app import create_main_window
from studio.ui.context import StudioContext
StudioContext.load_torch = lambda context: None  # nothing here needs it
app = QApplication([])
window = create_main_window()
window.show_page(0)
window.show()
QTest.qWaitForWindowExposed(window)
button = window.findChild(QWidget, "train_button")
find_target = lambda: app.widgetAt(button.mapToGlobal(button.rect().center()))
QTest.qWait(20)
if find_target() is not button:  # the form of a narrow window slides in with the choice of a recipe
    QTest.keyClick(window.findChild(QWidget, "recipe_list"), Qt.Key.Key_Return)
is_seen = lambda: button.visibleRegion().boundingRect() == button.rect()
for _ in range(100):
    if not (is_seen() and find_target() is button):
        QTest.qWait(20)
corner = button.mapToGlobal(QPoint(0, 0))
place = lambda r: [r.left(), r.top(), r.right(), r.bottom()]
screen = window.screen().availableGeometry()
seen = is_seen()
clicks = []
button.clicked.connect(clicks.append)
window.train_page.start = lambda: None
window.train_page.setup.train_wanted.disconnect()
target = find_target()
print(json.dumps({"screen": place(screen), "window": place(window.geometry()), "seen": seen,
    "button": place(QRect(corner, button.size())), "on_top": target is button}))
window.close_and_save()
window.closed.connect(app.quit)
app.exec()
"""


@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [(1366, 768, 1), (1920, 1080, 1.5), (1920, 1080, 2), (1280, 720, 1.5), (3840, 2160, 1)],
)
def test_the_train_button_is_on_the_screen_at_the_first_start(
    offscreen_platform, width, height, scale
):
    platform = {"QT_QPA_PLATFORM": offscreen_platform(width, height)}
    ran = subprocess.run(
        [sys.executable, "-c", FIRST_START],
        env=os.environ | platform | {"QT_SCALE_FACTOR": str(scale)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout.splitlines()[-1])
    screen, window, button = (
        QRect(left, top, right - left + 1, bottom - top + 1)
        for left, top, right, bottom in (found[name] for name in ("screen", "window", "button"))
    )
    assert screen.contains(window)
    assert screen.contains(button)
    assert found["seen"]
    assert found["on_top"]
    if width == 3840:
        assert window.size() == START_SIZE


@pytest.mark.parametrize("place", [(5000, 3000), (-3000, 100), (100, -900)])
def test_a_window_remembered_on_a_screen_that_is_gone_comes_back(qtbot, place):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setGeometry(QRect(*place, 1600, 1000))
    keep_on_screen(window)
    assert window.screen().availableGeometry().contains(window.geometry())
    assert window.size() == QSize(1600, 1000)


def test_a_remembered_window_larger_than_the_screen_becomes_smaller(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.setGeometry(QRect(0, 0, 3000, 2000))
    keep_on_screen(window)
    assert window.screen().availableGeometry().contains(window.geometry())
    assert window.minimumSize() == MINIMUM_SIZE
