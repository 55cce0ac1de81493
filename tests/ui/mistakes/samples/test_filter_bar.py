import pytest
from PySide6.QtCore import Qt

from studio.ui.mistakes.samples.filter_bar import FilterBar
from studio.ui.mistakes.samples.filter_model import FilterModel
from studio.ui.mistakes.samples.sample_filter import SampleFilter, SortKey


@pytest.fixture
def model():
    return FilterModel()


@pytest.fixture
def bar(qtbot, model):
    bar = FilterBar(model)
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


def test_choosing_classes_and_clearing_them(qtbot, bar, model):
    choose(qtbot, bar.true_combo, 1)
    choose(qtbot, bar.predicted_combo, 3)
    assert model.filter == SampleFilter(true=0, predicted=2)
    assert bar.chip.isVisible()
    assert bar.chip.text() == "a predicted as c"
    with qtbot.waitSignal(model.changed) as changed:
        qtbot.mouseClick(bar.chip, Qt.MouseButton.LeftButton)
    assert changed.args == [SampleFilter()]
    assert not bar.chip.isVisible()
    assert bar.true_combo.currentIndex() == bar.predicted_combo.currentIndex() == 0


def test_the_order_and_its_reverse(qtbot, bar, model):
    choose(qtbot, bar.sort_combo, 2)
    assert model.filter.sort is SortKey.MARGIN
    assert "lowest first" in bar.reverse_button.toolTip()
    qtbot.mouseClick(bar.reverse_button, Qt.MouseButton.LeftButton)
    assert model.filter.reverse
    assert "Now highest first" in bar.reverse_button.toolTip()


def test_another_order_starts_from_its_own_end(qtbot, bar, model):
    qtbot.mouseClick(bar.reverse_button, Qt.MouseButton.LeftButton)
    choose(qtbot, bar.sort_combo, 1)
    assert model.filter == SampleFilter(sort=SortKey.CONFIDENCE)


def test_all_samples(qtbot, bar, model):
    with qtbot.waitSignal(model.changed):
        bar.all_check.click()
    assert model.filter.all_samples


def test_a_filter_from_outside_shows_in_every_control(qtbot, bar, model):
    with qtbot.waitSignal(model.changed):
        model.set_filter(SampleFilter(1, 2, all_samples=True, sort=SortKey.INDEX))
    assert bar.true_combo.currentText() == "True: b"
    assert bar.predicted_combo.currentText() == "Predicted: c"
    assert bar.all_check.isChecked()
    assert bar.sort_combo.currentText() == "Index"


def test_other_classes_end_the_class_filter_and_keep_the_order(bar, model):
    model.set_filter(SampleFilter(1, 2, sort=SortKey.INDEX))
    bar.set_classes(["x", "y"])
    assert model.filter == SampleFilter(sort=SortKey.INDEX)
    assert bar.true_combo.count() == 3
