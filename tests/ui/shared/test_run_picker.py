"""The run picker lists runs with weights and the bundled model, in the background."""

import pytest

from studio.recipes import load_recipe
from studio.ui.shared.run_picker import RunPicker


@pytest.fixture
def picker(qtbot, context):
    made = RunPicker(context)
    qtbot.addWidget(made)
    return made


def write_run(context):
    run = context.store.create(load_recipe("digits-quickstart").config)
    run.best_weights.parent.mkdir()
    run.best_weights.touch()
    return run.id


def refresh(qtbot, picker):
    with qtbot.waitSignal(picker.refreshed):
        picker.refresh()


def test_it_starts_with_the_bundled_model_and_no_choice(picker):
    assert [picker.itemData(0), picker.count()] == ["bundled", 1]
    assert (picker.key, picker.choice, picker.newest_run) == ("", None, "")
    assert picker.currentIndex() == -1


def test_runs_come_before_the_bundled_model(qtbot, picker, context):
    run = write_run(context)
    refresh(qtbot, picker)
    assert [picker.itemData(row) for row in range(2)] == [run, "bundled"]
    assert picker.newest_run == run


def test_a_run_can_be_shown_before_it_is_listed(qtbot, picker, context):
    run = write_run(context)
    with qtbot.assertNotEmitted(picker.chosen):
        picker.select(run)
    assert (picker.currentData(), picker.choice) == (run, None)
    refresh(qtbot, picker)
    assert picker.currentData() == run
    assert picker.choice.title == picker.currentText()
    assert picker.count() == 2


def test_a_refresh_during_a_refresh_lists_once_more(qtbot, picker, context):
    picker.refresh()
    run = write_run(context)
    with qtbot.waitSignal(picker.refreshed):
        picker.refresh()
    assert picker.newest_run == run


def test_a_choice_of_the_user_is_emitted(qtbot, picker):
    with qtbot.waitSignal(picker.chosen) as chosen:
        picker.activated.emit(0)
    assert chosen.args == ["bundled"]
    assert picker.choice.title == "Bundled model"
