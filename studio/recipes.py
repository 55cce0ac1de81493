"""Named starting configurations: those that ship with the program and those of the user.

A recipe is a TOML file: a TrainConfig with `title`, `summary`, `source`, and, where it has them,
`difficulty` and published figures in `[reference]`. Those that ship are in resources/recipes, those
of the user in the folder `recipes` of the data folder.
"""

import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from studio.config import TrainConfig
from studio.errors import ConfigError, StudioError, nearest_hint, quoted
from studio.files import read_regular
from studio.paths import resource, user_recipes_dir

DEFAULT_RECIPE = "digits-quickstart"

# Order of the recipe list, from easy to demanding.
_ORDER = (
    DEFAULT_RECIPE,
    "my-pictures",
    "simple-vgg-mnist",
    "tiny-vgg-fashion",
    "mini-vgg-v1-mnist",
    "mini-vgg-v2-mnist",
    "vgg19-cifar10",
    "vgg16-transfer-mnist",
    "mnist-best",
)


# Far more than any configuration takes, and read in a moment.
MAX_CONFIG_BYTES = 1 << 20
_MAX_DOTS = 32  # in the longest run of names: `tomllib` takes quadratic time for their number

MAX_TITLE, MAX_SUMMARY = 80, 400  # characters, for files from anyone
MAX_USER_RECIPES = 200  # own recipes that are listed

# What a recipe asks of a beginner. Easy: trains in a minute or two with few settings. Medium: takes
# minutes, a download or own images, and more settings. Hard: takes a GPU or hours, or downloads
# large weights.
DIFFICULTIES = ("easy", "medium", "hard")

Figures = dict[str, float]


@dataclass(frozen=True)
class Cell:
    """Published figures for a recipe with other `settings`, such as `{"optim.batch_size": 16}`."""

    settings: dict[str, Any]
    figures: Figures

    def fits(self, config: TrainConfig) -> bool:
        """Whether `config` has these settings."""
        return config.with_values(self.settings) == config


@dataclass(frozen=True)
class Recipe:
    """A named TrainConfig with its description and the figures that its source published.

    `reference` maps `train_accuracy`, `val_accuracy`, `test_accuracy` to published fractions for
    the unchanged recipe. `cells` are the rows of a published table with other settings.
    `difficulty` is one of DIFFICULTIES, or empty.
    """

    id: str
    title: str
    summary: str
    source: str
    reference: Figures
    config: TrainConfig
    cells: tuple[Cell, ...] = ()
    difficulty: str = ""
    is_user_recipe: bool = False

    def reference_for(self, config: TrainConfig) -> Figures:
        """The figures published for `config`, those of its cell where there is a table."""
        if not self.cells:
            return self.reference
        return next((cell.figures for cell in self.cells if cell.fits(config)), {})


def list_recipes() -> list[Recipe]:
    """Every recipe that ships with the program, the default first."""
    recipes = [read_recipe(path) for path in resource("recipes").glob("*.toml")]
    rank = {name: index for index, name in enumerate(_ORDER)}
    return sorted(recipes, key=lambda recipe: (rank.get(recipe.id, len(rank)), recipe.id))


@dataclass(frozen=True)
class UserRecipes:
    """The user's own recipes, by title, and why others of their files cannot be read."""

    recipes: tuple[Recipe, ...] = ()
    problems: tuple[str, ...] = field(default=())


def list_user_recipes(data_dir: Path | None = None) -> UserRecipes:
    """The user's own recipes in a data folder; a file that cannot be read is a problem."""
    found, problems = [], []
    for path in list(_user_files(data_dir).values())[:MAX_USER_RECIPES]:
        try:
            found.append(read_user_recipe(path))
        except StudioError as error:
            problems.append(f"{path.name}: {error}")
    found.sort(key=lambda recipe: (recipe.title.casefold(), recipe.id))
    return UserRecipes(tuple(found), tuple(problems))


def load_recipe(recipe_id: str, data_dir: Path | None = None) -> Recipe:
    """The recipe of that id, one of the user if none that ships has it.

    Raises ConfigError that suggests the nearest id.
    """
    shipped = {path.stem: path for path in resource("recipes").glob("*.toml")}
    if recipe_id in shipped:
        return read_recipe(shipped[recipe_id])
    files = _user_files(data_dir)
    if recipe_id in files:
        return read_user_recipe(files[recipe_id])
    hint = nearest_hint(recipe_id, sorted(shipped.keys() | files.keys()))
    raise ConfigError("recipe", f"There is no recipe {quoted(recipe_id)}.", hint)


