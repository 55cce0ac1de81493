"""What is known of each recipe on this computer, read in a worker thread. No Qt here."""

from collections.abc import Sequence
from pathlib import Path

from studio.callbacks import OnProgress, ShouldStop
from studio.recipes import Recipe
from studio.runs import RunStore, RunSummary
from studio.training.forecast import known_forecast
from studio.ui.train.form.config_form import form_values, read_form
from studio.ui.train.gallery.recipe_cards import RecipeFacts

Facts = dict[str, RecipeFacts]


class FactsWork:
    """Reads the facts of some recipes; called in a worker thread.

    `runs` are those read before, None to read them.
    """

    def __init__(
        self,
        store: RunStore,
        runs: Sequence[RunSummary] | None,
        recipes: Sequence[Recipe],
        data_dir: Path,
    ) -> None:
        self._store, self._runs = store, runs
        self._recipes, self._data_dir = recipes, data_dir

    def __call__(
        self, _on_progress: OnProgress, should_stop: ShouldStop
    ) -> tuple[Sequence[RunSummary], Facts]:
        """Return the runs, and the facts by recipe, those read so far if it should stop."""
        runs = self._store.list() if self._runs is None else self._runs
        facts: Facts = {}
        for recipe in self._recipes:
            if should_stop():
                break
            facts[recipe.id] = self._facts_of(recipe, runs)
        return runs, facts

    def _facts_of(self, recipe: Recipe, runs: Sequence[RunSummary]) -> RecipeFacts:
        config = read_form(recipe.config, form_values(recipe.config))
        known = known_forecast(config, self._data_dir)
        return RecipeFacts(
            seconds=known.seconds if known else None,
            is_measured=bool(known and known.is_measured),
            is_limit=bool(known and known.is_limit),
            best_accuracy=best_accuracy(recipe, runs),
        )


def best_accuracy(recipe: Recipe, runs: Sequence[RunSummary]) -> float | None:
    """Return the highest validation accuracy of the runs of a recipe on its dataset.

    None if there is no such run. Runs with changed settings count; the test split does not.
    """
    source = recipe.config.data.source
    own = (run for run in runs if run.recipe == recipe.id and run.dataset == source)
    return max((run.val_accuracy for run in own if run.val_accuracy is not None), default=None)
