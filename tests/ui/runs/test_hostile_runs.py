"""A run folder of pipes and devices is listed beside the others, and its problem is shown."""

import os

import pytest
from PySide6.QtWidgets import QLabel, QTableView

from studio.ui.runs.run_table_model import ID_ROLE

FILES = ("config.toml", "status.json", "metrics.jsonl", "state.pt", "weights/best.safetensors")


def make_pipe(path):
    os.mkfifo(path)


def link_to_zeros(path):
    path.symlink_to("/dev/zero")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("make", [make_pipe, link_to_zeros, os.mkdir])
def test_a_hostile_run_is_listed_and_its_problem_shown(qtbot, writer, open_page, make):
    good = writer.write()
    bad = writer.store.runs_dir / "99999999-bad"
    (bad / "weights").mkdir(parents=True)
    for name in FILES:
        make(bad / name)
    page = open_page()
    table = page.findChild(QTableView, "runs_table")
    qtbot.waitUntil(lambda: table.model() is not None and table.model().rowCount() == 2)
    rows = {table.model().index(row, 0).data(ID_ROLE): row for row in range(2)}
    table.selectRow(rows[bad.name])
    qtbot.waitUntil(lambda: table.selected_ids() == [bad.name])
    qtbot.waitUntil(lambda: "no readable configuration" in _texts(page))
    table.selectRow(rows[good.id])
    qtbot.waitUntil(lambda: table.selected_ids() == [good.id])


def _texts(page):
    return " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())
