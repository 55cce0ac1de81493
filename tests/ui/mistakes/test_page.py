import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt, QUrl
from PySide6.QtWidgets import QFileDialog, QPushButton

from studio.paths import window_state_dir
from studio.ui.mistakes.loading_view import PageSkeleton
from studio.ui.mistakes.page import MistakesPage
from studio.ui.window_state.state_file import write_state

WAIT = 30_000


@pytest.fixture
def make_page(qtbot, make_context):
    made = []

    def make(runs_dir, is_restored=False):
        context = make_context(runs_dir)
        if is_restored:
            context.window_state.open()
        page = MistakesPage(context)
        qtbot.addWidget(page)
        page.resize(1180, 800)
        made.append(page)
        page.show()
        return page

    yield make
    for page in made:
        page.shutdown()


@pytest.fixture
def page(qtbot, make_page, trained):
    """The page as it is after the newest run opened by itself."""
    page = make_page(trained[0])
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.views, timeout=WAIT)
    return page


def click(qtbot, widget, pos=None):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=pos or widget.rect().center())


def test_the_newest_run_opens_by_itself(page, trained):
    evaluation = page.samples_view.evaluation
    assert evaluation.run == page.picker.run == trained[1]
    assert page.picker.split == "test"
    wrong = int((evaluation.labels != evaluation.predicted).sum())
    assert page.headline.text().endswith(f"· {wrong} mistakes of {len(evaluation.labels)}")
    assert np.array_equal(page.samples_view.confusion_card.view.matrix(), evaluation.confusion)
    assert len(page.samples_view.shown()) == wrong > 1


def test_the_view_and_split_of_the_last_session_open_by_themselves(qtbot, make_page, trained):
    page = make_page(trained[0], is_restored=True)
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.views, timeout=WAIT)
    page.views.open("overview")
    with qtbot.waitSignal(page.loader.loaded, timeout=WAIT):
        page.session.split_requested.emit("val")
    page.context.window_state.close()
    again = make_page(trained[0], is_restored=True)
    qtbot.waitUntil(lambda: again.stack.currentWidget() is again.views, timeout=WAIT)
    assert (again.picker.run, again.picker.split) == (trained[1], "val")
    assert again.views.key == "overview"
    again.context.window_state.close()


def test_the_newest_run_opens_if_the_last_one_is_gone(qtbot, make_page, trained):
    folder = window_state_dir() / "window-1"
    folder.mkdir(parents=True)
    write_state(folder / "mistakes.json", {"run": "gone", "split": "train", "view": "map"})
    page = make_page(trained[0], is_restored=True)
    qtbot.waitUntil(lambda: page.picker.run == trained[1], timeout=WAIT)
    assert (page.picker.split, page.views.key) == ("test", "samples")
    page.context.window_state.close()


def test_the_headline_is_whole_on_a_narrow_page(qtbot, page):
    page.resize(864, 510)
    qtbot.waitUntil(lambda: page.headline.text().endswith("mistakes"))
    assert page.headline.shown_text() == page.headline.text()
    assert " mistakes of " in page.headline.tooltip_text
    page.resize(1200, 800)
    qtbot.waitUntil(lambda: " mistakes of " in page.headline.text())


def test_from_a_cell_to_an_opened_mistake_by_mouse(qtbot, page):
    evaluation = page.samples_view.evaluation
    true, read, count = evaluation.most_confused(1)[0]
    view = page.samples_view.confusion_card.view
    click(qtbot, view, view.cell_center(true, read))
    assert len(page.samples_view.shown()) == count
    grid = page.samples_view.grid
    spot = grid.visualRect(grid.model().index(0, 0)).center()
    click(qtbot, grid.viewport(), spot)
    facts = page.samples_view.detail.facts
    names = evaluation.class_names
    assert (facts.true, facts.predicted) == (names[true], names[read])
    assert len(page.samples_view.detail.bars.values()) == 5


