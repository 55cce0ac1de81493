"""What counts as a change of a recipe, without a window."""

import pytest

from studio.config import IMAGENET, TrainConfig
from studio.recipes import list_recipes, load_recipe
from studio.ui.train.form.config_form import data_values, form_values
from studio.ui.train.form.network_values import variant_values
from studio.ui.train.form.recipe_changes import (
    changed_settings,
    recipe_values,
    reset_all_values,
    reset_values,
    settings_without_field,
)

DIGITS = load_recipe("digits-quickstart").config
OWN = load_recipe("my-pictures").config
FIELDS = form_values(DIGITS).keys() - {"data.split_seed", "engine.threads"}


def form_of(recipe: TrainConfig, **changes: object) -> dict[str, object]:
    """An unchanged form with some changes, written `optim__lr=0.1`."""
    values = form_values(recipe) | data_values(recipe, recipe.data.source)
    return values | {name.replace("__", "."): value for name, value in changes.items()}


def choose_dataset(values: dict[str, object], recipe: TrainConfig, source: str) -> None:
    values["data.source"] = source
    values |= data_values(recipe, source)


@pytest.mark.parametrize("recipe", list_recipes(), ids=lambda recipe: recipe.id)
def test_an_untouched_form_has_no_changes(recipe) -> None:
    assert changed_settings(recipe.config, form_of(recipe.config)) == ()


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({"optim__lr": 0.002}, ("optim.lr",)),
        ({"optim__lr": 0.004 * (1 + 1e-12)}, ()),
        ({"augment__zoom": 0.1 + 1e-17}, ()),
        ({"augment__shift": 0}, ("augment.shift",)),
        ({"augment__flip_vertical": True}, ("augment.flip_vertical",)),
        ({"data__subset": 1000}, ("data.subset",)),
        ({"data__image_size": 28}, ("data.image_size",)),
        ({"model__filters": " 32|64 "}, ("model.filters",)),
        ({"model__hidden": ""}, ("model.hidden",)),
        ({"seed": 1, "optim__epochs": 3}, ("seed", "optim.epochs")),
        ({"engine__max_steps": 500, "optim__epochs": 10_000}, ("engine.max_steps",)),
    ],
)
def test_values_are_compared_by_their_meaning(changes, changed) -> None:
    assert changed_settings(DIGITS, form_of(DIGITS, **changes)) == changed


def test_the_same_layers_written_otherwise_are_no_change() -> None:
    values = form_of(OWN)
    values["model.filters"] = str(values["model.filters"]).replace(" | ", "/")
    assert changed_settings(OWN, values) == ()


def test_text_that_is_no_network_counts_as_a_change() -> None:
    assert changed_settings(DIGITS, form_of(DIGITS, model__filters="")) == ("model.filters",)


def test_another_dataset_is_one_change_with_its_preparation() -> None:
    recipe = load_recipe("vgg16-transfer-mnist").config
    values = form_of(recipe)
    choose_dataset(values, recipe, "fashion_mnist")
    assert changed_settings(recipe, values) == ("data.source",)
    values["data.image_size"] = 96
    assert changed_settings(recipe, values) == ("data.source", "data.image_size")


def test_images_of_a_recipe_for_own_images_are_no_change() -> None:
    assert changed_settings(OWN, form_of(OWN, data__path="/photos")) == ()
    values = form_of(DIGITS)
    choose_dataset(values, DIGITS, "folder")
    values["data.path"] = "/photos"
    assert changed_settings(DIGITS, values) == ("data.source",)


def test_the_share_of_a_split_that_the_dataset_defines_is_no_change() -> None:
    values = form_of(DIGITS, data__test_share=0.4)
    assert changed_settings(DIGITS, values) == ("data.test_share",)
    assert changed_settings(DIGITS, values, given={"test"}) == ()


def test_another_variant_is_one_change_and_going_back_shows_what_was_lost() -> None:
    values = form_of(OWN, model__variant="tiny-vgg") | variant_values("tiny-vgg")
    assert changed_settings(OWN, values) == ("model.variant",)
    values |= {"model.variant": "simple-vgg"} | variant_values("simple-vgg")
    lost = {"model.filters", "model.norm", "model.dropout"}
    assert set(changed_settings(OWN, values)) == lost


def test_layers_and_color_of_a_backbone_are_no_changes() -> None:
    values = form_of(DIGITS, model__backbone="run:one", model__filters="8", data__color="rgb")
    assert changed_settings(DIGITS, values, channels=3) == ("model.backbone",)
    values["model.unfrozen"] = 1
    assert "model.unfrozen" in changed_settings(DIGITS, values, channels=3)
    assert "model.unfrozen" not in changed_settings(DIGITS, values | {"model.backbone": ""})


@pytest.mark.parametrize(
    ("recipe", "changes"),
    [
        (DIGITS, {"optim__lr": 1.0}),
        (DIGITS, {"engine__max_steps": 500, "optim__epochs": 10_000}),
        (DIGITS, {"data__source": "mnist", "data__image_size": 96}),
        (OWN, {"model__variant": "vgg11"} | {"model__filters": "8", "model__dropout": 0.1}),
        (DIGITS, {"model__backbone": IMAGENET, "model__filters": "8 | 8"}),
    ],
)
def test_resetting_each_change_gives_the_recipe_again(recipe, changes) -> None:
    values = form_of(recipe, **changes)
    while changed := changed_settings(recipe, values):
        values |= reset_values(recipe, values, changed[0])
    assert values == form_of(recipe)


def test_resetting_one_change_keeps_the_others() -> None:
    values = form_of(DIGITS, optim__lr=1.0, seed=7)
    values |= reset_values(DIGITS, values, "optim.lr")
    assert changed_settings(DIGITS, values) == ("seed",)


def test_resetting_the_image_size_of_another_dataset_gives_that_of_the_dataset() -> None:
    values = form_of(OWN)
    choose_dataset(values, OWN, "mnist")
    values["data.image_size"] = 32
    reset = reset_values(OWN, values, "data.image_size")
    assert reset == {"data.image_size": recipe_values(OWN, values)["data.image_size"]}
    assert reset["data.image_size"] is None


def test_resetting_all_keeps_the_images_of_a_recipe_for_own_images() -> None:
    values = form_of(OWN, data__path="/photos", optim__lr=1.0)
    values |= reset_all_values(OWN, values)
    assert values["data.path"] == "/photos"
    assert changed_settings(OWN, values) == ()
    assert reset_all_values(DIGITS, form_of(DIGITS, data__source="mnist")) == form_of(DIGITS)


def test_settings_without_a_field_are_found() -> None:
    config = DIGITS.with_values({"data.split_seed": 5, "optim.lr": 1.0, "engine.threads": 3})
    assert settings_without_field(DIGITS, config, FIELDS) == {
        "data.split_seed": 5,
        "engine.threads": 3,
    }


@pytest.mark.parametrize("recipe", list_recipes(), ids=lambda recipe: recipe.id)
def test_no_setting_of_a_recipe_is_lost_in_the_form(recipe) -> None:
    assert settings_without_field(recipe.config, recipe.config, FIELDS) == {}
