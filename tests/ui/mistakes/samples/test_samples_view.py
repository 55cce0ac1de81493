import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu

from studio.ui.mistakes.samples.sample_filter import Outcome, SortKey
from studio.ui.mistakes.samples.samples_view import SamplesView

SAMPLES = [(0, 0, 0.9), (0, 1, 0.6), (0, 1, 0.8), (1, 1, 0.5), (1, 2, 0.7), (2, 2, 0.99)]


@pytest.fixture
def view(qtbot, make_session, make_evaluation):
    view = SamplesView(make_session())
    qtbot.addWidget(view)
    view.resize(1100, 700)
    view.show()
    view.session.show(make_evaluation(SAMPLES))
    return view


def click_cell(qtbot, view, true, predicted):
    matrix = view.confusion_card.view
    qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=matrix.cell_center(true, predicted))


def click_tile(qtbot, view, row):
    grid = view.grid
    spot = grid.visualRect(grid.model().index(row, 0)).center()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def click_row(qtbot, table, row):
    spot = table.visualRect(table.model().index(row, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def click(qtbot, widget):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_the_worst_mistake_stands_large_at_once(view):
    assert view.shown().tolist() == [2, 4, 1]
    assert view.grid.selected_position() == 2
    assert view.detail.title.text() == "a predicted as b"
    assert view.filter_bar.count_label.text() == "3 mistakes"


def test_a_cell_filters_the_grid_and_a_second_click_frees_it(qtbot, view):
    click_cell(qtbot, view, 0, 1)
    assert view.shown().tolist() == [2, 1]
    assert view.filter_bar.chips.texts() == ["a predicted as b"]
    click_cell(qtbot, view, 0, 1)
    assert view.shown().tolist() == [2, 4, 1]


def test_a_sample_opens_with_all_there_is_to_say(qtbot, view):
    click_tile(qtbot, view, 1)
    facts = view.detail.facts
    assert (facts.true, facts.predicted, facts.name) == ("b", "c", "test:4")
    assert facts.loss == pytest.approx(-np.log(0.15), abs=1e-5)
    assert view.detail.bars.values()[0] == ("c", pytest.approx(0.7))
    assert np.array_equal(view.detail.image_view.image(), view.evaluation.images[4, 0])
    assert view.detail.rank.text() == "2 of 3"


@pytest.fixture
def own_images(view, make_evaluation, tmp_path):
    """The view with own images: files in a folder that is there."""
    files = tuple(f"{'abc'[true]}/IMG_{k}.png" for k, (true, _, _) in enumerate(SAMPLES))
    for file in files:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes(b"image")
    known = make_evaluation(SAMPLES)
    view.session.show(dataclasses.replace(known, files=files, source=tmp_path))
    return view


def open_menu(widget):
    """Ask for the context menu as the right mouse button does."""
    spot = widget.rect().center()
    QApplication.sendEvent(
        widget,
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, widget.mapToGlobal(spot)),
    )


def choose(qtbot, view, name):
    menu = view.findChild(QMenu, "sample_menu")
    action = next(action for action in menu.actions() if action.text() == name)
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_an_own_image_has_its_file_name_everywhere(own_images, tmp_path):
    name, path = "IMG_2.png", tmp_path / "a" / "IMG_2.png"
    assert own_images.detail.facts.name == name
    assert own_images.detail.sample_name.text() == name
    assert own_images.detail.sample_name.tooltip_text == str(path)
    grid = own_images.grid
    assert grid.samples.table.details(2) == ("loss 2.30", name)
    tooltip = grid.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert str(path) in tooltip.replace("\n", "")  # in short lines, a long path over several


def test_a_sample_of_a_dataset_is_named_by_its_split_and_place(view):
    assert view.detail.sample_name.text() == "test:2"
    assert view.grid.samples.table.details(2)[1] == "test:2"


@pytest.mark.parametrize("opens", [True, False])
@pytest.mark.parametrize(
    ("action", "opened"), [("Open image", "a/IMG_2.png"), ("Show in folder", "a")]
)
def test_an_own_image_can_be_opened_and_shown(
    qtbot, own_images, tmp_path, monkeypatch, action, opened, opens
):
    asked, failed = [], []
    monkeypatch.setattr(
        "studio.ui.shared.desktop.QDesktopServices.openUrl", lambda url: asked.append(url) or opens
    )
    own_images.open_failed.connect(failed.append)
    for widget in (own_images.grid.viewport(), own_images.detail.image_view):
        open_menu(widget)
        choose(qtbot, own_images, action)
        assert asked.pop() == QUrl.fromLocalFile(str(tmp_path / opened))
    assert len(failed) == (0 if opens else 2)
    assert all(str(tmp_path / opened) in text for text in failed)


def test_an_image_that_is_gone_is_said(qtbot, own_images, tmp_path):
    (tmp_path / "a" / "IMG_2.png").unlink()
    open_menu(own_images.grid.viewport())
    with qtbot.waitSignal(own_images.open_failed) as failed:
        choose(qtbot, own_images, "Open image")
    assert "no longer exists" in failed.args[0]


def test_a_sample_without_a_file_offers_only_its_name(qtbot, view):
    open_menu(view.grid.viewport())
    menu = view.findChild(QMenu, "sample_menu")
    texts = [action.text() for action in menu.actions()]
    assert "Open image" not in texts
    assert "Show in folder" not in texts
    choose(qtbot, view, "Copy name")
    assert QApplication.clipboard().text() == "test:2"


def test_images_of_an_archive_lead_to_the_archive(view, make_evaluation, tmp_path):
    known = make_evaluation(SAMPLES)
    files = tuple(f"{k}.png" for k in range(len(SAMPLES)))
    view.session.show(dataclasses.replace(known, files=files, source=tmp_path / "a.zip"))
    assert view.detail.sample_name.tooltip_text == f"2.png in {tmp_path / 'a.zip'}"
    open_menu(view.grid.viewport())
    menu = view.findChild(QMenu, "sample_menu")
    texts = [action.text() for action in menu.actions()]
    assert ("Show in folder" in texts, "Open image" in texts) == (True, False)
    menu.close()


def test_previous_and_next_walk_through_what_is_shown(qtbot, view):
    detail = view.detail
    assert not detail.previous_button.isEnabled()
    click(qtbot, detail.next_button)
    click(qtbot, detail.next_button)
    assert view.grid.selected_position() == 1
    assert not detail.next_button.isEnabled()
    click(qtbot, detail.previous_button)
    assert view.grid.selected_position() == 4


def test_a_filter_keeps_the_sample_if_it_still_shows(qtbot, view):
    click_tile(qtbot, view, 2)
    click_cell(qtbot, view, 0, 1)
    assert view.grid.selected_position() == 1
    click_cell(qtbot, view, 1, 2)
    assert view.grid.selected_position() == 4


def test_a_cell_of_the_diagonal_shows_what_was_read_right(qtbot, view):
    click_cell(qtbot, view, 2, 2)
    assert view.shown().tolist() == [5]
    assert view.detail.title.text() == "c predicted correctly"


def test_an_empty_cell_says_so_and_offers_the_way_back(qtbot, view):
    click_cell(qtbot, view, 2, 0)
    assert view.browser.no_match.isVisible()
    assert not view.detail.isVisible()
    assert view.browser.no_match.title() == "No samples: c predicted as a"
    view.browser.no_match.action_clicked.emit()
    assert view.grid.isVisible()
    assert view.detail.isVisible()


def test_the_most_confused_pair_is_a_filter(qtbot, view):
    table = view.class_tables.pair_table
    click_row(qtbot, table, 0)
    assert view.filter_model.filter.cell == (0, 1)
    assert view.confusion_card.view.selected_cell() == (0, 1)


def test_a_class_row_is_a_filter(qtbot, view):
    view.class_tables.tabs.setCurrentIndex(1)
    click_row(qtbot, view.class_tables.class_table, 1)
    assert view.shown().tolist() == [4]
    assert view.confusion_card.view.selected_cell() is None


def test_a_cell_marks_its_row_in_the_table(qtbot, view):
    click_cell(qtbot, view, 1, 2)
    marked = view.class_tables.pair_table.selectionModel().selectedRows()
    assert [index.row() for index in marked] == [1]


def test_escape_in_the_grid_frees_the_filter(qtbot, view):
    click_cell(qtbot, view, 0, 1)
    view.grid.setFocus()
    qtbot.keyClick(view.grid, Qt.Key.Key_Escape)
    assert not view.filter_model.filter.has_class
    assert view.confusion_card.view.selected_cell() is None


def test_letters_walk_from_anywhere_on_the_page(qtbot, view):
    view.window().activateWindow()
    view.confusion_card.view.setFocus()
    qtbot.waitUntil(lambda: view.confusion_card.view.hasFocus())
    qtbot.keyClick(view.confusion_card.view, Qt.Key.Key_N)
    assert view.grid.selected_position() == 4
    qtbot.keyClick(view.confusion_card.view, Qt.Key.Key_P)
    assert view.grid.selected_position() == 2


def test_another_order_keeps_the_open_sample(qtbot, view):
    wanted = view.filter_model.filter
    view.filter_model.set_filter(wanted.__class__(sort=SortKey.INDEX))
    assert view.shown().tolist() == [1, 2, 4]
    assert view.grid.selected_position() == 2
    assert view.detail.rank.text() == "2 of 3"


def test_no_mistakes_at_all_is_said_and_leads_to_the_hardest(qtbot, view, make_evaluation):
    view.session.show(make_evaluation([(0, 0, 0.9), (1, 1, 0.5)]))
    assert view.browser.no_mistakes.isVisible()
    assert view.browser.no_mistakes.title() == "No mistakes in this split"
    view.browser.no_mistakes.action_clicked.emit()
    assert view.filter_model.filter.outcome is Outcome.ALL
    assert view.shown().tolist() == [1, 0]


def test_an_empty_split_is_said(view, make_evaluation):
    view.session.show(make_evaluation([]))
    assert view.browser.no_match.isVisible()
    assert view.browser.no_match.title() == "This split is empty"
