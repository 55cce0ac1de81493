"""What the card of a recipe says, and which runs count as the best."""

from dataclasses import replace
from types import SimpleNamespace

from studio.recipes import list_recipes, load_recipe
from studio.ui.train.gallery.recipe_cards import (
    NO_FACTS,
    RecipeFacts,
    matching_cards,
    network_bars,
    recipe_card,
)
from studio.ui.train.gallery.recipe_facts import best_accuracy

DIGITS = load_recipe("digits-quickstart")


def facts(recipe, known=NO_FACTS) -> dict[str, str]:
    return {fact.caption: fact.value for fact in recipe_card(recipe, known).all_facts}


def test_every_recipe_that_ships_has_a_difficulty_and_a_complete_card() -> None:
    for recipe in list_recipes():
        card = recipe_card(recipe)
        assert recipe.difficulty
        assert 1 <= card.level <= 3
        assert all(fact.value for fact in card.all_facts)
        assert card.bars


def test_a_card_says_what_is_known() -> None:
    assert facts(DIGITS) == {
        "Data": "Digits · 40 epochs",
        "Network": "Simple VGG · 128k parameters",
        "Time here": "not measured yet",
        "Accuracy": "not trained yet",
        "Difficulty": "Easy",
    }
    known = facts(DIGITS, RecipeFacts(12.2, True, best_accuracy=0.978))
    assert (known["Time here"], known["Accuracy"]) == ("about 12 s", "97.8 % your best")
    fashion = facts(load_recipe("tiny-vgg-fashion"), RecipeFacts(best_accuracy=0.91))
    assert fashion["Accuracy"] == "89.7 % published · 91.0 % your best"
    own = replace(DIGITS, is_user_recipe=True, difficulty="")
    assert facts(own)["Source"] == "your recipe"
    assert facts(load_recipe("my-pictures"))["Time here"] == "depends on your images"
    assert facts(DIGITS, RecipeFacts(12.2, True, True))["Time here"] == "up to 12 s"
    estimated = recipe_card(DIGITS, RecipeFacts(12.2, False))
    assert "estimated" in estimated.tooltip


def test_a_filter_needs_every_word() -> None:
    cards = [recipe_card(recipe) for recipe in list_recipes()]
    keys = [card.key for card in matching_cards(cards, "  mnist EASY ")]
    assert keys == ["simple-vgg-mnist", "mini-vgg-v1-mnist", "mini-vgg-v2-mnist"]
    assert len(matching_cards(cards, "")) == len(cards)
    assert matching_cards(cards, "mnist zebra") == []


def test_the_bars_are_as_high_as_the_images() -> None:
    bars = network_bars(DIGITS.config.model.model_copy(update={"image_size": 64}))
    assert bars[0] == 1.0
    assert [bar for bar in bars if bar == 0] == [0, 0, 0]  # one gap for each pool
    assert list(bars) == sorted(bars, reverse=True) or min(bars) == 0


def test_the_best_run_is_of_the_recipe_and_its_dataset_and_on_validation() -> None:
    def run(recipe="digits-quickstart", dataset="digits", val=0.5, test=1.0) -> SimpleNamespace:
        return SimpleNamespace(recipe=recipe, dataset=dataset, val_accuracy=val, test_accuracy=test)

    runs = [run(), run(val=0.8), run(val=None), run("other", val=0.9), run(dataset="mnist", val=1)]
    assert best_accuracy(DIGITS, runs) == 0.8
    assert best_accuracy(DIGITS, []) is None
