"""vgg-studio recipes."""

from studio.cli.options import AsJson
from studio.cli.output import print_json, print_table
from studio.recipes import Recipe, list_recipes


def recipes(as_json: AsJson = False) -> None:
    """List the recipes."""
    found = list_recipes()
    if as_json:
        print_json({"recipes": [_describe(recipe) for recipe in found]})
        return
    print_table(
        ["recipe", "network", "dataset", "#length", "title"],
        [(r.id, r.config.model.variant, r.config.data.source, _length(r), r.title) for r in found],
    )


def _length(recipe: Recipe) -> str:
    return recipe.config.length_text


def _describe(recipe: Recipe) -> dict[str, object]:
    return {
        "id": recipe.id,
        "title": recipe.title,
        "summary": recipe.summary,
        "source": recipe.source,
        "reference": recipe.reference,
        "config": recipe.config.to_dict(),
    }
