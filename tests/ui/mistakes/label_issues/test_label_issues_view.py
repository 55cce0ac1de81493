"""The view "Label issues", with a real run of the digits."""

import shutil

import numpy as np
import pytest
from PySide6.QtCore import Qt

from studio.insight.label_issues.issue import LabelIssueReport
from studio.ui.mistakes.label_issues.review import CONFIRMED

WAIT = 30_000


@pytest.fixture(scope="module")
def searched(trained, tmp_path_factory):
    """A runs folder with the run, whose label issues were searched for, and its evaluation."""
    from studio.insight import evaluate
    from studio.insight.label_issues import find_label_issues

    runs_dir = tmp_path_factory.mktemp("searched")
    run = shutil.copytree(trained[0] / trained[1], runs_dir / trained[1])
    find_label_issues(run)
    return runs_dir, run.name, evaluate(run, "test")


@pytest.fixture
def open_view(qtbot, make_session, searched):
    from studio.ui.mistakes.label_issues.label_issues_view import LabelIssuesView

    opened = []

    def build(runs_dir=searched[0]):
        session = make_session(runs_dir)
        view = LabelIssuesView(session)
        opened.append(view)
        qtbot.addWidget(view)
        view.resize(1100, 620)
        view.show()
        session.begin(searched[1], "test")
        session.show(searched[2])
        return view

    yield build
    for view in opened:
        view.shutdown()
        view.session.fixes.shutdown()


@pytest.fixture
def view(qtbot, open_view):
    """The view with issues."""
    made = open_view()
    qtbot.waitUntil(lambda: made.grid.isVisible(), timeout=WAIT)
    qtbot.waitUntil(lambda: made.session.fixes.is_ready, timeout=WAIT)
    made.grid.setFocus()
    return made


def click(qtbot, widget):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def issue(view):
    return view._issue()[1]


def test_an_earlier_search_is_shown_at_once(view):
    first = issue(view)
    assert view.grid.selected_position() == 0
    assert view.card.title.text() == f"{first.label} → {first.suggested}"
    assert view.card.reason.text() == first.reason
    assert "doubtful labels among 1,438 samples" in view.summary.text()
    count = view.grid.samples.rowCount()
    assert view.progress.text() == f"0 of {count:,} reviewed"


def test_keys_decide_and_advance(qtbot, view):
    fixes = view.session.fixes
    decided = []
    for key in (Qt.Key.Key_Y, Qt.Key.Key_R, Qt.Key.Key_A, Qt.Key.Key_Return):
        decided.append(issue(view))
        qtbot.keyClick(view.grid, key)
    count = view.grid.samples.rowCount()
    assert view.progress.text() == f"4 of {count:,} reviewed"
    assert view.grid.selected_position() == 4
    accepted, rejected, ambiguous, entered = [fixes.overlay.fix(one.sample) for one in decided]
    assert accepted.label == decided[0].suggested
    assert (rejected.label, rejected.tags) == (None, (CONFIRMED,))
    assert (ambiguous.label, ambiguous.ambiguous) == (None, True)
    assert entered.label == decided[3].suggested
    badges = [[badge.text for badge in view.grid.samples.badge_source(n)] for n in range(5)]
    assert badges[0] == [f"→ {decided[0].suggested}"]
    assert badges[1:3] == [["label is right"], ["ambiguous"]]
    assert badges[4] == []
    fixes.undo()
    assert view.progress.text() == f"3 of {count:,} reviewed"
    view.grid.select_row(0)
    assert view.card.decision.text() == "Accepted"


def test_buttons_change_a_decision(qtbot, view):
    fixes, decided = view.session.fixes, issue(view)
    click(qtbot, view.card.accept_button)
    for button in (view.card.reject_button, view.card.ambiguous_button):
        view.grid.select_row(0)
        click(qtbot, button)
    fix = fixes.overlay.fix(decided.sample)
    assert (fix.label, fix.ambiguous, fix.tags) == (None, True, ())


def test_all_doubtful_labels_can_be_shown(qtbot, view):
    likely = view.grid.samples.rowCount()
    click(qtbot, view.extent_control.findChild(object, "all_issues_button"))
    assert view.grid.samples.rowCount() > likely
    click(qtbot, view.extent_control.findChild(object, "likely_issues_button"))
    assert view.grid.samples.rowCount() == likely


def test_a_sample_of_another_split_is_shown_after_its_evaluation(qtbot, view, searched):
    from studio.insight import evaluate

    wanted = issue(view)
    with qtbot.waitSignal(view.session.split_requested) as asked:
        click(qtbot, view.card.open_button)
    assert asked.args == [wanted.split]
    evaluation = evaluate(searched[0] / searched[1], wanted.split)
    view.session.begin(searched[1], wanted.split)
    with qtbot.waitSignal(view.session.samples_requested) as requested:
        view.session.show(evaluation)
    (position,) = requested.args[0]
    assert evaluation.sample_id(position) == wanted.sample


def test_a_search_can_be_cancelled_and_finished(qtbot, open_view, searched, tmp_path):
    copy = tmp_path / "copied"
    shutil.copytree(searched[0], copy)
    shutil.rmtree(copy / searched[1] / "label_issues")
    view = open_view(copy)
    button = view.panel.message.findChild(object, "empty_action")
    qtbot.waitUntil(button.isVisible, timeout=WAIT)
    assert view.panel.message.title() == "Find labels that are probably wrong"
    click(qtbot, button)
    assert view.panel.cancel_button.isVisible()
    with qtbot.waitSignal(view.search.cancelled, timeout=WAIT):
        click(qtbot, view.panel.cancel_button)
    assert view.panel.message.title() == "Search cancelled"
    click(qtbot, button)
    qtbot.waitUntil(view.grid.isVisible, timeout=WAIT)
    assert (copy / searched[1] / "label_issues" / "train.json").exists()


def test_the_test_split_needs_no_training(qtbot, view):
    click(qtbot, view.split_control.findChild(object, "issues_test_button"))
    button = view.panel.message.findChild(object, "empty_action")
    qtbot.waitUntil(button.isVisible, timeout=WAIT)
    click(qtbot, button)
    qtbot.waitUntil(view.grid.isVisible, timeout=WAIT)
    assert "among 359 samples;" in view.summary.text()


def test_a_failed_search_says_why(qtbot, open_view, searched, tmp_path):
    view = open_view(tmp_path)
    with qtbot.waitSignal(view.failed, timeout=WAIT):
        pass
    assert view.panel.message.title() == "The search failed"
    assert view.panel.message.findChild(object, "empty_action").text() == "Try again"


def test_no_issues_are_no_proof(view):
    from studio.insight.label_issues.gallery import IssueGallery

    report = LabelIssueReport("test", 359, 0, ())
    images = np.empty((0, 1, 8, 8), np.uint8)
    view._on_loaded(IssueGallery(report, images, (), ("0", "1")), None)
    assert view.panel.message.title() == "No label issues found"
