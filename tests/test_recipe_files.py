"""Own recipes: saved, listed, renamed, deleted, shared, and opened from anyone."""

import pytest

from studio import recipe_files
from studio.errors import StudioError
from studio.paths import user_recipes_dir
from studio.recipes import MAX_TITLE, list_recipes, list_user_recipes, load_recipe

DIGITS = load_recipe("digits-quickstart").config


def save(data_dir, title="Slow digits", **values):
    config = DIGITS.with_values({"optim.lr": 0.001} | values)
    return recipe_files.save_recipe(title, "Smaller steps.", config, data_dir)


def test_a_saved_recipe_is_listed_and_loaded(tmp_path) -> None:
    saved = save(tmp_path)
    assert (saved.id, saved.title, saved.summary) == (
        "slow-digits",
        "Slow digits",
        "Smaller steps.",
    )
    assert saved.is_user_recipe
    assert saved.config == DIGITS.with_values({"optim.lr": 0.001, "recipe": "slow-digits"})
    assert list_user_recipes(tmp_path).recipes == (saved,)
    assert load_recipe("slow-digits", tmp_path) == saved
    with pytest.raises(StudioError, match="slow-digits"):
        load_recipe("slow-digit", tmp_path)


def test_an_own_recipe_never_hides_one_that_ships(tmp_path) -> None:
    assert save(tmp_path, "Digits quickstart").id == "digits-quickstart-2"
    assert save(tmp_path, "Digits quickstart").id == "digits-quickstart-3"
    folder = user_recipes_dir(tmp_path)
    (folder / "digits-quickstart.toml").write_text("title = 'Mine'")
    assert load_recipe("digits-quickstart", tmp_path).title == "Digits quickstart"
    own = list_user_recipes(tmp_path)
    assert [recipe.id for recipe in own.recipes] == ["digits-quickstart-2", "digits-quickstart-3"]
    assert "Rename the file" in own.problems[0]


@pytest.mark.parametrize("title", ["☂", "../../etc", "con" * 90, "a/b\\c:d", "<b>x</b>"])
def test_any_title_makes_a_file_in_the_folder(tmp_path, title) -> None:
    saved = save(tmp_path, title)
    (path,) = user_recipes_dir(tmp_path).iterdir()
    assert path.stem == saved.id == load_recipe(saved.id, tmp_path).id
    assert saved.title == title[:MAX_TITLE]


def test_a_recipe_is_renamed_updated_deleted_and_brought_back(tmp_path) -> None:
    saved = save(tmp_path)
    renamed = recipe_files.rename_recipe(saved, "Other", "", tmp_path)
    assert (renamed.id, renamed.title, renamed.config) == (saved.id, "Other", saved.config)
    with pytest.raises(StudioError, match="title"):
        recipe_files.rename_recipe(saved, "  ", "", tmp_path)
    content = recipe_files.delete_recipe(renamed, tmp_path)
    assert list_user_recipes(tmp_path).recipes == ()
    with pytest.raises(StudioError, match="cannot be deleted"):
        recipe_files.delete_recipe(renamed, tmp_path)
    assert recipe_files.restore_recipe(renamed, content, tmp_path) == renamed


def test_a_shared_file_is_the_same_recipe_elsewhere(tmp_path) -> None:
    values = {"data.source": "folder", "data.path": "/home/me/private", "data.overlay": "current"}
    saved = save(tmp_path / "here", **values)
    path = tmp_path / "slow.toml"
    recipe_files.export_recipe(saved, path)
    assert "private" not in path.read_text()
    opened = recipe_files.open_recipe(path, tmp_path / "there")
    assert (opened.title, opened.config.optim.lr) == ("Slow digits", 0.001)
    assert opened.config.data.path is None
    assert opened == load_recipe("slow-digits", tmp_path / "there")
    assert recipe_files.open_recipe(path, tmp_path / "there") == opened  # not twice
    assert len(list_user_recipes(tmp_path / "there").recipes) == 1


def test_a_shared_recipe_that_ships_is_recognized(tmp_path) -> None:
    for recipe in list_recipes():
        recipe_files.export_recipe(recipe, tmp_path / "shared.toml")
        assert recipe_files.open_recipe(tmp_path / "shared.toml", tmp_path) == recipe
    assert list_user_recipes(tmp_path).recipes == ()


def test_the_configuration_of_a_run_can_be_opened(tmp_path) -> None:
    from studio.runs import RunStore

    run = RunStore(tmp_path / "runs").create(DIGITS.with_values({"seed": 7}))
    opened = recipe_files.open_recipe(run.path / "config.toml", tmp_path)
    assert (opened.title, opened.config.seed) == ("Digits quickstart", 7)
    assert opened.is_user_recipe


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\xff\xd8", "UTF-8"),
        (b"title = ", "TOML"),
        (b"#" * (2 << 20), "larger"),
        (b"[model]\nbackbone = '/etc/weights.pt'", "weights in a file"),
        (b"[model]\nbackbone = '\\\\\\\\server\\\\share'", "weights in a file"),
        (b"difficulty = 'deadly'", "difficulty"),
        (b"[optim]\nlr = 'high'", "optim.lr"),
    ],
)
def test_a_file_of_a_stranger_is_data_only(tmp_path, content, word) -> None:
    path = tmp_path / "theirs.toml"
    path.write_bytes(content)
    with pytest.raises(StudioError, match=word):
        recipe_files.open_recipe(path, tmp_path)
    assert not user_recipes_dir(tmp_path).exists()


def test_texts_of_a_stranger_are_one_line_of_plain_words(tmp_path) -> None:
    path = tmp_path / "theirs.toml"
    path.write_text('title = "A\\n\\u202eB\\u0000  c"\nsummary = "' + "x" * 9000 + '"')
    opened = recipe_files.open_recipe(path, tmp_path)
    assert opened.title == "A B c"
    assert len(opened.summary) == 400


def test_a_folder_that_cannot_be_written_is_explained(tmp_path) -> None:
    (tmp_path / "recipes").write_text("a file in the place of the folder")
    with pytest.raises(StudioError, match="cannot be written"):
        save(tmp_path)
    assert list_user_recipes(tmp_path).recipes == ()


def test_a_free_title_is_found() -> None:
    recipes = list_recipes()
    assert recipe_files.free_title("My digits", recipes) == "My digits"
    assert recipe_files.free_title("digits quickstart", recipes) == "digits quickstart 2"
