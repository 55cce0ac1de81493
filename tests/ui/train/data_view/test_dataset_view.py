"""The Data view, driven as a user would."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QTableView, QWidget

from studio.errors import DatasetError, LayoutError
from studio.ui import theme
from studio.ui.train.data_view.dataset_view import DatasetView
from tests.ui.train.conftest import child, click
from tests.ui.train.own_dataset import issue, preview


@pytest.fixture
def view(qtbot):
    theme.apply(QApplication.instance(), "light")
    view = DatasetView()
    qtbot.addWidget(view)
    view.resize(800, 600)
    with qtbot.waitExposed(view):
        view.show()
    return view


def text(view, name):
    return child(view, name, QLabel).text()


def open_class(qtbot, view, label):
    board = view.overview.classes
    inside = board.row_layout().tiles.center().toPoint()
    spot = board.visualRect(board.model().index(label)).topLeft() + inside
    qtbot.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def rename(qtbot, view, label, name):
    view.overview.classes.edit_name(label)
    editor = view.overview.classes.findChild(QLineEdit)
    qtbot.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(editor, Qt.Key.Key_Delete)
    qtbot.keyClicks(editor, name)
    with qtbot.waitSignal(view.renamed) as renamed:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.overview.classes.findChild(QLineEdit) is None)
    return renamed.args[0]


def names(view):
    model = view.overview.classes.model()
    return [model.index(row).data() for row in range(model.rowCount())]


# What is there


def test_without_a_set_it_says_what_to_do(qtbot, view):
    assert view.currentWidget() is view.empty
    view.show_empty("MNIST is not here", "Download it.")
    assert view.empty.title() == "MNIST is not here"
    with qtbot.waitSignal(view.folder_wanted):
        click(qtbot, view, "empty_action")


def test_loading_shows_the_shape_of_what_comes(view):
    view.show_loading("Reading mine")
    view.show_loading("Reading mine: 3 of 9")
    assert view.currentWidget() not in (view.empty, view.overview)
    assert text(view, "data_doing") == "Reading mine: 3 of 9"


def test_a_set_shows_its_classes_and_figures(view):
    view.show_preview(preview())
    assert view.currentWidget() is view.overview
    assert names(view) == ["cat", "dog", "ship"]
    assert text(view, "data_title") == "mine"
    assert text(view, "data_figures") == "22 samples · 3 classes · 8 × 8, color"


def test_a_dataset_without_issues_says_so(view):
    view.show_preview(preview())
    assert not view.overview.issues.isVisible()
    said = child(view, "data_clean").findChildren(QLabel)
    assert "No issues found in 22 images" in [label.text() for label in said]
    view.show_preview(preview([issue()]))
    assert not child(view, "data_clean").isVisible()
    assert view.overview.issues.isVisible()


def test_a_subset_shows_the_unused_samples(view):
    known = preview()
    view.show_preview(known)
    whole = view.overview.classes.classes.segment_names
    object.__setattr__(known.report.classes[0], "train", 1)
    view.show_empty("", "")
    view.show_preview(known)
    assert view.overview.classes.classes.segment_names == (*whole, "unused")
    assert "5 unused" in view.overview.classes.classes.description(0)


def test_a_wrong_layout_is_explained_with_drawings(view):
    error = LayoutError("No class folders.", "Make some.", ("pictures right on top: 3", "x: 1"))
    view.show_problem(error)
    assert view.currentWidget() is view.problem
    assert text(view, "layout_message") == "No class folders."
    assert text(view, "layout_hint") == "Make some."
    assert "pictures right on top: 3" in text(view, "layout_found")
    assert child(view, "csv_example").isVisible()


def test_another_problem_needs_no_drawings(view):
    view.show_problem(DatasetError("The disk is full.", "Make room."))
    assert text(view, "layout_message") == "The disk is full."
    assert not child(view, "csv_example").isVisible()
    assert not child(view, "layout_found").isVisible()


def test_the_list_can_be_exported(qtbot, view):
    view.show_preview(preview())
    with qtbot.waitSignal(view.export_wanted):
        click(qtbot, view, "export_list_button")


# The samples


def test_a_class_opens_with_all_its_samples_and_escape_leads_back(qtbot, view):
    view.show_preview(preview())
    open_class(qtbot, view, 1)
    assert view.currentWidget() is view.browser
    assert view.browser.title() == "dog · 6 samples"
    assert view.browser.grid.samples.positions().tolist() == list(range(12, 18))
    qtbot.keyClick(view.browser.grid, Qt.Key.Key_Escape)
    assert view.currentWidget() is view.overview


def test_escape_is_taken_from_the_window_only_while_browsing(qtbot, view):
    view.show_preview(preview())
    stopped = QPushButton("Stop", view, shortcut="Esc")
    stopped.show()
    with qtbot.waitSignal(stopped.clicked):
        qtbot.keyClick(view.overview.classes, Qt.Key.Key_Escape)
    open_class(qtbot, view, 0)
    with qtbot.assertNotEmitted(stopped.clicked):
        qtbot.keyClick(view.browser.grid, Qt.Key.Key_Escape)


def test_the_back_button_leads_back(qtbot, view):
    view.show_preview(preview())
    open_class(qtbot, view, 1)
    click(qtbot, view, "browser_back")
    assert view.currentWidget() is view.overview


def test_a_sample_is_shown_enlarged_with_its_facts(qtbot, view):
    view.show_preview(preview())
    open_class(qtbot, view, 1)
    grid, detail = view.browser.grid, view.browser.detail
    assert detail.facts()["File"] == "dog/012.png"
    spot = grid.visualRect(grid.model().index(2, 0)).center()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert detail.facts() == {
        "Class": "dog",
        "Split": "training",
        "File": "dog/014.png",
        "File size": "640 × 480 pixels",
        "Input size": "8 × 8 pixels",
    }
    assert detail.image.image()[1, 1].tolist() == [60, 60, 60]
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert detail.facts()["File"] == "dog/015.png"


def test_an_issue_opens_its_samples_in_their_order(qtbot, view):
    view.show_preview(preview([issue(rows=(20, 3))]))
    row = child(view, "finding_copies")
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=row.rect().center())
    assert view.browser.title() == "Title of copies · 2 samples"
    assert text(view, "browser_advice") == "Advice on copies."
    assert view.browser.grid.samples.positions().tolist() == [20, 3]
    assert not view.browser.files.isVisible()


def test_skipped_files_are_listed_with_their_reasons(qtbot, view):
    view.show_preview(preview([issue(rows=(), files=("cat/a.jpg", "b.txt"))]))
    row = child(view, "finding_copies")
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=row.rect().center())
    table = child(view, "stray_table", QTableView).model()
    said = [[table.index(row, column).data() for column in (0, 1)] for row in (0, 1)]
    assert said == [["cat/a.jpg", "cut off"], ["b.txt", "cut off"]]
    assert not view.browser.grid.isVisible()


def test_another_set_closes_the_browser_and_the_same_one_does_not(qtbot, view):
    first = preview()
    view.show_preview(first)
    open_class(qtbot, view, 1)
    view.show_preview(first)
    assert view.currentWidget() is view.browser
    view.show_preview(preview())
    assert view.currentWidget() is view.overview
    assert view.browser.grid.samples.rowCount() == 0


# Names


def test_a_renamed_class_is_emitted_as_pairs(qtbot, view):
    view.show_preview(preview())
    assert rename(qtbot, view, 1, "hound") == (("dog", "hound"),)
    assert text(view, "rename_notice") == "“dog” is renamed to “hound”. No file is changed."


def test_the_classes_stay_in_view_while_the_set_is_read_anew(qtbot, view):
    view.show_preview(preview())
    pairs = rename(qtbot, view, 1, "hound")
    view.show_loading("Reading mine")
    assert view.currentWidget() is view.overview
    assert text(view, "data_figures") == "Reading mine"
    view.show_preview(
        preview(rename=pairs, names=("cat", "hound", "ship"), originals=("cat", "dog", "ship"))
    )
    assert names(view) == ["cat", "hound", "ship"]
    assert "was dog" in view.overview.classes.classes.description(1)
    assert child(view, "rename_notice").isVisible()
    view.show_loading("Reading another")
    assert view.currentWidget() is not view.overview


def test_two_classes_of_one_name_are_merged(qtbot, view):
    view.show_preview(preview())
    pairs = rename(qtbot, view, 1, "cat")
    assert pairs == (("dog", "cat"),)
    assert "merged into one class" in text(view, "rename_notice")
    merged = preview(
        rename=pairs, names=("cat", "ship"), counts=(18, 4), originals=("cat", "dog", "ship")
    )
    view.show_preview(merged)
    assert "cat + dog" in view.overview.classes.classes.description(0)
    assert rename(qtbot, view, 0, "") == ()


def test_a_change_is_taken_back(qtbot, view):
    view.show_preview(preview())
    rename(qtbot, view, 1, "hound")
    with qtbot.waitSignal(view.renamed) as renamed:
        click(qtbot, view, "rename_undo")
    assert renamed.args == [()]
    assert not child(view, "rename_notice").isVisible()


def test_the_notice_goes_with_its_set(qtbot, view):
    view.show_preview(preview())
    rename(qtbot, view, 1, "hound")
    view.show_preview(preview())
    assert not child(view, "rename_notice").isVisible()


def test_so_it_does_where_both_sets_have_names_of_their_own(qtbot, view):
    first = preview(
        rename=(("dog", "hound"),), names=("cat", "hound"), counts=(4, 4), originals=("cat", "dog")
    )
    view.show_preview(first)
    assert rename(qtbot, view, 1, "") == ()
    other = preview()
    object.__setattr__(other, "config", other.config.model_copy(update={"path": "/elsewhere"}))
    view.show_preview(other)
    assert not child(view, "rename_notice").isVisible()


def test_a_second_change_keeps_the_first_that_is_still_being_read(qtbot, view):
    view.show_preview(preview())
    rename(qtbot, view, 1, "hound")
    assert rename(qtbot, view, 0, "tom") == (("cat", "tom"), ("dog", "hound"))


def test_a_class_is_excluded_and_included_again(qtbot, view):
    view.show_preview(preview())
    view.overview.classes.setCurrentIndex(view.overview.classes.model().index(2))
    with qtbot.waitSignal(view.renamed) as renamed:
        qtbot.keyClick(view.overview.classes, Qt.Key.Key_Delete)
    assert renamed.args == [(("ship", ""),)]
    two = preview(
        rename=renamed.args[0],
        names=("cat", "dog"),
        counts=(12, 6),
        originals=("cat", "dog", "ship"),
    )
    view.show_preview(two)
    assert text(view, "left_out_words") == "Excluded: “ship”"
    with qtbot.waitSignal(view.renamed) as renamed:
        click(qtbot, view, "put_back_button")
    assert renamed.args == [()]


def test_the_last_class_stays(qtbot, view):
    view.show_preview(preview(names=("cat",), counts=(12,)))
    view.overview.classes.setCurrentIndex(view.overview.classes.model().index(0))
    with qtbot.assertNotEmitted(view.renamed):
        qtbot.keyClick(view.overview.classes, Qt.Key.Key_Delete)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_can_be_painted(view, scheme):
    theme.apply(QApplication.instance(), scheme)
    states = [
        lambda: view.show_loading("Reading"),
        lambda: view.show_problem(LayoutError("No.", "Do.", ("nothing at all",))),
        lambda: view.show_preview(preview([issue()])),
        lambda: view.open_class(0),
    ]
    seen = [_image(view)]
    for show in states:
        show()
        seen.append(_image(view))
    assert all(a != b for i, a in enumerate(seen) for b in seen[:i])


def test_the_page_shows_it_beside_the_network(qtbot, page):
    view = child(page, "data_view")
    assert not view.isVisible()
    click(qtbot, page, "data_tab")
    assert view.isVisible()
    qtbot.waitUntil(lambda: view.currentWidget() is view.overview)
    assert len(names(view)) == 10


def _image(view: QWidget):
    return view.grab().toImage()
