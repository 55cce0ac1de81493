"""vgg-studio recipes."""

from studio.cli.options import AsJson, DataDir
from studio.cli.output import err, print_json, print_table
from studio.recipes import Recipe, list_recipes, list_user_recipes


def recipes(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the recipes, also your own in the data folder."""
    user_recipes = list_user_recipes(data_dir)
    found = [*list_recipes(), *user_recipes.recipes]
    for problem in user_recipes.problems:
        err.print(f"Skipped {problem}")
    if as_json:
        print_json({"recipes": [_describe(recipe) for recipe in found]})
        return
    print_table(
        ["recipe", "network", "dataset", "#length", "difficulty", "title"],
        [_row(recipe) for recipe in found],
    )


def _row(recipe: Recipe) -> tuple[str, ...]:
    config = recipe.config
    difficulty = recipe.difficulty or ("own" if recipe.is_user_recipe else "")
    network, dataset = config.model.variant, config.data.source
    return recipe.id, network, dataset, config.length_text, difficulty, recipe.title


def _describe(recipe: Recipe) -> dict[str, object]:
    return {
        "id": recipe.id,
        "title": recipe.title,
        "summary": recipe.summary,
        "source": recipe.source,
        "reference": recipe.reference,
        "difficulty": recipe.difficulty,
        "own": recipe.is_user_recipe,
        "config": recipe.config.to_dict(),
    }
