"""Recipe and settings survive a restart; what is damaged counts as absent, value by value."""

import json

import pytest

from studio.config import TrainConfig
from studio.recipes import list_recipes
from studio.ui.settings import Settings
from studio.ui.tasks import TaskHost
from studio.ui.train.remembered_config import KEY, RememberedConfig, parse_config
from studio.ui.window_state import WindowState
from tests.ui.train.conftest import child, click, type_value

RECIPES = {recipe.id: recipe.config for recipe in list_recipes()}
DIGITS = RECIPES["digits-quickstart"]
CHANGED = DIGITS.with_values({"optim.lr": 0.02, "data.subset": 500, "model.filters": [[8], [16]]})
LONG = 60_000


def test_recipe_and_settings_are_there_at_the_next_start(make_page, qtbot) -> None:
    page = make_page()
    page.choose_recipe("simple-vgg-mnist")
    type_value(qtbot, page, "epochs_spin", "3")
    type_value(qtbot, page, "hidden_edit", "64, 32")
    child(page, "rotate_slider").setValue(20)
    config = page.setup.form.config()
    page.shutdown()
    again = make_page()
    assert again.setup.form.recipe.id == "simple-vgg-mnist"
    assert again.setup.form.config() == config
    assert child(again, "recipe_list").currentIndex().row() == list(RECIPES).index(config.recipe)
    assert child(again, "reset_all_button").text() == "3 changes · Reset all"


def test_an_edit_is_written_without_closing(page, qtbot, tmp_path) -> None:
    type_value(qtbot, page, "epochs_spin", "3")
    qtbot.waitUntil(lambda: _written(tmp_path).get("optim", {}).get("epochs") == 3)


def test_an_edit_comes_back_after_a_kill(make_page, qtbot, tmp_path) -> None:
    page = make_page(is_open=True)
    type_value(qtbot, page, "epochs_spin", "3")
    qtbot.waitUntil(lambda: page.context.window_state.is_saved)
    page.context.window_state.close()
    assert _written(tmp_path) == {}
    again = make_page(is_open=True)
    assert child(again, "epochs_spin").value() == 3
    again.context.window_state.close()


def _written(folder) -> dict:
    text = Settings(folder / "window.ini").value(KEY)
    return json.loads(text) if text else {}


def test_a_wrong_form_keeps_the_last_settings_that_were_right(make_page, qtbot) -> None:
    page = make_page()
    type_value(qtbot, page, "epochs_spin", "3")
    type_value(qtbot, page, "epochs_spin", "0")
    page.shutdown()
    assert child(make_page(), "epochs_spin").value() == 3


def test_settings_without_a_field_survive_too(make_page) -> None:
    page = make_page()
    page.setup.show_config(page.setup.form.config().with_values({"data.split_seed": 5}))
    page.shutdown()
    assert make_page().setup.form.config().data.split_seed == 5


def test_own_images_that_are_gone_do_not_break_the_start(make_page, qtbot, tmp_path) -> None:
    page = make_page()
    page.choose_dataset(str(tmp_path / "gone"))
    page.shutdown()
    again = make_page()
    assert again.setup.form.values()["data.path"] == str(tmp_path / "gone")
    problem = again.live.data.problem
    qtbot.waitUntil(lambda: again.live.data.currentWidget() is problem, timeout=LONG)
    click(qtbot, again, "train_button")
    assert not again.is_training


@pytest.mark.parametrize(
    "text",
    ["", "junk", "[]", "3", "{", '{"recipe": 7}', '{"recipe": "none"}', "[" * 5000, '{"optim": 1}'],
)
def test_what_is_no_configuration_counts_as_absent(make_page, tmp_path, text) -> None:
    settings = Settings(tmp_path / "window.ini")
    settings.setValue(KEY, text)
    settings.sync()
    page = make_page()
    assert page.setup.form.recipe.id == "digits-quickstart"
    assert child(page, "epochs_spin").value() == 40
    assert list(tmp_path.glob("window.ini.damaged-*"))


def test_a_whole_configuration_is_read_as_it_was_written() -> None:
    assert parse_config(json.loads(json.dumps(CHANGED.to_dict())), RECIPES) == (CHANGED, False)


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("optim", "epochs", -3),
        ("optim", "epochs", "many"),
        ("optim", "nothing", 1),
        ("model", "variant", "vgg99"),
        ("data", "source", "imagenet"),
        ("data", "path", "a\0b"),
        ("engine", "device", ["cpu"]),
        ("seed", "", {"a": 1}),
        ("nothing", "", 1),
    ],
)
def test_a_single_wrong_value_counts_as_absent(section, name, value) -> None:
    stored = json.loads(json.dumps(CHANGED.to_dict()))
    if name:
        stored[section][name] = value
    else:
        stored[section] = value
    config, is_damaged = parse_config(stored, RECIPES)
    assert is_damaged
    assert isinstance(config, TrainConfig)
    assert config.optim.lr == 0.02
    assert config.data.subset == 500
    assert config.model.variant == "simple-vgg"
    assert config.data.source == "digits"
    assert config.seed == 0


def test_a_damaged_value_is_kept_in_a_copy(tmp_path) -> None:
    settings = Settings(tmp_path / "window.ini")
    stored = CHANGED.to_dict()
    stored["optim"]["epochs"] = -1
    settings.write_json(KEY, stored)
    settings.sync()
    opened = Settings(tmp_path / "window.ini")
    recipes = {recipe.id: recipe for recipe in list_recipes()}
    config = RememberedConfig(opened, WindowState(TaskHost(opened), tmp_path), opened).load(recipes)
    assert config is not None
    assert config.optim.lr == 0.02
    assert opened.damaged_copy is not None
    assert opened.damaged_copy.exists()
