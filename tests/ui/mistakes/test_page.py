import csv

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from studio.ui.mistakes.page import MistakesPage
from studio.ui.mistakes.states import PageOutline

WAIT = 30_000


@pytest.fixture
def make_page(qtbot, make_context):
    made = []

    def make(runs_dir):
        page = MistakesPage(make_context(runs_dir))
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
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.explorer, timeout=WAIT)
    return page


def click(qtbot, widget, pos=None):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=pos or widget.rect().center())


def test_the_newest_run_opens_by_itself(page, trained):
    evaluation = page.explorer.evaluation()
    assert evaluation.run == page.picker.run() == trained[1]
    assert page.picker.split() == "test"
    wrong = int((evaluation.labels != evaluation.predicted).sum())
    assert page.headline.text().endswith(f"· {wrong} mistakes of {len(evaluation.labels)}")
    assert np.array_equal(page.explorer.confusion.matrix(), evaluation.confusion)
    assert len(page.explorer.shown()) == wrong > 1


def test_from_a_cell_to_an_opened_mistake_by_mouse(qtbot, page):
    evaluation = page.explorer.evaluation()
    true, read, count = evaluation.most_confused(1)[0]
    view = page.explorer.confusion
    click(qtbot, view, view.cell_center(true, read))
    assert len(page.explorer.shown()) == count
    grid = page.explorer.grid
    spot = grid.visualRect(grid.model().index(0, 0)).center()
    click(qtbot, grid.viewport(), spot)
    story = page.explorer.detail.story()
    names = evaluation.class_names
    assert (story.true, story.predicted) == (names[true], names[read])
    assert len(page.explorer.detail.bars.values()) == 5


def test_why_marks_the_pixels_of_the_open_sample(qtbot, page):
    click(qtbot, page.explorer.detail.why_button)
    picture = page.explorer.detail.picture
    qtbot.waitUntil(lambda: picture.heat() is not None, timeout=WAIT)
    assert picture.heat().shape == picture.image().shape
    assert 0 <= picture.heat().min() <= picture.heat().max() <= 1


def test_another_split_is_evaluated(qtbot, page):
    with qtbot.waitSignal(page.loader.loaded, timeout=WAIT):
        page.picker.split_combo.setFocus()
        qtbot.keyClick(page.picker.split_combo, Qt.Key.Key_Down)
    assert page.explorer.evaluation().split == "val"


def test_only_the_last_run_asked_for_is_shown(qtbot, page, trained):
    shown = []
    page.loader.loaded.connect(shown.append)
    for _ in range(3):
        page.show_run(trained[1])
    assert page.stack.currentWidget() is page.loading
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.explorer, timeout=WAIT)
    page._context.tasks.wait_all()
    qtbot.wait(0)
    assert len(shown) == 1


def test_cancelling_leads_to_an_offer_to_read_again(qtbot, page, trained):
    runs_dir, run = trained
    (runs_dir / run / "predictions" / "test.npz").unlink()  # or there is nothing to wait for
    page.show_run(run)
    with qtbot.waitSignal(page.loader.cancelled, timeout=WAIT):
        click(qtbot, page.loading.cancel_button)
    assert page.empty.title() == "Stopped"
    page.empty.action_clicked.emit()
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.explorer, timeout=WAIT)


def test_a_run_that_is_gone_is_said_with_what_to_do(qtbot, page):
    page.show_run("20200101-000000-gone-0000")
    with qtbot.waitSignal(page.loader.failed, timeout=WAIT):
        pass
    assert page.banner.isVisible()
    assert "There is no run" in page.banner.text()
    assert page.empty.title() == "This run could not be read"


def test_the_bundled_network_without_its_data_says_so_and_try_again_tries(qtbot, page):
    page.show_run("bundled")
    with qtbot.waitSignal(page.loader.failed, timeout=WAIT):
        pass
    assert page.banner.isVisible()
    with qtbot.waitSignal(page.loader.failed, timeout=WAIT):
        page.banner.action_clicked.emit()


def test_without_runs_the_page_leads_to_training(qtbot, make_page, tmp_path):
    page = make_page(tmp_path / "none")
    with qtbot.waitSignal(page.picker.refreshed, timeout=WAIT):
        pass
    assert page.stack.currentWidget() is page.empty
    assert not page.export_button.isVisible()
    with qtbot.waitSignal(page.train_wanted):
        page.empty.action_clicked.emit()


def test_a_new_run_is_offered_without_leaving_the_present_one(qtbot, page):
    with qtbot.waitSignal(page.picker.refreshed, timeout=WAIT):
        page._context.runs_changed.emit()
    assert page.stack.currentWidget() is page.explorer
    keys = [page.picker.run_combo.itemData(i) for i in range(page.picker.run_combo.count())]
    assert keys == [page.picker.run(), "bundled"]


def test_draw_is_asked_for_with_the_run(qtbot, page, trained):
    with qtbot.waitSignal(page.open_draw) as asked:
        click(qtbot, page.draw_button)
    assert asked.args == [trained[1]]


def test_what_is_shown_is_what_is_exported(qtbot, page, tmp_path):
    page.explorer.filter_bar.clear_classes()
    path = tmp_path / "mistakes.csv"
    click(qtbot, page.export_button)
    dialog = page.findChild(QFileDialog, "export_dialog")
    dialog.selectFile(str(path))
    dialog.accept()
    qtbot.waitUntil(lambda: page.banner.isVisible(), timeout=WAIT)
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    wanted = page.explorer.evaluation().indices[page.explorer.shown()]
    assert [int(row["index"]) for row in rows] == wanted.tolist()
    assert str(path) in page.banner.text()


def test_a_list_that_cannot_be_written_is_said(qtbot, page, tmp_path):
    click(qtbot, page.export_button)
    dialog = page.findChild(QFileDialog, "export_dialog")
    dialog.fileSelected.emit(str(tmp_path / "no folder" / "list.csv"))
    dialog.reject()
    qtbot.waitUntil(lambda: page.banner.isVisible(), timeout=WAIT)
    assert page.banner.kind == "bad"
    assert "cannot be written" in page.banner.text()


def test_every_control_teaches_and_is_named(page):
    for name in ("mistakes_run_combo", "mistakes_split_combo", "confusion_view", "mistake_grid"):
        assert page.findChild(object, name) is not None
    for control in (page.draw_button, page.export_button, page.picker.run_combo):
        assert control.toolTip()
        assert control.accessibleName()
        assert control.objectName()


def test_the_outline_stays_inside_its_place_at_every_size(page):
    outline = page.loading.findChild(PageOutline)
    for size in ((700, 420), (1100, 640), (1780, 960)):
        outline.resize(*size)
        blocks = outline.blocks()
        assert len(blocks) > 8
        assert all(outline.rect().contains(block.toAlignedRect()) for block in blocks)
        assert not any(a.intersects(b) for a in blocks for b in blocks if a is not b)
