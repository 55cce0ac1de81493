"""Named starting configurations, read from resources/recipes/*.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.config import TrainConfig
from studio.errors import ConfigError, StudioError, nearest_hint
from studio.paths import resource

DEFAULT_RECIPE = "digits-quickstart"

# The order of the cards: what a newcomer should meet first comes first.
_ORDER = (DEFAULT_RECIPE, "my-pictures", "simple-vgg-mnist", "tiny-vgg-fashion", "mnist-best")


@dataclass(frozen=True)
class Recipe:
    """A named TrainConfig with its words and the figures its source published.

    `reference` maps `train_accuracy`, `val_accuracy`, `test_accuracy` (fractions) to figures.
    """

    id: str
    title: str
    summary: str
    source: str
    reference: dict[str, float]
    config: TrainConfig


def list_recipes() -> list[Recipe]:
    """Every recipe that ships, the default first."""
    recipes = [read_recipe(path) for path in resource("recipes").glob("*.toml")]
    rank = {name: place for place, name in enumerate(_ORDER)}
    return sorted(recipes, key=lambda recipe: (rank.get(recipe.id, len(rank)), recipe.id))


def load_recipe(recipe_id: str) -> Recipe:
    """The recipe of that id. Raises ConfigError naming the nearest one there is."""
    known = sorted(path.stem for path in resource("recipes").glob("*.toml"))
    if recipe_id not in known:
        hint = nearest_hint(recipe_id, known)
        raise ConfigError("recipe", f"There is no recipe “{recipe_id}”.", hint)
    return read_recipe(resource("recipes", f"{recipe_id}.toml"))


def read_recipe(path: Path) -> Recipe:
    """Read a recipe or a plain configuration from a TOML file.

    Raises StudioError when the file cannot be read, ConfigError when a setting is wrong.
    """
    values = read_toml(path)
    words = {name: str(values.pop(name, "")) for name in ("title", "summary", "source")}
    reference = _figures(values.pop("reference", {}))
    # A run's config.toml is a configuration too; what it records about its run is not a setting.
    values.pop("run", None)
    values.setdefault("recipe", path.stem)
    words["title"] = words["title"] or path.stem
    return Recipe(path.stem, reference=reference, config=TrainConfig.from_dict(values), **words)


def read_toml(path: Path) -> dict[str, Any]:
    """The values of a TOML file. Raises StudioError when it is missing or no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StudioError(f"There is no file “{path}”.", "Check the name.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise StudioError(f"“{path}” cannot be read: {error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise StudioError(f"“{path}” is no valid TOML: {error}.", "Mend that line.") from None


def _figures(table: Any) -> dict[str, float]:
    if not isinstance(table, dict):
        raise ConfigError("reference", "“reference” must be a table of figures.")
    try:
        return {str(name): float(figure) for name, figure in table.items()}
    except (TypeError, ValueError):
        raise ConfigError("reference", "Every figure of “reference” must be a number.") from None
