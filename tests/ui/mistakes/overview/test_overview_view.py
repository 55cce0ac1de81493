import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel, QScrollBar, QWidget

from studio.ui.mistakes.overview.overview_view import TWO_COLUMNS_PX, OverviewView
from studio.ui.mistakes.session import EvaluationSession

# Confidences are multiples of 1/8, which are exact.
SAMPLES = [
    (0, 0, 0.875),
    (0, 1, 0.625),
    (0, 1, 0.75),
    (1, 0, 0.5),
    (1, 1, 0.5),
    (1, 2, 0.75),
    (2, 2, 0.875),
    (2, 2, 0.75),
]


@pytest.fixture
def session(make_context, tmp_path):
    return EvaluationSession(make_context(tmp_path / "runs"))


@pytest.fixture
def view(qtbot, session):
    view = OverviewView(session)
    qtbot.addWidget(view)
    view.resize(1100, 700)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    view.shutdown()


@pytest.fixture
def show(qtbot, view, session, make_evaluation):
    def show_samples(samples, **options):
        session.show(make_evaluation(samples, **options))
        qtbot.waitUntil(lambda: view.overview is not None)
        return view

    return show_samples


def text(view, name):
    return view.findChild(QLabel, name).text()


def requested(qtbot, session, act):
    with qtbot.waitSignal(session.samples_requested) as asked:
        act()
    positions, title = asked.args
    return sorted(np.asarray(positions).tolist()), title


def click_row(qtbot, table, row):
    spot = table.visualRect(table.model().index(row, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def test_accuracy_has_its_interval_and_a_warning_about_few_samples(show):
    view = show(SAMPLES)
    assert text(view, "overview_accuracy") == "50.0 %"
    assert text(view, "overview_interval") == (
        "Accuracy on 8 test samples · 95 % interval 21.5 % to 78.5 %"
    )
    assert text(view, "overview_counts") == "4 mistakes of 8"
    assert text(view, "overview_accuracy_note").startswith("8 samples are too few to say")
    assert text(view, "overview_class_note").startswith("Too few samples in every class")


def test_the_classes_are_a_sortable_table_whose_rows_lead_to_their_mistakes(qtbot, session, show):
    table = show(SAMPLES).classes.table
    cells = [table.model().index(0, column).data() for column in range(6)]
    assert cells == ["a", "50.0 %", "33.3 %", "6.1 %", "40.0 %", "3"]
    found = requested(qtbot, session, lambda: click_row(qtbot, table, 0))
    assert found == ([1, 2], "Mistakes of class a")
    table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    found = requested(qtbot, session, lambda: click_row(qtbot, table, 0))
    assert found == ([6, 7], "Class c")


def test_a_sentence_about_a_pair_leads_to_its_samples(qtbot, session, show):
    first, second = show(SAMPLES).pairs.buttons
    assert first.text() == (
        "a is predicted as b in 2 of 3 samples (66.7\N{NO-BREAK SPACE}%); the reverse happens once."
    )
    found = requested(qtbot, session, lambda: qtbot.mouseClick(first, Qt.MouseButton.LeftButton))
    assert found == ([1, 2, 3], "a and b confused")
    second.setFocus()
    found = requested(qtbot, session, lambda: qtbot.keyClick(second, Qt.Key.Key_Return))
    assert found == ([5], "b and c confused")


def test_the_slider_moves_coverage_and_accuracy(qtbot, session, show):
    card = show(SAMPLES).threshold
    card.slider.setValue(700)
    assert card.coverage.text() == "62.5 % answered: 5 of 8 samples"
    assert card.accuracy.text().startswith("60.0 % of them correct (95 % interval")
    assert card.plot.marked() == (0.625, 0.6)
    assert card.show_button.text() == "Show the 3 below"
    click = lambda: qtbot.mouseClick(card.show_button, Qt.MouseButton.LeftButton)  # noqa: E731
    assert requested(qtbot, session, click) == ([1, 3, 4], "Not answered above 70.0 %")
    card.slider.setFocus()
    qtbot.keyClick(card.slider, Qt.Key.Key_End)
    assert card.accuracy.text() == "No answer is left whose accuracy could be measured"
    assert card.plot.marked() is None
    qtbot.keyClick(card.slider, Qt.Key.Key_Home)
    assert not card.show_button.isEnabled()


def test_the_lowest_threshold_for_an_accuracy_is_found(qtbot, show):
    card = show(SAMPLES).threshold
    qtbot.mouseClick(card.goal_button, Qt.MouseButton.LeftButton)
    assert card.threshold == 0.75
    assert card.accuracy.text().startswith("100 % of them correct")


def test_an_accuracy_out_of_reach_cannot_be_chosen(show):
    assert not show([(0, 1, 0.9), (1, 1, 0.5)]).threshold.goal_button.isEnabled()


def test_the_reliability_diagram_shows_confidence_and_accuracy(show):
    view = show(SAMPLES)
    assert view.calibration.plot.bars() == [
        (0.5, 0.5),
        (0.625, 0.0),
        (0.75, pytest.approx(1 / 3)),
        (0.875, 1.0),
    ]
    assert "Confidence 47 % to 53 %: 2 samples" in view.calibration.plot.accessibleDescription()
    assert "on average" in text(view, "calibration_note")


def test_another_evaluation_replaces_everything(qtbot, session, view, show):
    show(SAMPLES)
    session.begin("other", "val")
    assert view.overview is None
    show([(0, 0, 0.875), (1, 1, 0.875)])
    assert text(view, "overview_accuracy") == "100 %"
    assert "validation samples" in text(view, "overview_interval")
    assert view.pairs.buttons == []
    assert view.pairs.no_pairs.isVisible()


def test_an_empty_split_and_a_single_class_are_said(show, view, session):
    show([])
    assert view.empty.isVisible()
    session.begin("other", "test")
    show([(0, 0, 1.0)] * 40, names=("only", "unused"))
    assert view.pairs.no_pairs.isVisible()
    assert not view.findChild(QLabel, "overview_accuracy_note").isVisible()
    assert text(view, "overview_class_note").startswith("Too few samples of unused")


def test_a_narrow_view_shows_one_card_below_the_other(qtbot, show):
    view = show(SAMPLES)
    qtbot.waitUntil(lambda: view.classes.y() == view.pairs.y())
    view.resize(TWO_COLUMNS_PX - 1, 500)
    qtbot.waitUntil(lambda: view.classes.x() == view.pairs.x())


def test_a_large_view_shows_more_sentences(qtbot, show):
    names = [str(number) for number in range(12)]
    view = show([(true, (true + 1) % 12, 0.5) for true in range(12)], names=names)
    assert sum(button.isVisible() for button in view.pairs.buttons) == 6
    view.resize(1700, 900)
    assert sum(button.isVisible() for button in view.pairs.buttons) == 10


def test_everything_that_takes_the_focus_has_a_name(show):
    view = show(SAMPLES)
    reached = [
        widget
        for widget in view.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(widget, QScrollBar)
    ]
    names = [
        QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
        for widget in reached
    ]
    assert len(names) >= 6
    assert all(names)
