"""The table of epochs."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from studio.training.events import EpochEnd
from studio.ui.train.live.epoch_table import COLUMNS, EpochTableModel


def epoch(number: int, best: bool) -> EpochEnd:
    return EpochEnd(number, 10 * number, 0.5, 0.8, 0.25, 0.9, 0.004, 1234.5, 6.7, best)


def row(model: EpochTableModel, place: int) -> list[str]:
    return [model.index(place, column).data() for column in range(model.columnCount())]


def test_rows_say_what_the_events_say(qapp) -> None:
    model = EpochTableModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.append(epoch(1, best=True))
    assert row(model, 0) == [
        "1  best",
        "90.0 %",
        "0.2500",
        "80.0 %",
        "0.5000",
        "0.004",
        "6.7 s",
        "1,234",
    ]


def test_the_mark_moves_to_a_better_epoch(qtbot) -> None:
    model = EpochTableModel()
    model.append(epoch(1, best=True))
    with qtbot.waitSignal(model.dataChanged):
        model.append(epoch(2, best=True))
    model.append(epoch(3, best=False))
    assert [row(model, i)[0] for i in range(3)] == ["1", "2  best", "3"]
    assert model.index(1, 0).data(Qt.ItemDataRole.FontRole).bold()


def test_a_last_epoch_is_marked_as_kept(qapp) -> None:
    model = EpochTableModel()
    for number in (1, 2):
        model.append(replace(epoch(number, best=True), select="last"))
    assert [row(model, i)[0] for i in range(2)] == ["1", "2  kept"]


def test_clearing_removes_rows_and_mark(qapp) -> None:
    model = EpochTableModel()
    model.append(epoch(1, best=True))
    model.clear()
    assert model.rowCount() == 0
    model.append(epoch(1, best=False))
    assert row(model, 0)[0] == "1"


def test_every_column_has_a_name_and_a_tip(qapp) -> None:
    model = EpochTableModel()
    for column in range(len(COLUMNS)):
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            assert model.headerData(column, Qt.Orientation.Horizontal, role)
