"""The recipes that ship are complete, and errors in a recipe are explained."""

from pathlib import Path

import pytest

from studio.data import DATASETS, load_dataset
from studio.data.dataset_shape import shape_from_config
from studio.data.datasets import FOLDER
from studio.errors import ConfigError, StudioError
from studio.models import summarize
from studio.recipes import DEFAULT_RECIPE, list_recipes, load_recipe, read_recipe

RECIPES = list_recipes()


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.id)
def test_a_recipe_is_complete(recipe):
    assert all((recipe.title, recipe.summary, recipe.source))
    assert recipe.config.recipe == recipe.id
    shape = shape_from_config(recipe.config.data)
    # Own images are not known yet: assume two classes in color.
    size, channels, classes = recipe.config.data.image_size, 3, 2
    if shape:
        size, channels, classes = shape.image_size, shape.channels, len(shape.class_names)
    fitted = {"image_size": size, "in_channels": channels, "num_classes": classes}
    assert summarize(recipe.config.model.model_copy(update=fitted)).parameters > 0
    assert set(recipe.reference) <= {"train_accuracy", "val_accuracy", "test_accuracy"}
    assert all(0 < figure <= 1 for figure in recipe.reference.values())


def test_the_default_comes_first_and_needs_no_download():
    assert RECIPES[0].id == DEFAULT_RECIPE
    assert DATASETS[RECIPES[0].config.data.source].is_builtin


def test_the_recipe_for_own_images_asks_for_them():
    data = load_recipe("my-pictures").config.data
    assert (data.source, data.path) == (FOLDER, None)
    with pytest.raises(ConfigError, match="No images are chosen") as caught:
        load_dataset(data, Path("nowhere"))
    assert caught.value.field == "data.path"


def test_a_published_cell_belongs_to_its_settings():
    recipe = load_recipe("mini-vgg-v2-mnist")
    published = {16: 0.9031, 32: 0.9197, 64: 0.9309, 128: 0.9370}
    for batch_size, figure in published.items():
        for layers in ("native", "scratch"):
            config = recipe.config.with_values(
                {"optim.batch_size": batch_size, "model.layers": layers}
            )
            assert recipe.reference_for(config) == {"val_accuracy": figure}
    assert recipe.reference == {"val_accuracy": published[recipe.config.optim.batch_size]}
    assert recipe.reference_for(recipe.config.with_values({"optim.batch_size": 17})) == {}


def test_without_cells_the_reference_belongs_to_every_change():
    recipe = load_recipe("tiny-vgg-fashion")
    assert recipe.reference_for(recipe.config.with_values({"seed": 5})) == recipe.reference


@pytest.mark.parametrize("name", ["mini-vgg-v1-mnist", "mini-vgg-v2-mnist"])
def test_a_training_in_steps_has_enough_epochs(name):
    config = load_recipe(name).config
    samples = 54_000  # the training split of MNIST
    assert config.optim.epochs * (samples // 128) >= config.engine.max_steps == 1000


def test_an_unknown_recipe_names_the_nearest():
    with pytest.raises(StudioError, match="digits-quickstart"):
        load_recipe("digit-quickstart")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[optim]\nepoch = 3", "epochs"),
        ("[optim", "TOML"),
        ("reference = 3", "reference"),
        ("[reference]\ntest_accuracy = 'high'", "number"),
        ("[reference]\ncells = 3", "reference"),
        ("[[reference.cells]]\n'optim.batchsize' = 16", "batch_size"),
    ],
)
def test_an_invalid_recipe_is_explained(tmp_path, text, word):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises((ConfigError, StudioError), match=word):
        read_recipe(path)


def test_a_missing_and_a_binary_file_are_errors(tmp_path):
    with pytest.raises(StudioError, match="no file"):
        read_recipe(tmp_path / "none.toml")
    (tmp_path / "picture.toml").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(StudioError, match="cannot be read"):
        read_recipe(tmp_path / "picture.toml")
