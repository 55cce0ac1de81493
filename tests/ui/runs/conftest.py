"""The Runs page on run folders that were written without training."""

import pytest

from studio.ui.context import StudioContext
from studio.ui.runs.page import RunsPage
from tests.ui.run_writer import RunWriter


@pytest.fixture
def writer(tmp_path):
    return RunWriter(tmp_path / "runs")


@pytest.fixture
def open_page(qtbot, writer):
    """Opens the page on the runs written so far and waits until it shows them."""
    made = []

    def build():
        context = StudioContext(writer.store.runs_dir)
        page = RunsPage(context)
        made.append((context, page))
        qtbot.addWidget(page)
        page.resize(1184, 800)
        with qtbot.waitExposed(page):
            page.show()
        return page

    yield build
    for context, page in made:
        page.shutdown()
        context.tasks.wait_all()
