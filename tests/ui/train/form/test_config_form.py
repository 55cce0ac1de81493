"""The form's values become configurations and back, without a window."""

import pytest

from studio.config import ModelConfig, TrainConfig
from studio.data.datasets import DATASETS
from studio.errors import ConfigError
from studio.models import VARIANTS, smallest_size
from studio.recipes import Recipe, list_recipes, load_recipe
from studio.ui.train.form.config_form import (
    color_for,
    form_values,
    published_for,
    read_form,
)
from studio.ui.train.form.network_values import variant_values


@pytest.mark.parametrize("recipe", list_recipes(), ids=lambda recipe: recipe.id)
def test_an_untouched_form_trains_the_recipe(recipe) -> None:
    config = read_form(recipe.config, form_values(recipe.config))
    assert config.optim == recipe.config.optim
    assert config.augment == recipe.config.augment
    assert config.data == recipe.config.data
    assert config.model.filters == recipe.config.model.filters
    assert config.model.norm == recipe.config.model.norm
    assert form_values(config) == form_values(recipe.config)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("source", DATASETS)
def test_the_network_follows_the_data(variant: str, source: str) -> None:
    values = form_values(TrainConfig()) | variant_values(variant)
    values |= {"model.variant": variant, "data.source": source}
    row = DATASETS[source]
    if row.image_size < smallest_size(ModelConfig(variant=variant)):
        with pytest.raises(ConfigError, match="Use images of at least"):
            read_form(TrainConfig(), values)
        return
    config = read_form(TrainConfig(), values)
    assert config.model.in_channels == row.channels
    assert config.model.image_size == row.image_size
    assert config.model.num_classes == len(row.class_names)


def test_another_variant_drops_what_the_recipe_changed_in_its_own() -> None:
    base = load_recipe("mnist-best").config
    values = form_values(base) | {"model.variant": "tiny-vgg"} | variant_values("tiny-vgg")
    config = read_form(base, values)
    assert config.model.filters is None
    assert config.model.norm is None
    assert config.model.hidden is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("optim.epochs", 0),
        ("optim.lr", 0.0),
        ("optim.lr", 11.0),
        ("optim.batch_size", 0),
        ("model.dropout", 1.0),
        ("augment.rotate", 181),
        ("seed", -1),
    ],
)
def test_a_value_that_cannot_work_is_named(field: str, value: float) -> None:
    with pytest.raises(ConfigError) as caught:
        read_form(TrainConfig(), form_values(TrainConfig()) | {field: value})
    assert caught.value.field == field


def test_an_impossible_network_is_found_while_editing() -> None:
    base = TrainConfig.from_dict({"model": {"filters": [[8]] * 5}})
    with pytest.raises(ConfigError) as caught:
        read_form(base, form_values(base))
    assert caught.value.field == "model.filters"
    assert "“pool4”" in str(caught.value)
    assert "at least 32 pixels" in str(caught.value)


def test_no_hidden_layer_is_a_choice() -> None:
    config = read_form(TrainConfig(), form_values(TrainConfig()) | {"model.hidden": ""})
    assert config.model.hidden == ()
    assert form_values(config)["model.hidden"] == ""


def published(recipe: Recipe, **changes: object) -> dict[str, float]:
    values = form_values(recipe.config) | {k.replace("__", "."): v for k, v in changes.items()}
    return published_for(read_form(recipe.config, values), recipe)


@pytest.mark.parametrize("recipe", list_recipes(), ids=lambda recipe: recipe.id)
def test_published_figures_belong_to_their_own_network_and_data(recipe: Recipe) -> None:
    own = recipe.reference_for(recipe.config)
    assert bool(own) == bool(recipe.reference or recipe.cells)
    assert published(recipe) == own
    assert published(recipe, optim__epochs=1, model__layers="scratch") == own
    assert published(recipe, model__hidden="77") == {}
    assert published(recipe, data__val_share=0.31) == {}


def test_a_published_table_has_a_figure_for_each_batch_size() -> None:
    recipe = load_recipe("mini-vgg-v2-mnist")
    assert published(recipe, optim__batch_size=128) == {"val_accuracy": 0.9370}
    assert published(recipe, optim__batch_size=100) == {}


@pytest.mark.parametrize(
    ("channels", "source", "color", "expected"),
    [
        (3, "mnist", "own", "rgb"),
        (3, "cifar10", "own", "own"),
        (1, "cifar10", "own", "grey"),
        (1, "mnist", "own", "own"),
        (3, "folder", "own", "rgb"),  # who knows what is in it
        (1, "mnist", "rgb", "grey"),
    ],
)
def test_images_are_converted_to_the_channels_of_a_backbone(
    channels: int, source: str, color: str, expected: str
) -> None:
    assert color_for(channels, source, color) == expected
