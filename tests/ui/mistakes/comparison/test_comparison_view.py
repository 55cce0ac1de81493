"""The view "Comparison" of the Mistakes page, with real runs."""

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

WAIT = 30_000


@pytest.fixture
def view(qtbot, open_page, family):
    """The view of the child, compared with its parent."""
    runs_dir, data_dir, _, child = family
    found = open_page(runs_dir, data_dir, child).views.view("comparison")
    qtbot.waitUntil(lambda: found.comparison is not None, timeout=WAIT)
    return found


def click_tile(qtbot, grid, row):
    spot = grid.visualRect(grid.model().index(row, 0)).center()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def test_a_run_is_compared_with_its_parent(view, family):
    comparison, cards = view.comparison, view.board.cards
    assert (comparison.before.run, comparison.after.run) == family[2:]
    for key, pairs in (
        ("fixed", comparison.fixed),
        ("broken", comparison.broken),
        ("still_wrong", comparison.still_wrong),
    ):
        assert cards[key].grid.samples.rowCount() == len(pairs)
        assert cards[key].isVisible()
    assert view.summary.sentence.text().startswith(f"{len(comparison.fixed)} fixed, ")
    assert "accuracy on the same 356 samples" in view.summary.figures.text()
    assert view.summary.notes.text() == "Counted apart: 1 relabeled, 1 ambiguous, 1 excluded."


def test_each_image_shows_the_probability_before_and_after(view):
    comparison, grid = view.comparison, view.board.cards["fixed"].grid
    before, after = comparison.fixed[0]
    label = comparison.after.labels[after]
    old, new = comparison.before.probabilities[before], comparison.after.probabilities[after]
    caption = grid.samples.index(0, 0).data()
    assert caption.startswith(f"{label}: ")
    assert caption.endswith(" %")
    assert old[label] < 0.5 < new[label] or " → " in caption
    tiles = view.board.cards["fixed"].group.tiles
    assert tiles.details(int(after)) == (f"was {old.argmax()}",)


def test_changed_samples_are_counted_apart(view):
    tiles = view.board.cards["apart"].group.tiles
    assert [tiles.details(row)[0] for row in range(3)] == ["relabeled", "ambiguous", "excluded"]
    assert " → " in tiles.caption(0)
    assert "before: label" in tiles.description(2)
    assert "after" not in tiles.description(2)


def test_a_click_opens_the_sample_in_the_grid(qtbot, view):
    wanted = []
    view.session.sample_requested.connect(wanted.append)
    click_tile(qtbot, view.board.cards["fixed"].grid, 0)
    assert wanted == [int(view.comparison.fixed[0, 1])]
    del wanted[:]
    apart = view.board.cards["apart"].grid
    view.window().views.open("comparison")
    click_tile(qtbot, apart, 2)  # the excluded one is in no split
    assert wanted == []
    view.board.cards["broken"].grid.setFocus()
    if len(view.comparison.broken):
        view.board.cards["broken"].grid.select_row(0)
        QTest.keyClick(view.board.cards["broken"].grid, Qt.Key.Key_Return)
        assert wanted == [int(view.comparison.broken[0, 1])]


def test_keeping_the_fixes_ends_the_question(qtbot, view):
    assert view.undo_button.isVisible()
    qtbot.mouseClick(view.keep_button, Qt.MouseButton.LeftButton)
    assert not view.keep_button.isVisible()
    assert not view.undo_button.isVisible()


def test_undoing_the_fixes_shows_the_parent_and_can_be_undone(qtbot, open_page, family, tmp_path):
    runs_dir, data_dir, parent, child = family
    own_data = tmp_path / "data"
    shutil.copytree(data_dir, own_data)
    page = open_page(runs_dir, own_data, child)
    view, fixes = page.views.view("comparison"), page.session.fixes
    qtbot.waitUntil(lambda: view.comparison is not None and fixes.is_ready, timeout=WAIT)
    before = dict(fixes.fixes)
    qtbot.mouseClick(view.undo_button, Qt.MouseButton.LeftButton)
    assert dict(fixes.fixes) == {}
    assert page.session.run == parent
    page.show_run(child)
    qtbot.waitUntil(lambda: view.comparison is not None, timeout=WAIT)
    assert not view.undo_button.isVisible()  # they are undone
    fixes.undo()
    assert view.undo_button.isVisible()
    assert dict(fixes.fixes) == before
    qtbot.waitUntil(lambda: fixes.is_saved, timeout=WAIT)


def test_a_retrained_run_is_shown_to_those_who_wait(qtbot, open_page, family):
    runs_dir, data_dir, parent, child = family
    page = open_page(runs_dir, data_dir, parent)
    page.views.open("samples")
    page.offer_comparison(child, parent)
    assert page.session.run == parent
    assert "is trained with your fixes" in page.banner.text()
    page.views.open("comparison")
    page.offer_comparison(child, parent)
    assert page.session.run == child


def test_little_space_shows_one_group_in_tabs(qtbot, view):
    assert not view.board.tabs.isVisible()
    view.board.setMaximumWidth(700)
    qtbot.waitUntil(view.board.tabs.isVisible)
    shown = [key for key, card in view.board.cards.items() if card.isVisible()]
    assert len(shown) == 1
    view.board.tabs.setCurrentIndex(3)
    assert view.board.cards["apart"].isVisible()
    assert view.board.tabs.tabText(3) == "Counted apart · 3"


def test_without_another_run_the_view_says_what_to_do(qtbot, open_page, trained, tmp_path):
    runs_dir, run = trained
    view = open_page(runs_dir, tmp_path, run).views.view("comparison")
    qtbot.waitUntil(lambda: view.stack.currentWidget() is view.empty, timeout=WAIT)
    assert view.empty.title() == "There is no other run on this dataset"
    assert not view.picker.isVisible()


def test_a_run_without_readable_weights_is_refused_and_another_chosen(
    qtbot, open_page, family, tmp_path
):
    runs_dir = tmp_path / "runs"
    shutil.copytree(family[0], runs_dir)
    (runs_dir / family[2] / "weights" / "best.safetensors").write_bytes(b"damaged")
    view = open_page(runs_dir, family[1], family[3]).views.view("comparison")
    qtbot.waitUntil(lambda: view.stack.currentWidget() is view.empty, timeout=WAIT)
    assert view.empty.title() == "These runs cannot be compared"
    assert view.picker.isVisible()
