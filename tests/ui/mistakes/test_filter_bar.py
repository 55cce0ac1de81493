import pytest
from PySide6.QtCore import Qt

from studio.ui.mistakes.filter_bar import FilterBar
from studio.ui.mistakes.sample_filter import Filter, SortKey


@pytest.fixture
def bar(qtbot):
    bar = FilterBar()
    qtbot.addWidget(bar)
    bar.set_classes(["a", "b", "c"])
    bar.show()
    return bar


def choose(qtbot, combo, row):
    """Open nothing: keys choose in a closed combo box as a user may."""
    combo.setFocus()
    combo.setCurrentIndex(0)
    for _ in range(row):
        qtbot.keyClick(combo, Qt.Key.Key_Down)


def test_choosing_classes_and_clearing_them(qtbot, bar):
    choose(qtbot, bar.true_combo, 1)
    choose(qtbot, bar.read_combo, 3)
    assert bar.filter() == Filter(true=0, predicted=2)
    assert bar.chip.isVisible()
    assert bar.chip.text() == "a read as c"
    with qtbot.waitSignal(bar.changed) as changed:
        qtbot.mouseClick(bar.chip, Qt.MouseButton.LeftButton)
    assert changed.args == [Filter()]
    assert not bar.chip.isVisible()
    assert bar.true_combo.currentIndex() == bar.read_combo.currentIndex() == 0


def test_the_order_and_its_reverse(qtbot, bar):
    choose(qtbot, bar.sort_combo, 2)
    assert bar.filter().sort is SortKey.MARGIN
    assert "lowest first" in bar.reverse_button.toolTip()
    qtbot.mouseClick(bar.reverse_button, Qt.MouseButton.LeftButton)
    assert bar.filter().reverse
    assert "Now highest first" in bar.reverse_button.toolTip()


def test_another_order_starts_from_its_own_end(qtbot, bar):
    qtbot.mouseClick(bar.reverse_button, Qt.MouseButton.LeftButton)
    choose(qtbot, bar.sort_combo, 1)
    assert bar.filter() == Filter(sort=SortKey.CONFIDENCE)


def test_all_samples(qtbot, bar):
    with qtbot.waitSignal(bar.changed):
        bar.all_check.click()
    assert bar.filter().all_samples


def test_a_filter_from_outside_shows_in_every_control(qtbot, bar):
    with qtbot.waitSignal(bar.changed):
        bar.set_filter(Filter(1, 2, all_samples=True, sort=SortKey.INDEX))
    assert bar.true_combo.currentText() == "True: b"
    assert bar.read_combo.currentText() == "Read as: c"
    assert bar.all_check.isChecked()
    assert bar.sort_combo.currentText() == "Index"


def test_other_classes_end_the_class_filter_and_keep_the_order(bar):
    bar.set_filter(Filter(1, 2, sort=SortKey.INDEX))
    bar.set_classes(["x", "y"])
    assert bar.filter() == Filter(sort=SortKey.INDEX)
    assert bar.true_combo.count() == 3
