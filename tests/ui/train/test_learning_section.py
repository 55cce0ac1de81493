"""The length of a training in epochs or in steps, through the page."""

from PySide6.QtCore import Qt

from studio.recipes import list_recipes, load_recipe
from studio.runs import RunStore
from studio.training import Trainer
from studio.training.events import FitStarted, StepEnd
from studio.ui.train.form.config_form import form_values
from studio.ui.train.form.storage_text import epoch_bytes, storage_text
from studio.ui.train.learning_section import LearningSection
from studio.ui.train.live.training_progress import TrainingProgress
from studio.ui.train.live.training_state import TrainingState
from tests.ui.train.conftest import child, click, type_value

STARTED = FitStarted("r", "", 40, 18, 720, 1, "cpu", "", "float32", 1, 1151, 287, 359)


def choose_unit(page, words: str) -> None:
    combo = child(page, "unit_combo")
    combo.setCurrentIndex(combo.findText(words))


def test_a_recipe_in_steps_shows_its_steps(page) -> None:
    page.setup.choose_recipe("mini-vgg-v1-mnist")
    assert child(page, "steps_spin").isVisible()
    assert not child(page, "epochs_spin").isVisible()
    assert child(page, "steps_spin").value() == 1000
    assert page.setup.form.config().length == (1000, "steps")
    page.setup.choose_recipe("simple-vgg-mnist")
    assert child(page, "epochs_spin").isVisible()
    assert not child(page, "steps_spin").isVisible()
    assert page.setup.form.config().length == (5, "epochs")


def test_the_card_shows_the_length_of_the_training(page) -> None:
    cards = child(page, "recipe_list").model()
    role = Qt.ItemDataRole.AccessibleTextRole
    notes = [cards.index(row, 0).data(role) for row in range(cards.rowCount())]
    assert any("1,000 steps" in note for note in notes)
    assert not any("10,000 epochs" in note for note in notes)


def test_the_length_can_be_changed_from_epochs_to_steps_and_back(page, qtbot) -> None:
    click(qtbot, page, "stopping_fold")
    choose_unit(page, "Minutes")
    type_value(qtbot, page, "minutes_spin", "1.5")
    assert page.setup.form.config().length == (1.5, "minutes")
    assert "Peak 0.004 at minute 0.3" in child(page, "schedule_preview").text()
    choose_unit(page, "Steps")
    type_value(qtbot, page, "steps_spin", "70")
    assert page.setup.form.config().length == (70, "steps")
    assert not child(page, "epochs_spin").isVisible()
    choose_unit(page, "Epochs")
    assert page.setup.form.config().length == load_recipe("digits-quickstart").config.length


def test_no_steps_is_refused_at_their_field(page, qtbot) -> None:
    page.setup.choose_recipe("mini-vgg-v1-mnist")
    type_value(qtbot, page, "steps_spin", "0")
    assert child(page, "steps_spin_error").text()
    assert page.config is None


def test_every_recipe_comes_back_from_its_fields_as_it_went_in(qtbot) -> None:
    section = LearningSection()
    qtbot.addWidget(section)
    for recipe in list_recipes():
        values = form_values(recipe.config)
        section.set_values(values)
        back = section.values()
        assert back.items() <= values.items(), recipe.id


def test_minutes_beside_epochs_are_kept_and_reset(page, qtbot) -> None:
    recipe = load_recipe("digits-quickstart").config
    page.setup.show_config(recipe.with_values({"engine.max_minutes": 3}))
    assert child(page, "epochs_spin").isVisible()
    assert page.setup.form.config().engine.max_minutes == 3
    assert page.setup.form.marks.names == ("Minutes",)
    click(qtbot, page, "reset_all_button")
    assert page.setup.form.config().engine.max_minutes is None


def test_only_what_the_optimizer_and_the_schedule_use_is_shown(page, qtbot) -> None:
    click(qtbot, page, "schedule_fold")
    names = ("momentum", "rate_decay", "step_epochs", "step_factor", "warmup")

    def shown(optimizer: str, schedule: str) -> list[str]:
        for name, value in (("optimizer_combo", optimizer), ("schedule_combo", schedule)):
            combo = child(page, name)
            combo.setCurrentIndex(combo.findData(value))
        return [name for name in names if child(page, f"{name}_spin").isVisible()]

    assert shown("adamw", "onecycle") == []
    assert shown("sgd", "step") == ["momentum", "step_epochs", "step_factor", "warmup"]
    child(page, "step_epochs_spin").setValue(7)
    assert "Epochs per step" in page.setup.form.marks.names
    assert shown("muon", "exponential") == ["rate_decay", "warmup"]
    assert "Epochs per step" not in page.setup.form.marks.names
    assert child(page, "schedule_fold").summary == "Muon, exponential"


