"""What the card of a recipe shows, and which cards a filter leaves. No Qt here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

from studio.config import ModelConfig
from studio.data.dataset_shape import dataset_title
from studio.data.datasets import FOLDER
from studio.formatting import duration, percent, short_count
from studio.models import VARIANTS, summarize
from studio.recipes import DIFFICULTIES, Figures, Recipe
from studio.ui.shared.network_diagram import diagram_layers
from studio.ui.train.form.config_form import form_values, read_form
from studio.ui.widgets.card_painter import Fact, GridCard

OWN = "your recipe"
_LINEAR_HEIGHT = 0.14  # of the bar of a fully connected layer


@dataclass(frozen=True)
class RecipeFacts:
    """What is known of a recipe on this computer.

    `seconds` is the time of its training here, None while unknown; `is_measured` says that the
    speed was measured, not estimated, `is_limit` that it may end earlier. `best_accuracy` is the
    highest validation accuracy (0..1) of the runs of this recipe on its dataset.
    """

    seconds: float | None = None
    is_measured: bool = False
    is_limit: bool = False
    best_accuracy: float | None = None


NO_FACTS = RecipeFacts()


def matching_cards(cards: Sequence[GridCard], query: str) -> list[GridCard]:
    """Return the cards that contain every word of `query`."""
    words = query.casefold().split()
    return [card for card in cards if all(w in card.description.casefold() for w in words)]


def recipe_card(recipe: Recipe, facts: RecipeFacts = NO_FACTS) -> GridCard:
    """Return the card of a recipe."""
    return with_facts(plain_card(recipe), recipe, facts)


def plain_card(recipe: Recipe) -> GridCard:
    """Return the card with what the recipe alone says; takes some milliseconds."""
    config = read_form(recipe.config, form_values(recipe.config))
    variant = VARIANTS[config.model.variant].title
    dataset = dataset_title(config.data)
    network = f"{variant} · {short_count(summarize(config.model).parameters)}"
    return GridCard(
        recipe.id,
        recipe.title,
        recipe.summary,
        (
            Fact("Data", f"{dataset} · {config.length_text}", dataset),
            Fact("Network", f"{network} parameters", network),
        ),
        rating=_rating(recipe),
        level=DIFFICULTIES.index(recipe.difficulty) + 1 if recipe.difficulty else 0,
        bars=network_bars(config.model),
    )


def with_facts(card: GridCard, recipe: Recipe, facts: RecipeFacts) -> GridCard:
    """Return a plain card with what is known of its recipe on this computer."""
    here = _time_fact(recipe, facts), _accuracy_fact(recipe.reference, facts.best_accuracy)
    return replace(card, facts=(*card.facts, *here), tooltip=_tooltip(recipe, facts))


def _rating(recipe: Recipe) -> Fact:
    if recipe.difficulty:
        return Fact("Difficulty", recipe.difficulty.capitalize())
    return Fact("Source", OWN)


def _time_fact(recipe: Recipe, facts: RecipeFacts) -> Fact:
    """Return how long the training takes on this computer, as far as that is known."""
    if facts.seconds is not None:
        word = "up to" if facts.is_limit else "about"
        return Fact("Time here", f"{word} {duration(facts.seconds)}")
    data = recipe.config.data
    is_open = data.source == FOLDER and not data.path
    text = "depends on your images" if is_open else "not measured yet"
    return Fact("Time here", text, is_known=False)


def _accuracy_fact(published: Figures, best: float | None) -> Fact:
    """Return the published accuracy and that of the user's best run."""
    source = published.get("val_accuracy", published.get("test_accuracy"))
    texts = [f"{percent(source)} published"] if source is not None else []
    texts += [f"{percent(best)} your best"] if best is not None else []
    if not texts:
        return Fact("Accuracy", "not trained yet", is_known=False)
    return Fact("Accuracy", " · ".join(texts), texts[-1])


def network_bars(model: ModelConfig) -> tuple[float, ...]:
    """Return a bar 0..1 per convolution, as high as its image, and a low one per linear layer.

    A pool is a gap.
    """
    layers = diagram_layers(model)
    first = layers[0].side
    return tuple(_bar(layer.kind, layer.side / first) for layer in layers[1:])


def _bar(kind: str, scale: float) -> float:
    if kind == "pool":
        return 0.0
    return max(_LINEAR_HEIGHT, sqrt(scale)) if kind == "conv" else _LINEAR_HEIGHT


def _tooltip(recipe: Recipe, facts: RecipeFacts) -> str:
    lines = [recipe.summary, f"Source: {recipe.source}." if recipe.source else ""]
    if facts.seconds is not None and not facts.is_measured:
        lines.append("The time is estimated, not measured.")
    if "val_accuracy" in recipe.reference or facts.best_accuracy is not None:
        lines.append("The accuracies are those on validation samples.")
    return "\n".join(line for line in lines if line)
