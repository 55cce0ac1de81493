"""A real sweep in the real window: dialog, queue, table, plot, test split, settings, deletion."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton

from studio.runs.test_openings import count_test_openings
from studio.ui.train.live_panel import SWEEPS
from studio.ui.train.sweep.sweep_dialog import SweepDialog
from tests.ui.train.conftest import child, click, type_value

LONG = 60_000
SHORT = {"engine.max_steps": 6, "model.filters": ((8,), (8,), (8,)), "model.hidden": (16,)}


@pytest.fixture
def swept(page, qtbot):
    """A page that has trained 2 learning rates with 2 seeds."""
    page.choose_recipe("digits-quickstart")
    page.setup.form.show_config(page.config.with_values(SHORT))
    click(qtbot, page, "sweeps_tab")
    view = page.live.sweeps
    qtbot.waitUntil(lambda: visible_button(view, "empty_action") is not None, timeout=LONG)
    qtbot.mouseClick(visible_button(view, "empty_action"), Qt.MouseButton.LeftButton)
    (dialog,) = page.findChildren(SweepDialog)
    type_value(qtbot, dialog, "sweep_values_0", "0.003, 0.00001")
    type_value(qtbot, dialog, "sweep_seeds", "2")
    start = child(dialog, "sweep_start")
    qtbot.waitUntil(start.isEnabled, timeout=LONG)
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.state is not None and view.state.best is not None, timeout=LONG)
    assert view.isVisible()
    qtbot.waitUntil(lambda: "4 trainings done" in progress(page), timeout=LONG)
    qtbot.waitUntil(lambda: not page.is_training, timeout=LONG)
    return page


def visible_button(view, name):
    return next((b for b in view.findChildren(QPushButton, name) if b.isVisible()), None)


def progress(page):
    return child(page, "sweep_progress", QLabel).text()


def test_from_the_dialog_to_the_number_and_back_to_the_form(qtbot, swept):
    page, view = swept, swept.live.sweeps
    table, plot = view.table, view.plot
    assert page.live.current_view() == SWEEPS
    shown = page.live.banner.text() if page.live.banner.isVisible() else ""
    assert "added to the queue" not in shown

    # Table and plot show both combinations, and choose together.
    assert table.model().rowCount() == 2
    assert [len(point.values) for point in plot.figure.points()] == [2, 2]
    best = view.state.best
    other = 1 - best
    assert table.current() == best
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=plot.point_position(other).toPoint())
    assert table.current() == other
    assert view.state.row(other).title in child(page, "sweep_chosen", QLabel).text()
    row = table.model().index(0, 0)
    qtbot.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(row).center()
    )
    assert plot.current() == table.current()
    with qtbot.waitSignal(page.runs_wanted) as wanted:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert len(wanted.args[0]) == 2

    # The test split was not opened by training; the user opens it once, for the best one.
    runs = [page.context.store.run(key) for key in view.state.row(best).runs]
    assert [count_test_openings(run) for run in runs] == [0, 0]
    click(qtbot, page, "open_test_button")
    question = child(page, "open_test_question", QDialog)
    qtbot.mouseClick(child(question, "question_action", QPushButton), Qt.MouseButton.LeftButton)
    number = child(page, "honest_number", QLabel)
    qtbot.waitUntil(number.isVisible, timeout=LONG)
    assert number.text().endswith(" %")
    assert "Chosen among 2 combinations" in child(page, "honest_text", QLabel).accessibleName()
    assert [count_test_openings(run) for run in runs] == [1, 1]
    assert not child(page, "open_test_button").isVisible()

    # The settings of a row fill the form; one click brings the old ones back.
    rate = page.config.optim.lr
    table.choose(other)
    view.settings_wanted.emit(other)
    assert page.config.optim.lr == view.state.row(other).values["optim.lr"] != rate
    click(qtbot, page, "banner_action")
    assert page.config.optim.lr == rate

    # A deleted sweep comes back with its number; its runs were never touched.
    view.header.delete_wanted.emit()
    qtbot.waitUntil(lambda: view.state is None, timeout=LONG)
    assert len(page.context.store.list()) == 4
    click(qtbot, page, "banner_action")
    qtbot.waitUntil(lambda: view.state is not None and number.isVisible(), timeout=LONG)
