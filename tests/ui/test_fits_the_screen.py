"""At 960x510, which a 1920x1080 screen has at 200 %, everything that matters is on the page."""

from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QWidget

from studio.ui import theme
from studio.ui.page_stack import DRAW, MISTAKES, RUNS, TRAIN
from studio.ui.train.live_panel import CURVES

LONG = 60_000
SIZES = [(960, 510), (900, 480), (1280, 800), (1920, 1080)]

# Page and what must be in full view on it, once it shows something.
CONTROLS = {
    TRAIN: (
        "headline",
        "train_progress",
        "loss_plot",
        "accuracy_plot",
        "epoch_table",
        "status_label",
        "pause_button",
        "stop_button",
        "data_tab",
        "log_tab",
    ),
    DRAW: (
        "digit_canvas",
        "prediction_bars",
        "prediction_label",
        "network_view",
        "model_combo",
        "undo_button",
        "clear_button",
    ),
    MISTAKES: ("confusion_view", "mistake_grid"),
    RUNS: ("runs_table", "compare_plot"),
}


LEAST_HEIGHT = {"loss_plot": 100, "accuracy_plot": 100, "epoch_table": 90}


@pytest.fixture
def window(open_window, qapp, tmp_path):
    theme.apply(qapp, "light")
    return open_window(data_dir=tmp_path / "data")


def fill_train(qtbot, window):
    """A training that waits after its first epochs."""
    page = window.train_page
    page.findChild(QWidget, "epochs_spin").setValue(200)
    with qtbot.waitSignal(page.run_started, timeout=LONG):
        page.start()
    table = page.findChild(QWidget, "epoch_table")
    qtbot.waitUntil(lambda: table.model().rowCount() > 3, timeout=LONG)
    page.pause_or_resume()


def draw_a_stroke(qtbot, window):
    canvas = shown(window, "digit_canvas")
    place = QPoint(canvas.width() // 2, canvas.height() // 4)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseMove(canvas, place * 2)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=place * 2)
    bars = window.draw_page.findChild(QWidget, "prediction_bars")
    qtbot.waitUntil(lambda: len(bars.values()) == 10, timeout=LONG)


def shown(window, name):
    (widget,) = (w for w in window.findChildren(QWidget, name) if w.isVisible())
    return widget


def place(widget):
    return QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())


def seen(widget):
    """What no parent cuts off, in the window's coordinates."""
    rect, parent = place(widget), widget.parentWidget()
    while parent is not None:
        rect = rect.intersected(place(parent))
        parent = parent.parentWidget()
    return rect


def assert_in_full_view(window, names):
    widgets = [shown(window, name) for name in names]
    for name, widget in zip(names, widgets, strict=True):
        assert window.rect().contains(place(widget)), name
        assert seen(widget) == place(widget), f"{name} is clipped"
        if name in LEAST_HEIGHT:
            assert widget.height() >= LEAST_HEIGHT[name], f"{name} is squeezed"
    for (name, first), (other, second) in combinations(zip(names, widgets, strict=True), 2):
        assert not place(first).intersects(place(second)), f"{name} lies over {other}"


@pytest.mark.parametrize("page", CONTROLS)
def test_a_page_that_shows_something_fits(qtbot, window, show_a_run, page):
    if page in (MISTAKES, RUNS):
        show_a_run(window)
    window.show_page(page)
    if page in (TRAIN, DRAW):
        {TRAIN: fill_train, DRAW: draw_a_stroke}[page](qtbot, window)
    setup = window.findChild(QWidget, "setup_panel")
    for size in SIZES:
        resize(qtbot, window, *size)
        window.train_page.drawer.close()
        qtbot.waitUntil(lambda: window.width() >= 1100 or not setup.isVisible())
        qtbot.waitUntil(lambda: assert_in_full_view(window, CONTROLS[page]))


def resize(qtbot, window, width, height):
    window.resize(width, height)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == (width, height))


def test_the_gallery_shows_all_recipes_and_the_form_the_train_button(qtbot, window):
    window.show_page(TRAIN)
    for size in SIZES:
        resize(qtbot, window, *size)
        is_wide = window.width() >= 1100  # else the form is a drawer over the gallery
        names = ["recipe_list", "recipes_tab"] + (["train_button"] if is_wide else [])
        # The scroll bar of the form comes and goes a moment after the size.
        qtbot.waitUntil(lambda names=names: assert_in_full_view(window, names))
        qtbot.waitUntil(lambda size=size: assert_all_cards_visible(window, size))


def assert_all_cards_visible(window, size):
    cards = shown(window, "recipe_list")
    assert cards.model().rowCount() == 9
    rects = [cards.visualRect(cards.model().index(row, 0)) for row in range(9)]
    count = 6 if size == (900, 480) else 9  # the last row is scrolled to
    assert [r for r in rects[:count] if not cards.viewport().rect().contains(r)] == []


def test_the_title_ends_before_the_tabs(qtbot, window):
    window.show_page(TRAIN)
    window.train_page.live.set_title("A recipe with a title that is far too long " * 3, "")
    for width in (900, 960, 1100, 1280):
        resize(qtbot, window, width, 510)
        qtbot.waitUntil(lambda: assert_title_beside_tabs(window))


def assert_title_beside_tabs(window):
    title, tab = (
        place(window.train_page.findChild(QWidget, "plan_title")),
        place(shown(window, "data_tab")),
    )
    assert title.right() + 8 <= tab.left()
    assert place(shown(window, "log_tab")).right() < window.width()


def test_control_b_shows_and_hides_the_form_at_every_width(qtbot, window):
    window.show_page(TRAIN)
    setup = window.findChild(QWidget, "setup_panel")
    button = window.findChild(QWidget, "setup_button")
    for width in (1280, 960):
        window.resize(width, 700)
        qtbot.waitUntil(lambda width=width: window.width() == width)
        for visible in (False, True):
            qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
            qtbot.waitUntil(lambda visible=visible: setup.isVisible() is visible)
            assert button.isVisible() is not (visible and width == 1280)


def test_the_page_below_the_open_form_is_dimmed_and_a_click_there_closes_it(qtbot, window):
    window.show_page(TRAIN)
    window.resize(960, 510)
    setup, shade = (window.findChild(QWidget, n) for n in ("setup_panel", "drawer_shade"))
    qtbot.waitUntil(lambda: shade.isVisible() and setup.isVisible())
    spot = QPoint(800, 300)
    assert window.train_page.childAt(spot) is shade
    qtbot.mouseClick(shade, Qt.MouseButton.LeftButton, pos=spot)
    qtbot.waitUntil(lambda: not setup.isVisible())
    assert not shade.isVisible()
    window.resize(1280, 800)
    qtbot.waitUntil(setup.isVisible)
    assert not shade.isVisible()


def test_plots_stand_side_by_side_where_the_window_is_low(qtbot, window):
    window.show_page(TRAIN)
    window.train_page.live.show_view(CURVES)
    window.resize(1280, 510)
    loss, accuracy = shown(window, "loss_plot"), shown(window, "accuracy_plot")
    qtbot.waitUntil(lambda: place(loss).top() == place(accuracy).top())
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: place(loss).left() == place(accuracy).left())
