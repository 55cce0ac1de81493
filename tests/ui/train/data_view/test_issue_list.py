"""The issues of a dataset as rows to open."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QScrollArea

from studio.ui.train.data_view.issue_list import MAX_COLLAPSED, IssueList
from studio.ui.train.data_view.issue_row import affected_text
from tests.ui.train.own_dataset import issue


@pytest.fixture
def listed(qtbot):
    made = IssueList()
    qtbot.addWidget(made)
    made.resize(760, 300)
    made.set_issues(
        [
            issue("single", "stop", ()),
            issue("unreadable", "warn", (), ("a.jpg", "b.jpg")),
            issue("copies", "warn", (3, 4)),
            issue("dark", "note", (5,)),
            issue("balance", "note", ()),
        ]
    )
    with qtbot.waitExposed(made):
        made.show()
    return made


def shown(listed):
    return [row for row in listed.rows() if row.isVisible()]


def test_the_three_most_severe_issues_are_shown_and_the_others_by_a_button(qtbot, listed):
    assert len(shown(listed)) == MAX_COLLAPSED
    more = listed.findChild(QPushButton, "findings_more")
    assert more.text() == "Show all 5"
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert len(shown(listed)) == 5
    assert more.text() == "Show fewer"
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert len(shown(listed)) == MAX_COLLAPSED


def test_no_row_is_cut_where_there_is_no_room_for_all(qtbot, listed):
    qtbot.mouseClick(listed.findChild(QPushButton, "findings_more"), Qt.MouseButton.LeftButton)
    view = listed.findChild(QScrollArea).viewport()
    for height in range(120, 320, 7):
        listed.set_max_height(height)
        ends = [row.geometry().bottom() + 1 for row in shown(listed)]
        qtbot.waitUntil(lambda ends=ends: view.height() in ends)


def test_severity_is_text_not_only_a_color(listed):
    names = [row.accessibleName() for row in listed.rows()]
    assert names[0] == "Stops training: Title of single"
    assert names[1].startswith("Warning: ")
    assert names[3].startswith("Note: ")
    assert listed.rows()[0].accessibleDescription() == "Advice on single."


def test_a_click_opens_the_issue(qtbot, listed):
    row = listed.rows()[2]
    with qtbot.waitSignal(listed.opened) as opened:
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=row.rect().center())
    assert opened.args == [row.issue]


def test_so_does_enter(qtbot, listed):
    row = listed.rows()[1]
    row.setFocus()
    with qtbot.waitSignal(listed.opened):
        qtbot.keyClick(row, Qt.Key.Key_Return)


def test_an_issue_without_samples_opens_nothing(qtbot, listed):
    row = listed.rows()[0]
    with qtbot.assertNotEmitted(listed.opened):
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=row.rect().center())
    assert row.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_it_stays_within_its_height(qtbot, listed):
    listed.set_max_height(120)
    qtbot.mouseClick(listed.findChild(QPushButton, "findings_more"), Qt.MouseButton.LeftButton)
    assert listed.sizeHint().height() <= 140


@pytest.mark.parametrize("height", [120, 160, 200, 260])
@pytest.mark.parametrize("unfolded", [False, True])
def test_no_row_is_cut(qtbot, listed, height, unfolded):
    listed.set_max_height(height)
    if unfolded:
        qtbot.mouseClick(listed.findChild(QPushButton, "findings_more"), Qt.MouseButton.LeftButton)
    room = listed.findChild(QScrollArea)
    qtbot.waitUntil(lambda: room.height() in [r.y() + r.height() for r in shown(listed)])


def test_long_texts_wrap(qtbot, listed):
    long = issue()
    object.__setattr__(long, "advice", "word " * 80)
    short = listed.rows()[0].height()
    listed.set_issues([long])
    assert listed.rows()[0].height() > short


def test_rows_made_out_of_sight_fit_when_they_are_seen(qtbot, listed):
    listed.hide()
    listed.set_issues([issue(), issue("dark", "note")])
    with qtbot.waitExposed(listed):
        listed.show()
    for row in listed.rows():
        assert row.height() == row.heightForWidth(row.width())


def test_few_need_no_button_and_none_no_list(listed):
    listed.set_issues([issue()])
    assert not listed.findChild(QPushButton, "findings_more").isVisible()
    listed.set_issues([])
    assert not listed.isVisible()


def test_the_number_of_affected_samples_and_files():
    assert affected_text(issue(rows=(1,))) == "1 sample"
    assert affected_text(issue(rows=range(1200), files=("a", "b"))) == "1,200 samples, 2 files"
    assert affected_text(issue(rows=())) == ""
