"""What the Mistakes page showed comes back: sample, filter, pane, open dialogs and edits."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtWidgets import QInputDialog, QWidget
from shiboken6 import Shiboken

from studio.insight.sample_edits import SampleEdit
from studio.ui.context import StudioContext
from studio.ui.mistakes.detail.panes import EDIT, SALIENCY
from studio.ui.mistakes.samples.sample_filter import Outcome, SortKey
from studio.ui.mistakes.samples.samples_view import SamplesView
from studio.ui.mistakes.samples.view_name_dialog import ViewNameDialog
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.settings import Settings
from studio.ui.shared.live_predictor import LivePredictor
from tests.ui.mistakes.edit.conftest import BrightnessPredictor

SAMPLES = [(0, 0, 0.9), (0, 1, 0.6), (0, 1, 0.8), (1, 1, 0.5), (1, 2, 0.7), (2, 2, 0.99)]


@pytest.fixture
def start(qtbot, tmp_path, make_evaluation):
    """Starts a program that shows the same evaluation; the one before is killed."""
    running = []

    def kill():
        view, context = running.pop()
        context.window_state.close()  # first: what follows would not happen to a killed program
        view.shutdown()
        view.session.fixes.shutdown()
        context.tasks.wait_all()
        view.close()
        Shiboken.delete(view)
        Shiboken.delete(context)

    def make(names=("a", "b", "c")):
        if running:
            qtbot.waitUntil(lambda: running[0][1].window_state.is_saved)
            kill()
        context = StudioContext(tmp_path, tmp_path / "data", Settings(tmp_path / "window.ini"))
        context.window_state.open()
        view = SamplesView(EvaluationSession(context, context))
        running.append((view, context))
        view.restore()
        view.resize(1100, 700)
        view.show()
        view.session.begin("bundled", "test")
        evaluation = make_evaluation(SAMPLES, names)
        view.session.show(dataclasses.replace(evaluation, source_key="made"))
        qtbot.waitUntil(lambda: view.session.fixes.is_ready)
        return view

    yield make
    while running:
        kill()


def dialog_of(qtbot, view, kind):
    qtbot.waitUntil(lambda: view.findChild(kind) is not None)
    return view.findChild(kind)


def test_filter_sample_and_pane(qtbot, start):
    view = start()
    view.filter_model.change(outcome=Outcome.ALL, sort=SortKey.CONFIDENCE, true=0)
    view.grid.select_position(1)
    view.detail.open_pane(SALIENCY)
    view = start()
    wanted = view.filter_model.filter
    assert (wanted.outcome, wanted.sort, wanted.true) == (Outcome.ALL, SortKey.CONFIDENCE, 0)
    assert view.grid.selected_position() == 1
    assert view.detail.pane_key == SALIENCY


def test_a_filter_of_classes_that_are_gone_is_left_out(start):
    view = start()
    view.filter_model.change(outcome=Outcome.ALL, true=2)
    view = start(names=("a", "b", "other"))
    assert view.filter_model.filter.true is None
    assert view.grid.samples.rowCount() > 0


def test_a_note_being_written(qtbot, start):
    view = start()
    view.grid.select_position(4)
    view.sample_actions.ask_note()
    dialog_of(qtbot, view, QInputDialog).setTextValue("blurred, ask <b>Ana")
    view = start()
    dialog = dialog_of(qtbot, view, QInputDialog)
    assert dialog.objectName() == "note_dialog"
    assert dialog.textValue() == "blurred, ask <b>Ana"
    dialog.accept()
    assert view.session.fixes.fix(4).note == "blurred, ask <b>Ana"
    view = start()  # what was saved is not asked for again
    assert view.findChild(QInputDialog) is None


def test_a_tag_being_written(qtbot, start):
    view = start()
    view.grid.select_position(2)
    view.sample_actions.ask_tag()
    dialog_of(qtbot, view, QInputDialog).setTextValue("smudge")
    view = start()
    dialog = dialog_of(qtbot, view, QInputDialog)
    assert dialog.textValue() == "smudge"
    dialog.reject()
    assert view.session.fixes.tags() == []


def test_the_name_of_a_view_being_written(qtbot, start):
    view = start()
    view.views_button.ask_for_name()
    dialog_of(qtbot, view, ViewNameDialog).name_edit.setText("My hard ones")
    view = start()
    dialog = dialog_of(qtbot, view, ViewNameDialog)
    assert dialog.name_edit.text() == "My hard ones"
    dialog.save_button.click()
    assert view.views_button.naming is None


def test_an_edited_sample_in_the_open_editor(qtbot, start, monkeypatch):
    made = BrightnessPredictor()
    monkeypatch.setattr(LivePredictor, "load", classmethod(lambda cls, run, store: made))
    view = start()
    view.grid.select_position(4)
    view.detail.open_pane(EDIT)
    pane = view.detail.pane(EDIT)
    pane.edit_button.click()
    controller = pane.editor.controller
    controller.start_stroke(2, 2, False)
    controller.extend_stroke(6, 6)
    controller.finish_stroke()
    controller.set_value("rotation", 7.0)
    controller.undo()
    drawn = controller.history.current
    view = start()
    pane = view.detail.pane(EDIT)
    qtbot.waitUntil(lambda: pane.editor is not None)
    history = pane.editor.controller.history
    assert isinstance(history.current, SampleEdit)
    assert np.array_equal(history.current.pixels, drawn.pixels)
    assert history.current.changes() == drawn.changes()
    history.redo()
    assert history.current.value("rotation") == 7.0
    assert pane.editor.findChild(QWidget, "edit_canvas").isVisible()
    pane.editor.close()
    view = start()  # closed: the edits are kept, the editor stays closed
    pane = view.detail.pane(EDIT)
    qtbot.waitUntil(lambda: not view.session.context.tasks.is_busy)
    assert pane.editor is None
    pane.edit_button.click()
    assert pane.editor.controller.history.current.value("rotation") == 7.0
