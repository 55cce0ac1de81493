"""`vgg-studio recipes` lists the recipes of the user too, and `train` finds them."""

import json

from studio.recipe_files import save_recipe
from studio.recipes import load_recipe


def test_own_recipes_are_listed_and_trained(ask, cli, tmp_path) -> None:
    config = load_recipe("digits-quickstart").config.with_values({"optim.epochs": 1})
    save_recipe("Slow digits", "", config.with_values({"engine.max_steps": 1}), tmp_path)
    (tmp_path / "recipes" / "bad.toml").write_text("title = ")
    code, answer = ask("recipes", "--data-dir", str(tmp_path))
    own = [recipe for recipe in answer["recipes"] if recipe["own"]]
    assert (code, [recipe["id"] for recipe in own]) == (0, ["slow-digits"])
    assert answer["recipes"][0]["difficulty"] == "easy"
    _, _, err = cli("recipes", "--data-dir", str(tmp_path))
    assert "Skipped bad.toml" in err
    words = ["train", "slow-digits", "--data-dir", str(tmp_path), "--runs-dir", str(tmp_path)]
    code, out, _ = cli(*words, "--json")
    assert (code, json.loads(out.splitlines()[-1])["epochs"]) == (0, 1)
