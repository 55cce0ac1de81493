"""The views of one evaluation: made when first opened, and told of evaluations while visible."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from studio.ui.mistakes.analysis_view import AnalysisView
from studio.ui.mistakes.view_stack import ViewStack
from studio.ui.mistakes.views import SAMPLES, ViewEntry


class RecordingView(AnalysisView):
    def __init__(self, session):
        super().__init__(session)
        self.shown = []

    def show_evaluation(self, evaluation):
        self.shown.append(evaluation)

    def clear(self):
        self.shown.append(None)


@pytest.fixture
def session(make_session):
    return make_session()


@pytest.fixture
def views(qtbot, session):
    entries = [
        ViewEntry(SAMPLES, "Samples", "All samples", RecordingView),
        ViewEntry("map", "Map", "All samples as points", RecordingView),
    ]
    views = ViewStack(session, entries)
    qtbot.addWidget(views)
    views.resize(900, 400)
    views.show()
    return views


def click_button(qtbot, views, key):
    button = views.findChild(QPushButton, f"{key}_view_button")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_only_the_visible_view_shows_an_evaluation(qtbot, views, session, make_evaluation):
    evaluation = make_evaluation([(0, 1, 0.9)])
    session.show(evaluation)
    click_button(qtbot, views, "map")
    assert views.key == "map"
    assert views.current.shown == [evaluation]
    other = make_evaluation([(1, 1, 0.9)])
    session.show(other)
    assert views.view(SAMPLES).shown == [evaluation]
    click_button(qtbot, views, SAMPLES)
    assert views.current.shown == [evaluation, other]


def test_views_forget_an_evaluation_that_is_replaced(views, session, make_evaluation):
    evaluation = make_evaluation([(0, 1, 0.9)])
    session.show(evaluation)
    session.begin("another run", "val")
    assert views.current.shown == [evaluation, None]
    assert views.current.evaluation is None


def test_requested_samples_open_the_samples(qtbot, views, session):
    click_button(qtbot, views, "map")
    session.request_samples(np.array([0]), "Selected on the map")
    assert views.key == SAMPLES


def test_a_narrow_page_chooses_the_view_in_a_combo_box(qtbot, views):
    assert views.selector.control.isVisible()
    views.resize(120, 400)
    qtbot.waitUntil(views.selector.combo.isVisible)
    assert not views.selector.control.isVisible()
    views.selector.combo.setFocus()
    qtbot.keyClick(views.selector.combo, Qt.Key.Key_Down)
    assert views.key == "map"