def test_why_marks_the_pixels_of_the_open_sample(qtbot, page):
    qtbot.keyClick(page, Qt.Key.Key_W)
    pane = page.samples_view.detail.pane("saliency")
    for view in (pane.true_view, pane.predicted_view):
        qtbot.waitUntil(lambda view=view: view.heatmap() is not None, timeout=WAIT)
        assert view.isVisible()
        assert view.heatmap().shape == view.image().shape
        assert np.abs(view.heatmap()).max() <= 1


def test_another_split_is_evaluated(qtbot, page):
    with qtbot.waitSignal(page.loader.loaded, timeout=WAIT):
        page.picker.split_combo.setFocus()
        qtbot.keyClick(page.picker.split_combo, Qt.Key.Key_Down)
    assert page.samples_view.evaluation.split == "val"


def test_only_the_last_run_asked_for_is_shown(qtbot, page, trained):
    shown = []
    page.loader.loaded.connect(shown.append)
    for _ in range(3):
        page.show_run(trained[1])
    assert page.stack.currentWidget() is page.loading
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.views, timeout=WAIT)
    page.context.tasks.wait_all()
    qtbot.wait(0)
    assert len(shown) == 1


def test_cancelling_leads_to_an_offer_to_read_again(qtbot, page, trained):
    runs_dir, run = trained
    (runs_dir / run / "predictions" / "test.npz").unlink()  # or there is nothing to wait for
    page.show_run(run)
    with qtbot.waitSignal(page.loader.cancelled, timeout=WAIT):
        click(qtbot, page.loading.cancel_button)
    assert page.empty.title() == "Evaluation cancelled"
    page.empty.action_clicked.emit()
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.views, timeout=WAIT)


def test_a_run_that_is_gone_is_said_with_what_to_do(qtbot, page):
    page.show_run("20200101-000000-gone-0000")
    with qtbot.waitSignal(page.loader.failed, timeout=WAIT):
        pass
    assert page.banner.isVisible()
    assert "There is no run" in page.banner.text()
    assert page.empty.title() == "This model could not be evaluated"


def test_the_bundled_network_without_its_data_says_so_and_try_again_tries(qtbot, page):
    page.show_run("bundled")
    with qtbot.waitSignal(page.loader.failed, timeout=WAIT):
        pass
    assert page.banner.isVisible()
    with qtbot.waitSignal(page.loader.failed, timeout=WAIT):
        page.banner.action_clicked.emit()


def test_without_runs_the_page_leads_to_training(qtbot, make_page, tmp_path):
    page = make_page(tmp_path / "none")
    with qtbot.waitSignal(page.picker.run_picker.refreshed, timeout=WAIT):
        pass
    assert page.stack.currentWidget() is page.empty
    assert not page.export_button.isVisible()
    with qtbot.waitSignal(page.train_wanted):
        page.empty.action_clicked.emit()


def test_a_new_run_is_offered_without_leaving_the_present_one(qtbot, page):
    with qtbot.waitSignal(page.picker.run_picker.refreshed, timeout=WAIT):
        page.context.runs_changed.emit()
    assert page.stack.currentWidget() is page.views
    keys = [page.picker.run_picker.itemData(i) for i in range(page.picker.run_picker.count())]
    assert keys == [page.picker.run, "bundled"]


def test_draw_is_asked_for_with_the_run(qtbot, page, trained):
    with qtbot.waitSignal(page.open_draw) as asked:
        click(qtbot, page.draw_button)
    assert asked.args == [trained[1]]


def export(qtbot, page, suffix, path):
    """Choose a format from the button's menu, as a person would, and a file."""
    click(qtbot, page.export_button)
    menu = page.export_button.menu()
    qtbot.waitUntil(menu.isVisible)
    action = next(action for action in menu.actions() if action.objectName() == f"export_{suffix}")
    spot = menu.actionGeometry(action).center()
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=spot)
    dialog = page.findChild(QFileDialog, "export_dialog")
    assert dialog.defaultSuffix() == suffix
    assert dialog.nameFilters() == [f"{action.text().removesuffix('…')} (*.{suffix})"]
    dialog.selectFile(str(path.with_suffix("")))
    dialog.accept()


