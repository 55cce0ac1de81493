"""The ribbon of probabilities, as its values and as a picture."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from studio.ui.widgets.probability_ribbon import OTHERS, ProbabilityRibbon, make_bands

DIGITS = tuple("0123456789")


@pytest.fixture
def ribbon(qtbot):
    made = ProbabilityRibbon()
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    made.index_chosen.connect(made.set_index)
    return made


def probabilities(*predicted):
    """Rows with 0.91 for the class predicted and 0.01 for each other digit."""
    rows = np.full((len(predicted), 10), 0.01, np.float32)
    rows[range(len(predicted)), predicted] = 0.91
    return rows


def test_the_bands_are_the_classes_that_matter_and_make_one():
    rows = probabilities(3, 3, 1, 7)
    bands = make_bands(DIGITS, rows)
    assert bands[0].name == "7"
    assert {"3", "1"} < {band.name for band in bands}
    assert bands[-1].name == OTHERS
    assert np.allclose(sum(band.probabilities for band in bands), 1)
    assert np.array_equal(bands[0].probabilities, rows[:, 7].astype(float))
    few = make_bands(("no", "yes"), np.array([[0.4, 0.6]]))
    assert [band.name for band in few] == ["yes", "no"]


def test_a_click_chooses_the_nearest_epoch(ribbon):
    ribbon.set_values([1, 2, 4, 8], DIGITS, probabilities(3, 3, 1, 7))
    for x, index in ((50, 0), (170, 1), (400, 3), (490, 3), (5, 0)):
        QTest.mouseClick(ribbon, Qt.MouseButton.LeftButton, pos=QPoint(x, 100))
        assert ribbon.index() == index
    assert ribbon.accessibleDescription().startswith("Epoch 1: 3 91 %")
    ribbon.clear_values([1, 2, 4, 8])
    assert ribbon.values() == {}
    QTest.mouseClick(ribbon, Qt.MouseButton.LeftButton, pos=QPoint(490, 100))
    assert ribbon.index() == 3


def test_a_point_with_a_name_is_set_off_from_the_epochs(ribbon):
    ribbon.set_values([1, 2, 3], DIGITS, probabilities(3, 3, 7))
    plain = ribbon.grab().toImage()
    ribbon.set_values([1, 2, "now"], DIGITS, probabilities(3, 3, 7))
    assert ribbon.grab().toImage() != plain
    ribbon.set_index(2)
    assert ribbon.accessibleDescription().startswith("Now: 7 91 %")


@pytest.mark.parametrize("predicted", [(7,), (1, 2, 3, 4, 5, 6, 7, 8, 9), (0,) * 300])
def test_any_number_of_epochs_is_painted(ribbon, predicted):
    blank = ribbon.grab().toImage()
    ribbon.set_values(range(1, len(predicted) + 1), DIGITS, probabilities(*predicted))
    assert ribbon.grab().toImage() != blank
    ribbon.resize(200, 120)
    ribbon.grab()