def test_regularization_and_stopping_are_summarized(page, qtbot) -> None:
    summary = child(page, "regularization_fold").summary
    assert summary == "weight decay, label smoothing, weight averaging"
    click(qtbot, page, "regularization_fold")
    click(qtbot, page, "stopping_fold")
    assert not child(page, "min_change_spin").isEnabled()
    for name, text in (("mixup_spin", "0.2"), ("patience_spin", "4"), ("clip_spin", "1")):
        child(page, name).setValue(float(text))
    assert child(page, "min_change_spin").isEnabled()
    assert "mixup" in child(page, "regularization_fold").summary
    assert child(page, "stopping_fold").summary == "last epoch, patience 4"
    optim = page.setup.form.config().optim
    assert (optim.mixup, optim.patience, optim.clip_norm) == (0.2, 4, 1.0)


def test_the_preview_marks_where_the_training_is(page, qtbot) -> None:
    plot = child(page, "schedule_preview")
    assert plot.text() == "Start 0.0002 · Peak 0.004 at epoch 8 · End ≈ 0"
    assert len(plot.values()) > 200
    learning, session = page.setup.form.learning, page.session
    step = StepEnd(36, 2, 0.5, 0.003, 100.0, 9.0)
    session.progress, session.state = TrainingProgress(page.config), TrainingState.RUNNING
    session.state_changed.emit()
    session.progress.add(STARTED)
    session.event_received.emit(step, "")
    assert plot.marker() == 2.0  # epochs
    type_value(qtbot, page, "lr_spin", "0.01")  # of the next training
    session.event_received.emit(step, "")
    assert plot.marker() is None
    page.setup.undo()
    session.event_received.emit(step, "")
    assert plot.marker() == 2.0
    session.state = TrainingState.READY
    session.state_changed.emit()
    session.idle.emit()
    assert plot.marker() is None
    learning.show_position(1.0, 18, 3.0)
    assert plot.marker() == 1.0


def test_the_kept_epoch_can_be_chosen(page, qtbot) -> None:
    assert page.setup.form.config().optim.select == "last"
    click(qtbot, page, "stopping_fold")
    combo = child(page, "select_combo")
    assert combo.currentText() == "Last epoch"
    qtbot.keyClick(combo, Qt.Key.Key_Home)
    assert combo.currentText() == "Lowest validation loss"
    assert page.setup.form.config().optim.select == "val_loss"


def test_kept_epochs_say_what_room_they_take(page, qtbot) -> None:
    page.setup.choose_recipe("simple-vgg-mnist")
    click(qtbot, page, "more_fold")
    combo, size = child(page, "keep_weights_combo"), child(page, "keep_weights_size")
    assert not size.isVisible()
    combo.setCurrentIndex(combo.findText("Every epoch"))
    config = page.setup.form.config()
    assert config.engine.keep_weights == "every"
    assert size.text() == storage_text(config)
    assert size.isVisible()
    type_value(qtbot, page, "epochs_spin", "40")
    assert size.text().startswith("40 epochs of ")
    combo.setCurrentIndex(combo.findText("Epochs 1, 2, 4, 8, …"))
    assert size.text().startswith("6 epochs of ")


def test_the_size_of_the_kept_epochs_is_that_of_the_files(tmp_path) -> None:
    values = {"engine.keep_weights": "every", "optim.epochs": 1, "model.norm": "batch"}
    config = load_recipe("digits-quickstart").config.with_values(values)
    run = RunStore(tmp_path).create(config)
    Trainer(config, run).fit()
    size = run.epoch_weights(1).stat().st_size
    assert 0 < size - epoch_bytes(run.config) < 5_000
    assert storage_text(run.config).startswith("1 epoch of ")
    in_steps = config.with_values({"engine.max_steps": 10})
    assert storage_text(in_steps).startswith("Each kept epoch takes ")
    assert storage_text(config.with_values({"engine.keep_weights": "none"})) == ""
