"""Smoothing and axis are the same on each page, and after the next start."""

import pytest
from shiboken6 import Shiboken

from studio.ui.context import StudioContext
from studio.ui.shared.plot_menu import PlotMenu
from studio.ui.widgets.curve_plot import CurvePlot
from studio.ui.window_state.plot_choices import PlotSettings, parse


@pytest.fixture
def start(tmp_path):
    """Starts the program; the one before ends."""
    running = []

    def stop():
        context = running.pop()
        context.window_state.close()
        context.tasks.wait_all()
        Shiboken.delete(context)

    def make():
        if running:
            stop()
        context = StudioContext(tmp_path / "runs", tmp_path / "data")
        context.window_state.open()
        running.append(context)
        return context

    yield make
    stop()


def add_plot(qtbot, context):
    plot = CurvePlot("Loss", "epoch", "nats")
    qtbot.addWidget(plot)
    return plot, PlotMenu(plot, context.tasks, context.plot_choices)


def checked(menu):
    smoothing = next(one.menu() for one in menu.menu.actions() if one.text() == "Smoothing")
    return [action.text() for action in smoothing.actions() if action.isChecked()]


def test_plots_of_all_pages_follow_one_choice(qtbot, start):
    context = start()
    (plot, menu), (other, other_menu) = (add_plot(qtbot, context) for _ in range(2))
    smoothing = next(one.menu() for one in menu.menu.actions() if one.text() == "Smoothing")
    next(action for action in smoothing.actions() if action.text() == "Strong").trigger()
    next(one for one in menu.menu.actions() if one.text() == "Logarithmic axis").trigger()
    for one, its_menu in ((plot, menu), (other, other_menu)):
        assert (one.smoothing(), one.is_logarithmic()) == (0.98, True)
        assert checked(its_menu) == ["Strong"]
    context = start()
    plot, menu = add_plot(qtbot, context)
    assert (plot.smoothing(), plot.is_logarithmic()) == (0.98, True)
    assert checked(menu) == ["Strong"]


def test_damaged_settings_are_refused():
    assert parse({"smoothing": 0.6, "is_logarithmic": True}) == PlotSettings(0.6, True)
    too_much = {"smoothing": 1, "is_logarithmic": True}
    for wrong in (too_much, {"smoothing": 0}, [], {"smoothing": {}}):
        with pytest.raises((TypeError, ValueError, LookupError)):
            parse(wrong)
    with pytest.raises(ValueError, match="plots"):
        parse({"smoothing": 0.5, "is_logarithmic": 1})
