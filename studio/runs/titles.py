"""What a run is called, wherever it is shown."""

from functools import cache

from studio.errors import StudioError
from studio.recipes import load_recipe


def run_title(folder: str, recipe: str = "") -> str:
    """Name the run in a folder of that name: "Digits quickstart 33fb".

    That is the title of its recipe and the tag at the end of the folder's name, which tells runs of
    one recipe apart. Without a `recipe` the folder's name says which it was. A recipe that does not
    ship with the program has its own name for a title.
    """
    return f"{_recipe_title(recipe or _recipe_in(folder)) or 'Run'} {run_tag(folder)}"


def run_tag(folder: str) -> str:
    """The end of a run folder's name: "33fb"."""
    return folder.rsplit("-", 1)[-1]


def _recipe_in(folder: str) -> str:
    """The recipe in "<date>-<time>-<recipe>-<tag>", or nothing where a folder was renamed."""
    date, _, rest = folder.partition("-")
    time, _, rest = rest.partition("-")
    return rest.rpartition("-")[0] if date.isdigit() and time.isdigit() else ""


@cache
def _recipe_title(recipe: str) -> str:
    try:
        return load_recipe(recipe).title if recipe else ""
    except StudioError:
        return recipe[:1].upper() + recipe[1:]
