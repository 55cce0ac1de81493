"""The table model says, sorts and filters what runs are."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from studio.runs import RunStatus
from studio.ui.runs.run_columns import COLUMNS, STATUS_ICONS, status_icon
from studio.ui.runs.run_list_reader import RunListReader
from studio.ui.runs.run_table_model import ID_ROLE, RunTableModel
from studio.ui.runs.run_text import STATUS_TEXT


@pytest.fixture
def model(qapp, writer):
    writer.write("digits-quickstart", epochs=20)
    writer.write("tiny-vgg-fashion", RunStatus.FAILED, epochs=4)
    writer.write("simple-vgg-mnist", RunStatus.STOPPED, epochs=6, seed=7)
    made = RunTableModel()
    made.set_rows(RunListReader(writer.store).read().rows)
    return made


def column(title):
    return next(place for place, entry in enumerate(COLUMNS) if entry.title == title)


def texts(model, title):
    place = column(title)
    return [model.index(row, place).data() for row in range(model.rowCount())]


def test_the_models_keep_qts_contract(model):
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_filter("vgg")
    model.set_filter("")
    rows = model.rows()
    model.set_rows(rows[1:])
    model.set_rows(rows)
    model.sort(column("Seed"))
    assert tester.model() is model


def test_cells_say_what_the_runs_came_to(model):
    assert texts(model, "Status") == ["Stopped", "Failed", "Finished"]
    assert texts(model, "Epochs") == ["3/6", "2/4", "20/20"]
    assert texts(model, "Test") == ["–", "–", "95.5 %"]
    assert texts(model, "Seed")[0] == "7"
    assert texts(model, "Data") == ["MNIST", "Fashion-MNIST", "Digits"]


def test_every_status_has_a_word_and_a_mark_of_its_own(model):
    assert set(STATUS_TEXT) == set(STATUS_ICONS) == set(RunStatus)
    assert len({mark for mark, _ in STATUS_ICONS.values()}) == len(RunStatus)


def test_the_status_carries_its_mark_and_its_reason(model):
    failed = model.index(1, 0)
    assert not failed.data(Qt.ItemDataRole.DecorationRole).isNull()
    tip = failed.data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "Ended with an error. The loss is no number any more."


def test_a_run_at_chance_level_is_marked_with_a_word_and_a_shape(writer):
    run = writer.write(**{"optim.lr": 10})
    run.write_status(run.status.with_values(test_accuracy=0.1, train_accuracy=0.1))
    (row,) = RunListReader(writer.store).read().rows
    assert status_icon(row) == ("warn", "warn")
    assert COLUMNS[0].text(row) == "Chance level"
    assert "The learning rate 10 is probably too high" in COLUMNS[0].cell_tooltip(row)
    assert "chance level" in row.search_text


def test_every_cell_and_header_has_a_tooltip(model):
    for place in range(model.columnCount()):
        header = model.headerData(place, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        assert header.replace("\n", " ").endswith("Click to sort.")
        for row in range(model.rowCount()):
            assert model.index(row, place).data(Qt.ItemDataRole.ToolTipRole)


@pytest.mark.parametrize(
    ("title", "smallest"),
    [("Epochs", "2/4"), ("Validation", "80.0 %"), ("Run", "Digits quickstart 0001")],
)
def test_sorting_goes_by_what_cells_mean(model, title, smallest):
    model.sort(column(title), Qt.SortOrder.AscendingOrder)
    assert texts(model, title)[0] == smallest
    model.sort(column(title), Qt.SortOrder.DescendingOrder)
    assert texts(model, title)[-1] == smallest


def test_unknown_figures_sort_below_all_known_ones(model):
    model.sort(column("Test"), Qt.SortOrder.DescendingOrder)
    assert texts(model, "Test") == ["95.5 %", "–", "–"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [("", 3), ("fashion", 1), ("FAILED", 1), ("vgg mnist", 2), ("simple stopped", 1), ("zzz", 0)],
)
def test_the_filter_keeps_runs_that_have_every_word(model, text, kept):
    model.set_filter(text)
    assert model.rowCount() == kept


def test_new_figures_of_one_run_change_its_row_alone(model, qtbot):
    rows = model.rows()
    rows[1] = replace(rows[1], variant="Renamed")
    changed = []
    model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    with qtbot.assertNotEmitted(model.modelReset):
        assert model.set_rows(rows) is False
        assert model.set_rows(list(rows)) is False
    assert changed == [(1, 1)]


def test_another_order_keeps_what_is_chosen(model):
    middle = QPersistentModelIndex(model.index(1, 0))
    chosen = middle.data(ID_ROLE)
    model.sort(column("Seed"), Qt.SortOrder.DescendingOrder)
    assert texts(model, "Seed")[0] == "7"
    model.sort(column("Run"), Qt.SortOrder.AscendingOrder)
    assert middle.data(ID_ROLE) == chosen


def test_other_runs_are_a_reset(model, qtbot):
    with qtbot.waitSignal(model.modelReset):
        assert model.set_rows(model.rows()[:1]) is True
    assert model.index(0, 0).data(ID_ROLE) == model.rows()[0].id


def test_no_rows_at_all(qapp):
    empty = RunTableModel()
    assert empty.set_rows([]) is False
    assert empty.rowCount() == 0
