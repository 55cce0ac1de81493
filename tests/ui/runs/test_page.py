"""The Runs page, used with mouse and keys."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStyleOptionHeader,
    QTableView,
    QWidget,
)

from studio.recipes import load_recipe
from studio.runs import RunStatus
from studio.runs.test_openings import record_test_opening
from studio.ui.page_stack import RUNS
from studio.ui.runs.config_diff_view import ConfigDiffView
from studio.ui.runs.run_columns import COLUMNS
from studio.ui.runs.run_table_model import ID_ROLE
from studio.ui.widgets.curve_plot import CurvePlot
from studio.ui.widgets.skeleton import Skeleton


def table(page):
    return page.findChild(QTableView, "runs_table")


def button(page, name):
    return page.findChild(QPushButton, name)


def plot(page):
    return page.findChild(CurvePlot, "compare_plot")


def shows(page, *run_ids):
    """Whether the detail panel shows exactly these runs."""
    alone = {"training", "validation"}
    names = alone if len(run_ids) == 1 else {run_id[-4:] for run_id in run_ids}
    return set(plot(page).curves()) == names and table(page).selected_ids() == list(run_ids)


def top(page, widget):
    return widget.mapTo(page, QPoint()).y()


def click(qtbot, page, row, modifier=Qt.KeyboardModifier.NoModifier):
    view = table(page)
    place = view.visualRect(view.model().index(row, 1)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def focus_table(qtbot, page):
    page.window().activateWindow()
    table(page).setFocus()
    qtbot.waitUntil(table(page).hasFocus)


def test_without_runs_the_page_says_what_to_do(qtbot, open_page):
    page = open_page()
    go = next(
        b for b in page.findChildren(QPushButton, "empty_action") if b.text() == "Go to Train"
    )
    qtbot.waitUntil(go.isVisible)
    assert not page.findChild(QLineEdit, "runs_filter").isVisible()
    with qtbot.waitSignal(page.train_wanted):
        qtbot.mouseClick(go, Qt.MouseButton.LeftButton)


def test_the_newest_run_is_chosen_and_shown(qtbot, open_page, writer):
    writer.write()
    run = writer.write(epochs=6)
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    epochs, accuracy = plot(page).curves()["validation"]
    np.testing.assert_array_equal(epochs, [1, 2, 3, 4, 5, 6])
    assert np.all(np.diff(accuracy) > 0)
    assert page.findChild(QLabel, "run_figure").text() == "88.9 %"
    assert page.findChild(QLabel, "runs_count").text() == "2 runs"


def test_a_click_shows_another_run(qtbot, open_page, writer):
    old, new = writer.write(epochs=3), writer.write(epochs=6)
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, new.id))
    click(qtbot, page, 1)
    qtbot.waitUntil(lambda: len(plot(page).curves()["training"][0]) == 3)
    assert table(page).selected_ids() == [old.id]


def test_two_runs_are_compared_with_the_settings_that_differ(qtbot, open_page, writer):
    old, new = writer.write(epochs=3), writer.write(epochs=6, **{"optim.lr": 0.02})
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, new.id))
    click(qtbot, page, 1, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shows(page, new.id, old.id))
    changed = {setting: values for setting, *values in page.findChild(ConfigDiffView).texts()}
    assert changed["Epochs"] == ["6", "3"]
    assert changed["Learning rate"][0] == "0.02"
    assert not button(page, "run_mistakes").isVisible()


def test_more_than_two_runs_are_overlaid(qtbot, open_page, writer):
    runs = [writer.write(epochs=3) for _ in range(3)]
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, runs[-1].id))
    click(qtbot, page, 2, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: set(plot(page).curves()) == {"0001", "0002", "0003"})
    assert "Select two runs" in page.findChild(ConfigDiffView).note()


def test_runs_of_another_page_are_selected_also_those_that_a_filter_hides(qtbot, open_page, writer):
    runs = [writer.write(epochs=3) for _ in range(3)]
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, runs[-1].id))
    page.findChild(QLineEdit, "runs_filter").setText("no such run")
    page.show_runs([runs[1].id, runs[0].id])
    qtbot.waitUntil(lambda: shows(page, runs[1].id, runs[0].id))


def test_a_run_as_its_recipe_says_so(qtbot, open_page, writer):
    run = writer.write(epochs=load_recipe("digits-quickstart").config.optim.epochs)
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    assert page.findChild(ConfigDiffView).note() == "None."


def test_the_table_gets_the_focus_when_the_page_is_shown_with_its_runs(
    qtbot, open_window, writer, monkeypatch
):
    monkeypatch.setattr("studio.ui.context.StudioContext.load_torch", lambda context: None)
    writer.write()
    window = open_window(writer.store.runs_dir)
    window.activateWindow()
    page = window.runs_page
    page.refresh()
    qtbot.waitUntil(lambda: page.findChild(QLabel, "runs_count").text() == "1 run")
    canvas = window.findChild(QWidget, "digit_canvas")
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    window.show_page(RUNS)
    qtbot.waitUntil(table(page).hasFocus)


def test_a_double_click_opens_the_mistakes(qtbot, open_page, writer):
    run = writer.write()
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    view = table(page)
    place = view.visualRect(view.model().index(0, 1)).center()
    click(qtbot, page, 0)
    with qtbot.waitSignal(page.open_mistakes) as opened:
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.args == [run.id]


def test_enter_opens_the_mistakes(qtbot, open_page, writer):
    run = writer.write()
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    focus_table(qtbot, page)
    with qtbot.waitSignal(page.open_mistakes) as opened:
        qtbot.keyClick(table(page), Qt.Key.Key_Return)
    assert opened.args == [run.id]


def test_a_run_without_weights_opens_nothing_and_says_why(qtbot, open_page, writer):
    run = writer.write(status=RunStatus.FAILED, epochs=1)
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    assert not button(page, "run_mistakes").isEnabled()
    assert not button(page, "run_draw").isEnabled()
    focus_table(qtbot, page)
    with qtbot.assertNotEmitted(page.open_mistakes):
        qtbot.keyClick(table(page), Qt.Key.Key_Return)
    assert "no weights yet" in page.findChild(QLabel, "banner_text").text()
    assert page.findChild(QFrame, "banner").isVisible()


def test_the_buttons_lead_to_draw_and_mistakes(qtbot, open_page, writer):
    run = writer.write()
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    for name, signal in (("run_draw", page.open_draw), ("run_mistakes", page.open_mistakes)):
        with qtbot.waitSignal(signal) as opened:
            qtbot.mouseClick(button(page, name), Qt.MouseButton.LeftButton)
        assert opened.args == [run.id]


@pytest.mark.parametrize("answers", [True, False])
def test_the_folder_is_shown_or_at_least_named(qtbot, open_page, writer, monkeypatch, answers):
    asked = []
    monkeypatch.setattr(
        "studio.ui.shared.desktop.QDesktopServices.openUrl",
        lambda url: asked.append(url) or answers,
    )
    run = writer.write()
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    qtbot.mouseClick(button(page, "run_folder"), Qt.MouseButton.LeftButton)
    assert asked == [QUrl.fromLocalFile(str(run.path))]
    banner = page.findChild(QFrame, "banner")
    assert banner.isVisible() is not answers
    assert answers or str(run.path) in banner.text()


def test_typing_filters_and_clearing_brings_all_back(qtbot, open_page, writer):
    writer.write("tiny-vgg-fashion")
    run = writer.write("digits-quickstart")
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    line = page.findChild(QLineEdit, "runs_filter")
    qtbot.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert line.hasFocus()
    qtbot.keyClicks(line, "digits")
    assert table(page).model().rowCount() == 1
    qtbot.keyClicks(line, " no such run")
    clear = next(b for b in page.findChildren(QPushButton) if b.text() == "Clear filter")
    assert clear.isVisible()
    qtbot.mouseClick(clear, Qt.MouseButton.LeftButton)
    assert table(page).isVisible()
    assert table(page).model().rowCount() == 2


def test_the_run_just_finished_is_chosen_when_the_page_is_opened_again(qtbot, open_page, writer):
    old = writer.write(epochs=3)
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, old.id))
    page.hide()
    new = writer.write(epochs=6)
    page.refresh()  # as after a training, whatever page is shown
    page.show()
    qtbot.waitUntil(lambda: shows(page, new.id))


def test_a_choice_made_before_a_training_gives_way_when_the_page_is_opened_again(
    qtbot, open_page, writer
):
    old, _ = writer.write(epochs=3), writer.write(epochs=4)
    page = open_page()
    qtbot.waitUntil(lambda: table(page).model().rowCount() == 2)
    click(qtbot, page, 1)
    qtbot.waitUntil(lambda: shows(page, old.id))
    page.hide()
    page.show()
    page.refresh()
    qtbot.wait(50)
    assert table(page).selected_ids() == [old.id]
    page.hide()
    new = writer.write(epochs=6)
    page.show()
    qtbot.waitUntil(lambda: shows(page, new.id))


def test_a_new_run_is_chosen_at_once_while_nobody_has_chosen_another(qtbot, open_page, writer):
    old = writer.write(epochs=3)
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, old.id))
    new = writer.write(epochs=6)
    page.refresh()
    qtbot.waitUntil(lambda: shows(page, new.id))


def test_a_new_run_that_the_filter_hides_leaves_the_choice_alone(qtbot, open_page, writer):
    old = writer.write("tiny-vgg-fashion")
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, old.id))
    page.findChild(QLineEdit, "runs_filter").setText("fashion")
    writer.write("digits-quickstart")
    page.refresh()
    qtbot.waitUntil(lambda: page.findChild(QLabel, "runs_count").text() == "2 runs")
    assert table(page).selected_ids() == [old.id]


def test_how_to_compare_is_said_as_soon_as_there_are_two(qtbot, open_page, writer):
    run = writer.write()
    page = open_page()
    hint = page.findChild(QLabel, "compare_hint")
    qtbot.waitUntil(lambda: shows(page, run.id))
    assert not hint.isVisible()
    writer.write()
    page.refresh()
    qtbot.waitUntil(hint.isVisible)
    assert "Ctrl+click" in hint.text()


def test_titles_stay_whole_beside_the_arrow_of_the_sorted_column(qtbot, open_page, writer):
    run = writer.write()
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    view = table(page)
    for width in (864, 1184, 1824):
        page.resize(width, 700)
        header = view.horizontalHeader()
        for section, column in enumerate(COLUMNS):
            if view.isColumnHidden(section):
                continue
            view.sortByColumn(section, Qt.SortOrder.DescendingOrder)
            option = QStyleOptionHeader()
            header.initStyleOption(option)
            header.initStyleOptionForIndex(option, section)
            assert option.text == f"{column.title} ↓"
            font = QFont(header.font())
            font.setPixelSize(12)
            font.setWeight(QFont.Weight.DemiBold)
            room = header.sectionSize(section) - 16  # padding in the style sheet
            assert QFontMetrics(font).horizontalAdvance(option.text) <= room


def test_a_low_page_keeps_all_figures_and_settings_within_reach(qtbot, open_page, writer):
    for _ in range(3):
        writer.write()
    run = writer.write(epochs=6, **{"optim.lr": 0.02})
    page = open_page()
    page.resize(864, 510)
    qtbot.waitUntil(lambda: shows(page, run.id))
    scroll = page.findChild(QScrollArea, "run_scroll")
    labels = scroll.widget().findChildren(QLabel)
    qtbot.waitUntil(lambda: all(label.height() >= label.sizeHint().height() for label in labels))
    diff = page.findChild(QTableView, "config_diff")
    assert diff.verticalScrollBar().maximum() == 0
    assert table(page).height() > 100
    for name in ("run_mistakes", "run_draw", "run_folder"):
        assert button(page, name).visibleRegion().boundingRect() == button(page, name).rect()


def test_where_there_is_room_for_one_plot_a_switch_shows_the_other(qtbot, open_page, writer):
    run = writer.write()
    page = open_page()
    page.resize(864, 510)
    qtbot.waitUntil(lambda: shows(page, run.id))
    loss = page.findChild(CurvePlot, "compare_loss_plot")
    qtbot.waitUntil(lambda: not loss.isVisible())
    qtbot.mouseClick(button(page, "show_loss"), Qt.MouseButton.LeftButton)
    assert loss.isVisible()
    assert not plot(page).isVisible()
    page.resize(1184, 800)
    qtbot.waitUntil(lambda: loss.isVisible() and plot(page).isVisible())
    assert not button(page, "show_loss").isVisible()


def test_a_first_listing_that_fails_ends_the_skeleton(qtbot, open_page, writer, monkeypatch):
    def fail(lister):
        raise PermissionError("no entry")

    writer.write()
    monkeypatch.setattr("studio.ui.runs.run_list_reader.RunListReader.read", fail)
    page = open_page()
    again = next(b for b in page.findChildren(QPushButton) if b.text() == "Try again")
    qtbot.waitUntil(again.isVisible)
    assert not page.findChild(Skeleton).isVisible()
    monkeypatch.undo()
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(table(page).isVisible)


def test_reading_again_keeps_what_is_chosen(qtbot, open_page, writer):
    old, new = writer.write(epochs=3), writer.write(epochs=6)
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, new.id))
    click(qtbot, page, 1)
    qtbot.waitUntil(lambda: shows(page, old.id))
    newest = writer.write()
    page.refresh()
    qtbot.waitUntil(lambda: table(page).model().rowCount() == 3)
    assert table(page).selected_ids() == [old.id]
    assert table(page).model().index(0, 0).data(ID_ROLE) == newest.id


def test_a_run_that_goes_away_is_no_longer_shown(qtbot, open_page, writer):
    run = writer.write()
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    run.path.rename(run.path.with_name(".trash"))
    page.refresh()
    qtbot.waitUntil(lambda: table(page).model().rowCount() == 0)
    assert table(page).selected_ids() == []


def test_figures_of_a_run_in_training_follow_it(qtbot, open_page, writer):
    run = writer.write(status=RunStatus.STOPPED, epochs=6)
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    assert page.findChild(QLabel, "run_figure").text() == "80.0 %"
    run.write_status(run.status.with_values(test_accuracy=0.987))
    page.refresh()
    qtbot.waitUntil(lambda: page.findChild(QLabel, "run_figure").text() == "98.7 %")
    caption = page.findChild(QLabel, "run_figure_caption")
    assert caption.text() == "Test accuracy"
    record_test_opening(run, "evaluate")
    page.refresh()
    qtbot.waitUntil(lambda: caption.text() == "Test accuracy · test split opened 2 times")
    width = QFontMetrics(caption.font()).horizontalAdvance(caption.text())
    assert width <= caption.width()


def test_a_header_click_sorts(qtbot, open_page, writer):
    few, many = writer.write(epochs=3), writer.write(epochs=6)
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, many.id))
    header = table(page).horizontalHeader()
    epochs = QPoint(header.sectionViewportPosition(6) + 10, 10)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=epochs)
    assert table(page).model().index(0, 0).data(ID_ROLE) == few.id


def test_runs_that_cannot_be_read_are_said(qtbot, open_page, writer, monkeypatch):
    def fail(lister):
        raise PermissionError("no entry")

    monkeypatch.setattr("studio.ui.runs.run_list_reader.RunListReader.read", fail)
    page = open_page()
    banner = page.findChild(QFrame, "banner")
    qtbot.waitUntil(banner.isVisible)
    assert "no entry" in banner.text()
    monkeypatch.undo()
    page.refresh()
    qtbot.waitUntil(banner.isHidden)


def test_the_page_looks_again_only_while_it_is_seen(qtbot, open_page, writer):
    run = writer.write()
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    assert page.refresh_timer.isActive()
    page.hide()
    assert not page.refresh_timer.isActive()


@pytest.mark.parametrize(
    ("size", "both", "stacked"),
    [
        ((1184, 800), True, True),
        ((1824, 900), True, False),
        ((1824, 1080), True, True),
        ((700, 560), False, False),
    ],
)
def test_plots_are_arranged_as_the_room_allows(qtbot, open_page, writer, size, both, stacked):
    run = writer.write()
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    page.resize(*size)
    loss = page.findChild(CurvePlot, "compare_loss_plot")
    qtbot.waitUntil(lambda: loss.isVisible() is both)
    if both:
        qtbot.waitUntil(lambda: (top(page, loss) > top(page, plot(page))) is stacked)


def test_a_short_list_leaves_its_room_to_the_curves(qtbot, open_page, writer):
    writer.write()
    run = writer.write()
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    qtbot.waitUntil(lambda: table(page).height() <= table(page).full_height())
    assert table(page).verticalScrollBar().maximum() == 0
    assert plot(page).height() + 40 > table(page).height()


def test_a_scroll_bar_below_a_short_list_hides_no_run(qtbot, open_page, writer):
    writer.write()
    run = writer.write()
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    page.resize(864, 510)
    qtbot.waitUntil(table(page).horizontalScrollBar().isVisible)
    qtbot.waitUntil(lambda: table(page).verticalScrollBar().maximum() == 0)


@pytest.mark.parametrize(
    ("select", "said"),
    [
        ("last", "Epoch 5: last epoch"),
        ("val_loss", "Epoch 5: lowest validation loss"),
        ("val_accuracy", "Epoch 5: highest validation accuracy"),
    ],
)
def test_a_run_says_how_its_epoch_was_chosen(open_page, writer, qtbot, select, said):
    writer.write(**{"optim.select": select})
    page = open_page()
    label = page.findChild(QLabel, "run_kept")
    qtbot.waitUntil(lambda: label.text() == said)
    assert label.isVisible()


def test_a_run_at_chance_level_says_what_happened_and_what_to_do(qtbot, open_page, writer):
    run = writer.write(**{"optim.lr": 10})
    run.write_status(run.status.with_values(test_accuracy=0.1, train_accuracy=0.1))
    page = open_page()
    qtbot.waitUntil(lambda: shows(page, run.id))
    reason = page.findChild(QLabel, "run_reason")
    assert reason.isVisible()
    assert reason.property("tone") == "warn"
    assert reason.text().startswith("Chance level: 10.0 % test accuracy")
    assert "Try 0.001." in reason.text()
