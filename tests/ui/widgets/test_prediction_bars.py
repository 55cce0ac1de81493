"""Bars say in plain Python what they show."""

import pytest

from studio.ui.widgets import theme_colors
from studio.ui.widgets.prediction_bars import PredictionBars, percent

VALUES = [("0", 0.02), ("1", 0.9), ("2", 0.08)]


@pytest.fixture
def bars(qtbot):
    widget = PredictionBars()
    qtbot.addWidget(widget)
    widget.resize(300, 280)
    widget.show()
    return widget


def shows(widget, color):
    """Whether a colour of the palette is among the pixels of the widget."""
    image = widget.grab().toImage()
    step = range(0, image.width(), 2)
    return any(
        image.pixelColor(x, y).name().upper() == color for y in range(image.height()) for x in step
    )


def test_values_are_what_was_set(bars):
    bars.set_values(VALUES)
    assert bars.values() == VALUES
    assert bars.text() == ""
    assert bars.accessibleDescription().startswith("1 90 %")


def test_only_the_top_has_the_accent(bars):
    bars.set_values(VALUES)
    assert shows(bars, theme_colors.current().accent)


def test_without_values_there_is_a_line_and_no_bar(bars):
    bars.set_values(VALUES)
    bars.clear_values("Nothing drawn")
    assert bars.values() == []
    assert bars.text() == "Nothing drawn"
    assert not shows(bars, theme_colors.current().accent)


def test_the_height_depends_on_the_rows_and_not_on_the_values(bars):
    before = bars.sizeHint()
    bars.set_values(VALUES)
    assert bars.sizeHint() == before
    bars.set_rows(5)
    assert bars.sizeHint().height() < before.height()


def test_a_long_name_leaves_room_for_the_bar(bars):
    bars.set_values([("a class with a name that never ends and goes on", 0.7), ("b", 0.3)])
    assert shows(bars, theme_colors.current().accent)


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "0 %"), (0.004, "<1 %"), (0.5, "50 %"), (0.994, "99 %"), (0.9999, ">99 %"), (1, "100 %")],
)
def test_percent(share, words):
    assert percent(share) == words