def test_what_is_shown_is_what_is_exported(qtbot, page, tmp_path):
    page.samples_view.filter_model.show_all_classes()
    path = tmp_path / "mistakes.csv"
    export(qtbot, page, "csv", path)
    qtbot.waitUntil(lambda: page.banner.isVisible(), timeout=WAIT)
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    evaluation, shown = page.samples_view.evaluation, page.samples_view.shown()
    assert [int(row["index"]) for row in rows] == evaluation.indices[shown].tolist()
    model = page.samples_view.grid.model()
    tips = [model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole) for row in range(len(rows))]
    assert all(
        tip.startswith(f"Sample {row['sample']}:") for tip, row in zip(tips, rows, strict=True)
    )
    assert page.banner.text() == f"{len(rows)} samples exported to mistakes.csv"


def test_the_menu_of_the_export_names_each_format(qtbot, page, tmp_path):
    assert [action.text() for action in page.export_button.menu().actions()] == [
        "CSV table…",
        "HTML page…",
        "",
        "Report of the run…",
    ]
    export(qtbot, page, "html", tmp_path / "list.html")
    qtbot.waitUntil(lambda: page.banner.isVisible(), timeout=WAIT)
    text = (tmp_path / "list.html").read_text("utf-8")
    assert page.samples_view.detail.facts.name in text


def open_report_dialog(qtbot, page):
    click(qtbot, page.export_button)
    menu = page.export_button.menu()
    qtbot.waitUntil(menu.isVisible)
    action = next(action for action in menu.actions() if action.objectName() == "export_report")
    spot = menu.actionGeometry(action).center()
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=spot)
    return page.findChild(QFileDialog, "report_dialog")


def test_a_report_of_the_run_is_written(qtbot, page, trained, tmp_path):
    dialog = open_report_dialog(qtbot, page)
    dialog.selectFile(str(tmp_path / "report"))
    with qtbot.waitSignal(page.reporter.written, timeout=WAIT):
        dialog.accept()
    assert page.banner.text() == "Report written to report.html"
    assert f"Report of {trained[1]}" in (tmp_path / "report.html").read_text("utf-8")


def test_a_report_can_be_cancelled(qtbot, page, tmp_path):
    dialog = open_report_dialog(qtbot, page)
    dialog.fileSelected.emit(str(tmp_path / "report.html"))
    dialog.reject()
    assert page.banner.text() == "Writing the report…"
    with qtbot.waitSignal(page.reporter.cancelled, timeout=WAIT):
        click(qtbot, page.findChild(QPushButton, "banner_action"))
    assert "no file was written" in page.banner.text()
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize("size", [(864, 510), (1184, 800), (1270, 768), (1824, 1080)])
def test_the_message_after_an_export_leaves_the_counts_where_they_are(page, qtbot, size):
    page.resize(*size)
    view = page.samples_view.confusion_card.view
    qtbot.waitUntil(lambda: bool(view.cell_texts()))
    before, geometry = view.cell_texts(), view.geometry()
    page.banner.show_exported(Path("/somewhere/with a rather long name for a table.csv"), 109)
    qtbot.wait(0)
    assert view.geometry() == geometry
    assert view.cell_texts() == before
    assert len(before) == np.count_nonzero(page.samples_view.evaluation.confusion)
    matrix = QRect(view.mapTo(page, QPoint()), view.size())
    assert page.banner.isVisible()
    assert not page.banner.geometry().intersects(matrix)
    assert page.rect().contains(page.banner.geometry())


