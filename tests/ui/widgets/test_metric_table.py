import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView

from studio.ui.widgets.metric_table import MetricColumn, MetricTable

COLUMNS = (
    MetricColumn("Class", "The class"),
    MetricColumn("Recall", "How many were found", "{:.0%}".format),
    MetricColumn("Count", "How many there are", "{:,.0f}".format),
)
ROWS = [("zero", 0.5, 12), ("one", math.nan, 3), ("two", 1.0, 1200)]


@pytest.fixture
def table(qtbot):
    table = MetricTable(COLUMNS)
    qtbot.addWidget(table)
    table.resize(400, 300)
    table.set_rows(ROWS)
    table.show()
    return table


def cells(table, column):
    model = table.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def click_cell(qtbot, table, row, column=0):
    point = table.visualRect(table.model().index(row, column)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=point)


def click_header(qtbot, table, column):
    header: QHeaderView = table.horizontalHeader()
    point = header.rect().topLeft()
    point.setX(header.sectionViewportPosition(column) + 8)
    point.setY(header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=point)


def test_rows_are_unsorted_until_a_header_is_clicked(qtbot, table):
    assert cells(table, 0) == ["zero", "one", "two"]
    click_header(qtbot, table, 2)
    first = cells(table, 2)
    click_header(qtbot, table, 2)
    assert first == cells(table, 2)[::-1]
    assert sorted(first, key=lambda text: int(text.replace(",", ""))) in (first, first[::-1])


def test_nan_is_sorted_to_one_end(qtbot, table):
    click_header(qtbot, table, 1)
    assert "nan%" in (cells(table, 1)[0], cells(table, 1)[-1])


def test_a_click_emits_the_unsorted_row(qtbot, table):
    table.model().sort(2, Qt.SortOrder.DescendingOrder)
    with qtbot.waitSignal(table.row_activated) as activated:
        click_cell(qtbot, table, 0)
    assert activated.args == [2]


def test_enter_activates_the_current_row(qtbot, table):
    table.setFocus()
    table.select_row(1)
    with qtbot.waitSignal(table.row_activated) as activated:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert activated.args == [1]


def test_select_row_emits_no_signal(qtbot, table):
    with qtbot.assertNotEmitted(table.row_activated):
        table.select_row(2)
        assert len(table.selectionModel().selectedRows()) == 1
        table.select_row(None)
    assert not table.selectionModel().selectedRows()


def test_values_are_formatted_by_their_column(table):
    assert cells(table, 0) == ["zero", "one", "two"]
    assert cells(table, 1) == ["50%", "nan%", "100%"]
    assert cells(table, 2) == ["12", "3", "1,200"]


def test_headers_have_tooltips(table):
    model = table.model()
    role = Qt.ItemDataRole.ToolTipRole
    assert model.headerData(1, Qt.Orientation.Horizontal, role) == "How many were found"
