"""Named starting configurations, read from resources/recipes/*.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.config import TrainConfig
from studio.errors import ConfigError, StudioError, nearest_hint, quoted
from studio.files import read_regular
from studio.paths import resource

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
    """

    id: str
    title: str
    summary: str
    source: str
    reference: Figures
    config: TrainConfig
    cells: tuple[Cell, ...] = ()

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


def load_recipe(recipe_id: str) -> Recipe:
    """The recipe of that id. Raises ConfigError that suggests the nearest id."""
    known = sorted(path.stem for path in resource("recipes").glob("*.toml"))
    if recipe_id not in known:
        hint = nearest_hint(recipe_id, known)
        raise ConfigError("recipe", f"There is no recipe {quoted(recipe_id)}.", hint)
    return read_recipe(resource("recipes", f"{recipe_id}.toml"))


def read_recipe(path: Path) -> Recipe:
    """Read a recipe or a plain configuration from a TOML file.

    Raises StudioError when the file cannot be read, ConfigError when a setting is wrong.
    """
    values = read_toml(path)
    texts = {name: str(values.pop(name, "")) for name in ("title", "summary", "source")}
    texts["title"] = texts["title"] or path.stem
    reference = values.pop("reference", {})
    # The config.toml of a run is a configuration too; its [run] table holds no settings.
    values.pop("run", None)
    values.setdefault("recipe", path.stem)
    config = TrainConfig.from_dict(values)
    figures, cells = _read_reference(reference)
    if cells:
        figures |= next((cell.figures for cell in cells if cell.fits(config)), {})
    return Recipe(path.stem, reference=figures, config=config, cells=cells, **texts)


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