@pytest.mark.parametrize("opens", [True, False])
def test_an_exported_list_can_be_opened_and_shown_in_its_folder(
    qtbot, page, tmp_path, monkeypatch, opens
):
    asked = []
    monkeypatch.setattr(
        "studio.ui.shared.desktop.QDesktopServices.openUrl", lambda url: asked.append(url) or opens
    )
    path = tmp_path / "list.csv"
    path.write_text("x")
    for name, wanted in (("banner_action", path), ("banner_second_action", path.parent)):
        page.banner.show_exported(path, 3)
        click(qtbot, page.findChild(QPushButton, name))
        assert asked.pop() == QUrl.fromLocalFile(str(wanted))
        assert (str(wanted) in page.banner.text()) is not opens
    click(qtbot, page.findChild(QPushButton, "banner_close"))
    assert not page.banner.isVisible()


def test_a_list_that_is_gone_is_said(qtbot, page, tmp_path):
    page.banner.show_exported(tmp_path / "gone.csv", 3)
    click(qtbot, page.findChild(QPushButton, "banner_action"))
    assert page.banner.text() == f"“{tmp_path / 'gone.csv'}” no longer exists."


def test_a_list_that_cannot_be_written_is_said(qtbot, page, tmp_path):
    page.export_button.chosen.emit("csv")
    dialog = page.findChild(QFileDialog, "export_dialog")
    dialog.fileSelected.emit(str(tmp_path / "no folder" / "list.csv"))
    dialog.reject()
    qtbot.waitUntil(lambda: page.banner.isVisible(), timeout=WAIT)
    assert page.banner.kind == "bad"
    assert "cannot be written" in page.banner.text()


def test_letters_never_switch_the_run_and_walk_the_samples_from_anywhere(qtbot, page):
    page.window().activateWindow()
    grid, combo = page.samples_view.grid, page.picker.run_picker
    run = page.picker.run
    for widget in (combo, page.picker.split_combo, page.samples_view.filter_bar.sort_combo):
        grid.select_row(0)
        widget.setFocus()
        qtbot.waitUntil(widget.hasFocus)
        for letter in "bvmc":
            qtbot.keyClick(widget, letter)
        assert page.picker.run == run == combo.currentData()
        assert page.picker.split == "test"
        qtbot.keyClick(widget, Qt.Key.Key_N)
        assert grid.currentIndex().row() == 1
        qtbot.keyClick(widget, Qt.Key.Key_P)
        assert grid.currentIndex().row() == 0
        qtbot.keyClick(widget, Qt.Key.Key_W)
        assert page.samples_view.detail.pane_key == "saliency"
        page.samples_view.detail.open_pane("prediction")


def test_a_low_page_puts_the_matrix_beside_the_tables_and_back(qtbot, page):
    view = page.samples_view
    page.resize(864, 510)
    qtbot.waitUntil(lambda: view.class_tables.tabs.count() == 3)
    assert view.confusion_card.view.isVisible()
    assert len(view.detail.bars.values()) == 3
    assert view.filter_bar.true_combo.isVisible()
    assert page.rect().contains(QRect(view.mapTo(page, QPoint()), view.size()))
    page.resize(1184, 800)
    qtbot.waitUntil(lambda: view.class_tables.tabs.count() == 2)
    assert view.confusion_card.view.isVisible()
    assert len(view.detail.bars.values()) == 5


def test_every_control_teaches_and_is_named(page):
    for name in ("mistakes_run_combo", "mistakes_split_combo", "confusion_view", "mistake_grid"):
        assert page.findChild(object, name) is not None
    for control in (page.draw_button, page.export_button, page.picker.run_picker):
        assert control.toolTip()
        assert control.accessibleName()
        assert control.objectName()


def test_the_skeleton_stays_inside_its_place_at_every_size(page):
    skeleton = page.loading.findChild(PageSkeleton)
    for size in ((700, 420), (1100, 640), (1780, 960)):
        skeleton.resize(*size)
        blocks = skeleton.blocks()
        assert len(blocks) > 8
        assert all(skeleton.rect().contains(block.toAlignedRect()) for block in blocks)
        assert not any(a.intersects(b) for a in blocks for b in blocks if a is not b)
