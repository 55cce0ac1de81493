"""The Runs page selects and filters as in the last session."""

import pytest
from PySide6.QtWidgets import QLineEdit
from shiboken6 import Shiboken

from studio.config import TrainConfig
from studio.runs import RunStore
from studio.ui.context import StudioContext
from studio.ui.runs.page import RunsPage
from studio.ui.runs.run_table import RunTable


@pytest.fixture
def runs(tmp_path):
    """The ids of three runs, newest last."""
    store = RunStore(tmp_path / "runs")
    return [store.create(TrainConfig(recipe=name)).id for name in ("one", "two", "three")]


@pytest.fixture
def start(qtbot, tmp_path):
    """Opens the page in a new program; the one before is killed."""
    running = []

    def kill():
        page, context = running.pop()
        context.window_state.close()
        page.shutdown()
        context.tasks.wait_all()
        Shiboken.delete(page)
        Shiboken.delete(context)

    def make():
        if running:
            kill()
        context = StudioContext(tmp_path / "runs", tmp_path / "data")
        context.window_state.open()
        page = RunsPage(context)
        running.append((page, context))
        page.restore()
        page.show()
        return page.findChild(RunTable), page.findChild(QLineEdit, "runs_filter")

    yield make
    kill()


def test_selection_and_filter_come_back(qtbot, start, runs):
    table, filter_line = start()
    qtbot.waitUntil(lambda: len(table.selected_ids()) == 1)
    filter_line.setText("t")
    table.select_runs(runs[:2])
    chosen = table.selected_ids()
    table, filter_line = start()
    qtbot.waitUntil(lambda: table.selected_ids() == chosen)
    assert filter_line.text() == "t"


def test_runs_that_are_gone_leave_the_newest_selected(qtbot, start, runs, tmp_path):
    table, _ = start()
    qtbot.waitUntil(lambda: len(table.selected_ids()) == 1)
    table.select_runs([runs[0]])
    RunStore(tmp_path / "runs").open(runs[0]).path.rename(tmp_path / "elsewhere")
    table, _ = start()
    qtbot.waitUntil(lambda: len(table.selected_ids()) == 1)
    assert table.selected_ids()[0] in runs[1:]
