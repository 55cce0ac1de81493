import numpy as np
import pytest
from PySide6.QtCore import Qt

from studio.ui.mistakes.samples.filter_bar import FilterBar
from studio.ui.mistakes.samples.filter_model import FilterModel
from studio.ui.mistakes.samples.sample_filter import Outcome, SampleFilter, SortKey
from studio.ui.widgets.image_grid import IMAGE_SIDES


@pytest.fixture
def model():
    return FilterModel()


@pytest.fixture
def bar(qtbot, model):
    bar = FilterBar(model)
    qtbot.addWidget(bar)
    bar.set_classes(["a", "b", "c"])
    bar.resize(700, 80)
    bar.show()
    return bar


def choose(qtbot, combo, row):
    """Open nothing: keys choose in a closed combo box as a user may."""
    combo.setFocus()
    combo.setCurrentIndex(0)
    for _ in range(row):
        qtbot.keyClick(combo, Qt.Key.Key_Down)


def chip(bar, name):
    return next(c for c in bar.chips.children() if c.objectName() == name and c.isVisible())


def test_choosing_classes_and_clearing_them(qtbot, bar, model):
    choose(qtbot, bar.true_combo, 1)
    choose(qtbot, bar.predicted_combo, 3)
    assert model.filter == SampleFilter(true=0, predicted=2)
    assert bar.chips.texts() == ["a predicted as c"]
    with qtbot.waitSignal(model.changed) as changed:
        qtbot.mouseClick(chip(bar, "true_chip"), Qt.MouseButton.LeftButton)
    assert changed.args == [SampleFilter()]
    assert bar.chips.texts() == []
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


def test_an_order_without_values_is_disabled_and_says_why(qtbot, bar, model):
    bar.set_unavailable({SortKey.MARGIN: "Because."})
    row = bar.sort_combo.findData("margin")
    assert bar.sort_combo.itemData(row, Qt.ItemDataRole.ToolTipRole) == "Because."
    choose(qtbot, bar.sort_combo, row)
    assert model.filter.sort is SortKey.ENTROPY
    bar.set_unavailable({})
    choose(qtbot, bar.sort_combo, row)
    assert model.filter.sort is SortKey.MARGIN


def test_outcomes(qtbot, bar, model):
    choose(qtbot, bar.outcome_combo, 1)
    assert model.filter.outcome is Outcome.CORRECT
    choose(qtbot, bar.outcome_combo, 2)
    assert model.filter.outcome is Outcome.ALL


def test_searching_and_leaving_the_search(qtbot, bar, model):
    edit = bar.search_edit
    qtbot.keyClicks(edit, "img 1")
    assert model.filter.text == "img 1"
    with qtbot.waitSignal(edit.left):
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    with qtbot.assertNotEmitted(edit.left):
        qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert model.filter.text == ""
    with qtbot.waitSignal(edit.left):
        qtbot.keyClick(edit, Qt.Key.Key_Escape)


def test_a_filter_from_outside_shows_in_every_control(qtbot, bar, model):
    with qtbot.waitSignal(model.changed):
        model.set_filter(SampleFilter(1, 2, Outcome.ALL, SortKey.INDEX, text="x"))
    assert bar.true_combo.currentText() == "True: b"
    assert bar.predicted_combo.currentText() == "Predicted: c"
    assert bar.outcome_combo.currentText() == "All"
    assert bar.sort_combo.currentText() == "Index"
    assert bar.search_edit.text() == "x"


def test_other_classes_end_the_class_filter_and_keep_the_order(bar, model):
    model.set_filter(SampleFilter(1, 2, sort=SortKey.INDEX, second=1, tag="a"))
    bar.set_classes(["x", "y"])
    assert model.filter == SampleFilter(sort=SortKey.INDEX, tag="a")
    assert bar.true_combo.count() == 3


def test_chips_without_space_are_counted_and_open_all_filters(qtbot, bar, model):
    model.set_filter(SampleFilter(0, 1, tag="a" * 40, second=1, true_in_top2=True))
    bar.resize(480, 80)
    assert len(bar.chips.texts()) == 4
    hidden = int(bar.chips.more_button.text().removeprefix("+"))
    visible = [c for c in bar.chips.children() if c.isVisible() and c is not bar.chips.more_button]
    assert hidden + len(visible) == 4
    with qtbot.waitSignal(bar.more_wanted):
        qtbot.mouseClick(bar.chips.more_button, Qt.MouseButton.LeftButton)
    bar.resize(1800, 80)
    assert not bar.chips.more_button.isVisible()


def test_the_button_counts_the_filters_behind_it(bar, model):
    model.set_filter(SampleFilter(0, tag="a", min_confidence=0.5))
    assert bar.more_button.text() == "Filters (2)"
    assert "2 active" in bar.more_button.accessibleName()
    bar.set_narrow(True)
    assert bar.more_button.text() == "2"


def test_the_size_of_the_images(qtbot, bar):
    bar.set_image_side(IMAGE_SIDES[2])
    bar.size_slider.setFocus()
    with qtbot.waitSignal(bar.image_side_chosen) as chosen:
        qtbot.keyClick(bar.size_slider, Qt.Key.Key_Right)
    assert chosen.args == [IMAGE_SIDES[3]]


def test_a_subset_shows_all_its_samples_and_leads_back(qtbot, bar, model):
    before = SampleFilter(true=1, sort=SortKey.MARGIN)
    model.set_filter(before)
    model.show_subset(np.array([4, 2]), "Selected on the map")
    assert model.filter.outcome is Outcome.ALL
    assert model.filter.true is None
    assert model.filter.sort is SortKey.MARGIN
    assert bar.chips.texts() == ["Selected on the map · 2"]
    model.show_subset(np.array([1]), "Hard")
    qtbot.mouseClick(chip(bar, "subset_chip"), Qt.MouseButton.LeftButton)
    assert model.filter == before
