"""Bars return what they show."""

import pytest

from studio.ui.widgets import theme_colors
from studio.ui.widgets.prediction_bars import PredictionBars

VALUES = [("0", 0.02), ("1", 0.9), ("2", 0.08)]


@pytest.fixture
def bars(qtbot):
    widget = PredictionBars("{:.0%}".format)
    qtbot.addWidget(widget)
    widget.resize(300, 280)
    widget.show()
    return widget


def shows(widget, color):
    """Return whether a color is among the pixels of the widget."""
    image = widget.grab().toImage()
    step = range(0, image.width(), 2)
    return any(
        image.pixelColor(x, y).name().upper() == color for y in range(image.height()) for x in step
    )


def test_values_returns_what_was_set(bars):
    bars.set_values(VALUES)
    assert bars.values() == VALUES
    assert bars.text() == ""
    assert bars.accessibleDescription().startswith("1 90%")


def test_the_highest_probability_has_the_accent_color(bars):
    bars.set_values(VALUES)
    assert shows(bars, theme_colors.current().accent)


def test_without_values_a_text_is_shown(bars):
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


def test_a_long_class_name_leaves_space_for_the_bar(bars):
    bars.set_values([("a class with a name that never ends and goes on", 0.7), ("b", 0.3)])
    assert shows(bars, theme_colors.current().accent)


def test_familiarity_is_that_of_the_values_shown_and_1_if_unknown(bars):
    assert bars.familiarity() == 1.0
    bars.set_values(VALUES, highlight=False, familiarity=0.02)
    assert bars.familiarity() == 0.02
    bars.set_values(VALUES)
    assert bars.familiarity() == 1.0
    bars.set_values(VALUES, familiarity=0.3)
    bars.clear_values("Nothing drawn")
    assert bars.familiarity() == 1.0
