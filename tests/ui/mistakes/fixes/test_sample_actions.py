"""Label fixes by key and from the menu, in the grid."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu

from studio.data.overlay import SampleFix, load_overlay
from studio.ui.mistakes.fixes.fixes_bar import FixesBar
from studio.ui.mistakes.samples.sample_filter import FixState, accuracy_text

NO_MODIFIER, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def press(qtbot, view, *keys, modifier=NO_MODIFIER):
    for key in keys:
        qtbot.keyClicks(view.grid, key, modifier)


def fixes_of(view):
    return dict(view.session.fixes.fixes)


def badges(view, position):
    return [badge.text for badge in view.grid.samples.badges(position)]


def test_a_key_relabels_and_moves_on(qtbot, view):
    press(qtbot, view, "c", "0")
    assert fixes_of(view) == {"test:2": SampleFix("c"), "test:4": SampleFix("a")}
    assert view.grid.selected_position() == 1
    assert badges(view, 2) == ["→ c"]
    press(qtbot, view, "b")  # the last one stays
    assert view.grid.selected_position() == 1


def test_no_sample_is_skipped_when_changed_ones_leave_the_grid(qtbot, view):
    view.filter_model.change(fix=FixState.UNCHANGED)
    press(qtbot, view, "c", "c")
    assert set(fixes_of(view)) == {"test:2", "test:4"}
    assert view.grid.selected_position() == 1


def test_the_label_of_the_files_takes_a_relabeling_back(qtbot, view):
    press(qtbot, view, "c")
    view.grid.select_position(2)
    press(qtbot, view, "a", modifier=SHIFT)  # with Shift, a command
    assert fixes_of(view) == {"test:2": SampleFix("c", ambiguous=True)}
    view.grid.select_position(2)
    press(qtbot, view, "a")
    assert fixes_of(view) == {"test:2": SampleFix(ambiguous=True)}


def test_samples_are_excluded_marked_and_included_again(qtbot, view):
    press(qtbot, view, "x")
    assert badges(view, 2) == ["excluded"]
    assert view.grid.selected_position() == 4
    view.grid.select_position(2)
    assert view.fix_line.text.text() == "Excluded"
    press(qtbot, view, "x")
    assert fixes_of(view) == {}
    assert view.grid.selected_position() == 2
    assert view.fix_line.isHidden()


def test_several_samples_are_one_change(qtbot, view):
    view.grid.set_multiple(True)
    view.grid.selectAll()
    press(qtbot, view, "b")
    assert fixes_of(view) == {"test:1": SampleFix("b"), "test:2": SampleFix("b")}
    view.grid.selectAll()
    press(qtbot, view, "x")
    assert len(fixes_of(view)) == 3
    assert len(view.session.fixes.overlay.operations) == 2
    view.session.fixes.undo()
    view.session.fixes.undo()
    assert fixes_of(view) == {}


def test_each_change_is_saved_at_once(qtbot, view):
    with qtbot.waitSignal(view.session.fixes.state_changed, timeout=5000):
        press(qtbot, view, "c", "x")
    qtbot.waitUntil(lambda: view.session.fixes.is_saved)
    saved = load_overlay(view.session.fixes.path)
    assert dict(saved.fixes) == fixes_of(view)
    assert view.session.fixes.path.name == "made.json"


def test_a_tag_is_asked_for(qtbot, view):
    press(qtbot, view, "t")
    dialog = view.findChild(QInputDialog, "tag_dialog")
    dialog.setTextValue(" blurry ")
    dialog.accept()
    assert badges(view, 2) == ["#blurry"]
    assert view.session.fixes.tags() == ["blurry"]


def test_the_list_of_classes_relabels(qtbot, view):
    press(qtbot, view, "l")
    menu = view.findChild(QMenu, "relabel_menu")
    assert [action.text() for action in menu.actions()] == ["a\t0", "b\t1", "c\t2"]
    assert [action.isChecked() for action in menu.actions()] == [True, False, False]
    menu.actions()[2].trigger()
    menu.close()
    assert fixes_of(view) == {"test:2": SampleFix("c")}


def open_menu(view):
    place = view.grid.visualRect(view.grid.currentIndex()).center()
    viewport = view.grid.viewport()
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, place, viewport.mapToGlobal(place))
    QApplication.sendEvent(viewport, event)
    return view.findChildren(QMenu, "sample_menu")[-1]  # closed ones are deleted later


def choose(menu, text):
    action = next(a for a in menu.actions() if a.text().split("\t")[0] == text)
    assert action.isEnabled()
    action.trigger()
    menu.close()


def test_the_menu_fixes_copies_and_draws(qtbot, view):
    choose(open_menu(view), "Exclude")
    view.grid.select_position(2)
    choose(open_menu(view), "Include again")
    assert fixes_of(view) == {}
    choose(open_menu(view), "Copy image")
    assert QApplication.clipboard().image().width() == 8
    with qtbot.waitSignal(view.session.draw_requested) as drawn:
        choose(open_menu(view), "Send to Draw")
    assert drawn.args[0].shape == (1, 8, 8)


def test_labels_of_a_run_with_fixes_are_its_own_and_removed_fixes_are_marked(view):
    evaluation = view.evaluation
    trained = dataclasses.replace(evaluation, fixes={"test:2": SampleFix(ambiguous=True)})
    view.session.show(trained)
    assert badges(view, 2) == ["fix removed"]
    view.grid.select_position(2)
    assert "removed" in view.fix_line.text.text()
    assert not view.session.fixes.is_trained
    view.session.fixes.set_ambiguous([2], True)
    assert badges(view, 2) == ["ambiguous"]
    assert view.session.fixes.is_trained


@pytest.fixture
def bar(qtbot, view):
    bar = FixesBar(view.session.fixes, view.session.context.tasks, view)
    qtbot.addWidget(bar)
    bar.show()
    return bar


def test_the_bar_counts_undoes_and_redoes(qtbot, view, bar):
    assert (bar.button.text(), bar.undo_button.isEnabled()) == ("No fixes", False)
    press(qtbot, view, "c", "x")
    qtbot.waitUntil(lambda: view.session.fixes.is_saved)
    assert bar.button.text() == "2 fixes"
    assert "Excluded: test:4" in bar.undo_button.toolTip()
    assert view.grid.selected_position() == 1
    bar.undo_button.click()
    assert bar.button.text() == "1 fix"
    assert view.grid.selected_position() == 4  # the sample of the change
    assert "Excluded: test:4" in bar.redo_button.toolTip()
    bar.redo_button.click()
    assert bar.button.text() == "2 fixes"


def test_the_list_of_changes_shows_and_removes_them(qtbot, view, bar):
    press(qtbot, view, "c", "x")
    bar.open_dialog()
    dialog = bar._dialog
    assert dialog.title.text() == "2 fixed samples"
    table = dialog.table.model()
    cells = [[table.index(row, c).data() for c in (0, 1)] for row in (0, 1)]
    assert cells == [["test:2", "Relabeled a → c"], ["test:4", "Excluded"]]
    dialog.table.selectRow(1)
    with qtbot.waitSignal(bar.sample_wanted) as wanted:
        dialog.show_button.click()
    assert wanted.args == [4]
    dialog.remove_button.click()
    assert fixes_of(view) == {"test:2": SampleFix("c")}
    dialog.close()
    qtbot.waitUntil(lambda: bar._dialog is None)


def test_fixes_are_exported_and_imported_elsewhere(qtbot, view, bar, tmp_path):
    press(qtbot, view, "c", "x")
    before, path = fixes_of(view), tmp_path / "f.csv"
    with qtbot.waitSignal(bar.reported):
        bar.transfer.export_to(str(path))
    view.session.fixes.undo()
    view.session.fixes.undo()
    with path.open("a") as file:
        file.write("test:99,,exclude,\ntest:1,z,relabel,\n")
    with qtbot.waitSignal(bar.reported) as reported:
        bar.transfer.import_from(str(path))
    assert fixes_of(view) == before
    assert reported.args == [
        "2 samples changed by f.csv. Skipped: 1 unknown sample (test:99), 1 unknown class (z).",
        "warn",
    ]
    view.session.fixes.undo()
    assert fixes_of(view) == {}


def test_a_failure_to_save_is_said_and_repaired(qtbot, view, bar):
    controller, folder = view.session.fixes, view.session.fixes.path.parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")
    with qtbot.waitSignal(controller.failed) as failed:
        press(qtbot, view, "c")
    assert "cannot be written" in str(failed.args[0])
    assert bar.button.text() == "Not saved"
    assert not controller.is_saved
    press(qtbot, view, "x")
    folder.unlink()
    controller.retry()
    qtbot.waitUntil(lambda: controller.is_saved)
    assert bar.button.text() == "2 fixes"
    assert dict(load_overlay(controller.path).fixes) == fixes_of(view)


def test_a_damaged_file_is_said_and_loaded_once_repaired(qtbot, view, bar):
    controller = view.session.fixes
    controller.path.parent.mkdir(parents=True, exist_ok=True)
    controller.path.write_text("{")
    evaluation = view.evaluation
    with qtbot.waitSignal(controller.failed):
        view.session.show(dataclasses.replace(evaluation))
    assert bar.button.text() == "Fixes cannot be read"
    with qtbot.waitSignal(view.open_failed):
        press(qtbot, view, "c")
    controller.path.unlink()
    controller.retry()
    qtbot.waitUntil(lambda: controller.is_ready)
    assert bar.button.text() == "No fixes"


def test_ambiguous_samples_are_no_mistakes_and_their_number_is_said(qtbot, view):
    evaluation = dataclasses.replace(view.evaluation, ambiguous_positions=np.array([2]))
    view.session.show(evaluation)
    assert view.shown().tolist() == [4, 1]
    assert accuracy_text(evaluation) == "60.0 % accuracy · 2 mistakes of 5 · 1 ambiguous"
    view.filter_model.show_all_samples()
    assert sorted(view.shown()) == list(range(6))