def _user_files(data_dir: Path | None) -> dict[str, Path]:
    """The files of the user's own recipes by id."""
    try:
        paths = sorted(user_recipes_dir(data_dir).glob("*.toml"))
    except OSError:
        return {}
    return {path.stem: path for path in paths}


def read_user_recipe(path: Path) -> Recipe:
    """Read a recipe of the user, whose id is the name of the file.

    Raises StudioError, also where a recipe that ships has that id.
    """
    if path.stem in shipped_ids():
        message = f"“{path.name}” has the name of a recipe that ships with VGG Studio."
        raise StudioError(message, "Rename the file.")
    recipe = read_recipe(path)
    config = recipe.config.with_values({"recipe": path.stem})
    return replace(recipe, config=config, is_user_recipe=True)


def shipped_ids() -> set[str]:
    """The ids of the recipes that ship with the program."""
    return {path.stem for path in resource("recipes").glob("*.toml")}


def read_recipe(path: Path) -> Recipe:
    """Read a recipe or a plain configuration from a TOML file.

    Raises StudioError when the file cannot be read, ConfigError when a setting is wrong.
    """
    values = read_toml(path)
    title = _line(values.pop("title", ""))[:MAX_TITLE] or path.stem
    summary, source = _line(values.pop("summary", "")), _line(values.pop("source", ""))
    difficulty = _difficulty(values.pop("difficulty", ""))
    reference = values.pop("reference", {})
    # The config.toml of a run is a configuration too; its [run] table holds no settings.
    values.pop("run", None)
    values.setdefault("recipe", path.stem)
    config = TrainConfig.from_dict(values)
    figures, cells = _read_reference(reference)
    if cells:
        figures |= next((cell.figures for cell in cells if cell.fits(config)), {})
    return Recipe(path.stem, title, summary, source, figures, config, cells, difficulty)


def _line(text: Any) -> str:
    """A text as one line of plain words, not longer than anyone reads."""
    printable = "".join(c if c.isprintable() else " " for c in str(text))
    return " ".join(printable.split())[:MAX_SUMMARY]


def _difficulty(value: Any) -> str:
    if value in ("", *DIFFICULTIES):
        return str(value)
    raise ConfigError("difficulty", f"“difficulty” must be one of {', '.join(DIFFICULTIES)}.")


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file. Raises StudioError when it is missing or invalid."""
    try:
        return parse_toml(read_regular(path, MAX_CONFIG_BYTES))
    except FileNotFoundError:
        raise StudioError(f"There is no file “{path}”.", "Check its name and folder.") from None
    except OSError as error:
        reason = error.strerror or error
        message = f"“{path}” cannot be read: {reason}."
        raise StudioError(message, "Choose a configuration in TOML.") from None
    except UnicodeDecodeError:
        message = f"“{path}” cannot be read: it is not encoded in UTF-8."
        raise StudioError(message, "Choose a configuration in TOML.") from None
    except ValueError as error:
        raise StudioError(f"“{path}” is not valid TOML: {error}.", "Correct that line.") from None


def parse_toml(content: bytes) -> dict[str, Any]:
    """Parse TOML in UTF-8. Raises ValueError for any other content."""
    text = content.decode("utf-8")
    if any(_count_dots(line) > _MAX_DOTS for line in text.splitlines()):
        raise ValueError("a name has too many parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("its values are nested too deeply") from None


def _count_dots(line: str) -> int:
    """The dots of the longest dotted name in a line, as `a.b.c = 1` has 2."""
    longest = current = 0
    for piece in line.split("."):
        is_name = len(piece.split()) == 1
        current = current + 1 if is_name else 0
        longest = max(longest, current)
    return longest


def _read_reference(table: Any) -> tuple[Figures, tuple[Cell, ...]]:
    """The figures of the recipe itself and its cells, in which dotted keys are settings."""
    if not isinstance(table, dict):
        raise ConfigError("reference", "“reference” must be a table of figures.")
    rows = table.get("cells", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ConfigError("reference", "“reference.cells” must be tables of settings and figures.")
    figures = {name: figure for name, figure in table.items() if name != "cells"}
    return _figures(figures), tuple(_read_cell(row) for row in rows)


def _read_cell(row: dict[str, Any]) -> Cell:
    settings = {name: value for name, value in row.items() if "." in name}
    return Cell(settings, _figures({k: v for k, v in row.items() if k not in settings}))


def _figures(table: dict[str, Any]) -> Figures:
    try:
        return {name: float(figure) for name, figure in table.items()}
    except (TypeError, ValueError):
        raise ConfigError("reference", "Every figure of “reference” must be a number.") from None
