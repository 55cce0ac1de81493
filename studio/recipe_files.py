"""Save, rename, delete, share and open the user's own recipes."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import tomli_w

from studio.config import TrainConfig
from studio.errors import StudioError
from studio.files import is_file, read_regular, write_atomic, write_text
from studio.paths import user_recipes_dir
from studio.recipes import (
    MAX_CONFIG_BYTES,
    MAX_SUMMARY,
    MAX_TITLE,
    Recipe,
    list_recipes,
    list_user_recipes,
    read_recipe,
    read_user_recipe,
    shipped_ids,
)

_MAX_ID = 48  # characters, as in the name of a run's folder
_SOURCE = "Own recipe"
# Settings that mean something on one computer only: never shared, and not taken from a stranger.
_LOCAL = {"data.path": None, "data.overlay": "", "optim.start_from": ""}


def save_recipe(title: str, summary: str, config: TrainConfig, data_dir: Path) -> Recipe:
    """Save a configuration as a new recipe of the user, and return that.

    Its id is made from the title, and differs from that of any other recipe. Raises StudioError.
    """
    recipe_id = _free_id(title, data_dir)
    recipe = Recipe(recipe_id, title, summary, _SOURCE, {}, config, is_user_recipe=True)
    return _write(recipe, user_recipes_dir(data_dir) / f"{recipe_id}.toml")


def update_recipe(recipe: Recipe, data_dir: Path) -> Recipe:
    """Replace the file of an own recipe by `recipe`, and return what is there now.

    Raises StudioError.
    """
    return _write(recipe, user_recipes_dir(data_dir) / f"{recipe.id}.toml")


def rename_recipe(recipe: Recipe, title: str, summary: str, data_dir: Path) -> Recipe:
    """Give an own recipe another title and summary; its id stays. Raises StudioError."""
    return update_recipe(replace(recipe, title=title, summary=summary), data_dir)


def delete_recipe(recipe: Recipe, data_dir: Path) -> bytes:
    """Delete the file of an own recipe, and return its content. Raises StudioError."""
    path = user_recipes_dir(data_dir) / f"{recipe.id}.toml"
    try:
        content = read_regular(path, MAX_CONFIG_BYTES)
        path.unlink()
    except OSError as error:
        message = f"The recipe “{recipe.title}” cannot be deleted: {error.strerror or error}."
        raise StudioError(message, f"Delete “{path}” yourself.") from None
    return content


def restore_recipe(recipe: Recipe, content: bytes, data_dir: Path) -> Recipe:
    """Write back what `delete_recipe` returned. Raises StudioError."""
    path = user_recipes_dir(data_dir) / f"{recipe.id}.toml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, lambda partial: partial.write_bytes(content), len(content))
    except OSError as error:
        raise _unwritable(path, error) from None
    return read_user_recipe(path)


def export_recipe(recipe: Recipe, path: Path) -> None:
    """Write a recipe to a file for others, without what belongs to this computer only.

    Raises StudioError.
    """
    _refuse_weight_files(recipe.config)
    _write(replace(recipe, config=recipe.config.with_values(_LOCAL)), path)


def open_recipe(path: Path, data_dir: Path) -> Recipe:
    """Add the recipe in a file to the user's own, unless it is there, and return it.

    The file is data only. Folders and runs that it names are not used. Raises StudioError.
    """
    found = read_recipe(path)
    _refuse_weight_files(found.config)
    if path.name == "config.toml" and found.title == "config":  # that of a run
        found = replace(found, title=found.config.recipe.replace("-", " ").capitalize())
    found = replace(found, config=found.config.with_values(_LOCAL))
    known = [*list_recipes(), *list_user_recipes(data_dir).recipes]
    for recipe in known:
        if _is_same(recipe, found):
            return recipe
    recipe_id = _free_id(found.title, data_dir)
    added = replace(found, id=recipe_id, source=found.source or _SOURCE, is_user_recipe=True)
    return _write(added, user_recipes_dir(data_dir) / f"{recipe_id}.toml")


def free_title(title: str, recipes: list[Recipe]) -> str:
    """Return `title`, or "title 2" and so on where a recipe has it."""
    taken = {recipe.title.casefold() for recipe in recipes}
    candidates = (title if n == 1 else f"{title} {n}" for n in range(1, len(taken) + 2))
    return next(name for name in candidates if name.casefold() not in taken)


def _is_same(recipe: Recipe, other: Recipe) -> bool:
    """Whether two recipes differ in nothing that matters on another computer."""
    shared = recipe.config.with_values(_LOCAL | {"recipe": other.config.recipe})
    return recipe.title == other.title and shared == other.config


def _refuse_weight_files(config: TrainConfig) -> None:
    """Raise StudioError for pretrained weights in a file, which no other computer has."""
    backbone = config.model.backbone
    if "/" in backbone or "\\" in backbone or os.sep in backbone:
        message = "A recipe that starts from the weights in a file cannot be shared."
        raise StudioError(message, "Choose other pretrained weights for it.")


def _free_id(title: str, data_dir: Path) -> str:
    """Return an id made from a title that no recipe has."""
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in title.lower())
    base = "-".join(part for part in kept.split("-") if part)[:_MAX_ID].strip("-") or "recipe"
    shipped, folder = shipped_ids(), user_recipes_dir(data_dir)
    number, name = 1, base
    while name in shipped or is_file(folder / f"{name}.toml"):
        number += 1
        name = f"{base[: _MAX_ID - 5]}-{number}"
    return name


def _write(recipe: Recipe, path: Path) -> Recipe:
    """Write a recipe and return it as it is read again. Raises StudioError."""
    if not recipe.title.strip():
        raise StudioError("A recipe needs a title.", "Type one.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, tomli_w.dumps(_values(recipe)))
    except OSError as error:
        raise _unwritable(path, error) from None
    return replace(read_recipe(path), is_user_recipe=recipe.is_user_recipe)


def _values(recipe: Recipe) -> dict[str, Any]:
    """Return the content of the file of a recipe."""
    texts = {
        "title": recipe.title.strip()[:MAX_TITLE],
        "summary": recipe.summary.strip()[:MAX_SUMMARY],
        "source": recipe.source,
        "difficulty": recipe.difficulty,
    }
    reference: dict[str, Any] = dict(recipe.reference) if not recipe.cells else {}
    if recipe.cells:
        reference["cells"] = [cell.settings | cell.figures for cell in recipe.cells]
    values = {name: text for name, text in texts.items() if text}
    values |= recipe.config.with_values({"recipe": recipe.id}).to_dict()
    return values | ({"reference": reference} if reference else {})


def _unwritable(path: Path, error: OSError) -> StudioError:
    if isinstance(error, StudioError):  # a full disk
        return error
    message = f"“{path}” cannot be written: {error.strerror or error}."
    return StudioError(message, "Choose another folder, or free some space.")
