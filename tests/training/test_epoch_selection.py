"""Which epoch a run keeps, by each criterion."""

import dataclasses
import functools
from typing import get_args

import pytest
import tomli_w

from studio.config import OptimConfig, Select
from studio.errors import ConfigError
from studio.recipes import list_recipes, load_recipe, read_toml
from studio.runs import RunStore
from studio.runs.checkpoints import load_state, read_card, save_state
from studio.runs.summary import summarize_run
from studio.training.epoch_selection import SELECT_TEXT, epoch_label, is_selected
from studio.training.events import EpochEnd
from tests.fixed_engine import FIXED_ENGINE
from tests.training.fitting import fit, of, same_weights, stop_after

CRITERIA = get_args(Select)
NAN = float("nan")


@dataclasses.dataclass
class Kept:
    val_loss: float
    val_accuracy: float


@pytest.mark.parametrize(
    ("select", "loss", "accuracy", "expected"),
    [
        ("val_loss", 0.4, 0.80, True),
        ("val_loss", 0.6, 0.99, False),
        ("val_loss", 0.5, 0.91, True),  # a tie is broken by the other figure
        ("val_loss", 0.5, 0.90, False),  # a full tie keeps the earlier epoch
        ("val_loss", NAN, 1.0, False),
        ("val_accuracy", 0.9, 0.91, True),
        ("val_accuracy", 0.1, 0.89, False),
        ("val_accuracy", 0.4, 0.90, True),
        ("val_accuracy", 0.5, 0.90, False),
        ("val_accuracy", 0.1, NAN, False),
        ("val_accuracy", NAN, 0.90, False),
        ("last", 9.0, 0.1, True),
        ("last", NAN, NAN, True),
    ],
)
def test_a_later_epoch_is_compared_with_the_kept_one(select, loss, accuracy, expected):
    assert is_selected(select, loss, accuracy, Kept(0.5, 0.9)) is expected


@pytest.mark.parametrize("select", CRITERIA)
def test_the_first_epoch_is_always_kept(select):
    assert is_selected(select, NAN, 0.0, None)
    assert is_selected(select, 0.5, 0.9, Kept(NAN, NAN))


def test_every_criterion_has_a_name():
    assert set(SELECT_TEXT) == set(CRITERIA)
    assert [epoch_label(select) for select in CRITERIA] == ["best", "best", "kept"]


def test_an_unknown_criterion_is_refused():
    with pytest.raises(ConfigError, match="'val_loss', 'val_accuracy' or 'last'") as caught:
        load_recipe("digits-quickstart").config.with_values({"optim.select": "test_accuracy"})
    assert caught.value.field == "optim.select"


@pytest.mark.parametrize("recipe", list_recipes(), ids=lambda recipe: recipe.id)
def test_recipes_whose_rate_falls_to_zero_keep_the_last_epoch(recipe):
    optim = recipe.config.optim
    if optim.schedule in ("onecycle", "cosine"):
        assert optim.select == "last"
    assert OptimConfig().select == "val_loss"


def expected_best(select, epochs):
    if select == "last":
        return epochs[-1]
    if select == "val_loss":
        return min(epochs, key=lambda event: (event.val_loss, -event.val_accuracy))
    return max(epochs, key=lambda event: (event.val_accuracy, -event.val_loss))


@pytest.fixture(scope="module")
def noisy(config):
    """A config whose best epoch depends on the criterion."""
    noisy = {"optim.epochs": 8, "optim.ema": 0.0, "optim.lr": 0.02}
    return config.with_values(noisy | {"model.filters": [[8], [16]], "model.hidden": [16]})


@pytest.fixture(scope="module")
def finished(noisy, tmp_path_factory):
    """Return a function that trains once per criterion: the run, its last event and all events."""

    @functools.cache
    def train(select):
        config = noisy.with_values({"optim.select": select})
        run = RunStore(tmp_path_factory.mktemp(select)).create(config)
        return run, *fit(config, run)

    return train


@pytest.mark.numeric
@pytest.mark.parametrize("select", CRITERIA)
def test_the_run_keeps_and_records_the_selected_epoch(finished, select):
    run, ended, events = finished(select)
    epochs = of(EpochEnd, events)
    for number, event in enumerate(epochs, 1):
        assert event.best == (expected_best(select, epochs[:number]) is event)
        assert event.select == select
    best = expected_best(select, epochs)
    assert (ended.best_epoch, ended.select) == (best.epoch, select)
    assert ended.val_accuracy == best.val_accuracy
    assert run.status.best_epoch == best.epoch
    assert run.config.optim.select == summarize_run(run).select == select
    card = read_card(run.best_weights)
    assert (card.epoch, card.select) == (best.epoch, select)
    assert same_weights(run.best_weights, run.last_weights) == (best is epochs[-1])


@pytest.mark.numeric
@pytest.mark.parametrize("select", CRITERIA)
@pytest.mark.parametrize("steps", [3, 13, 25])
def test_a_stopped_run_keeps_a_complete_epoch_and_resumes_to_the_same_bits(
    noisy, finished, store, select, steps
):
    config = noisy.with_values({"optim.select": select})
    uninterrupted, ended, _ = finished(select)
    interrupted = store.create(config)
    stopped, events = fit(config, interrupted, stop_after(steps))
    epochs = of(EpochEnd, events)
    best = expected_best(select, epochs) if epochs else None
    assert stopped.best_epoch == (best and best.epoch)
    assert read_card(interrupted.best_weights).epoch == (best.epoch if best else 0)
    resumed, _ = fit(interrupted.config, interrupted)
    assert resumed.best_epoch == ended.best_epoch
    assert same_weights(uninterrupted.best_weights, interrupted.best_weights)
    assert same_weights(uninterrupted.last_weights, interrupted.last_weights)


@pytest.mark.numeric
def test_a_run_of_an_earlier_version_resumes_with_its_criterion(noisy, finished, store):
    uninterrupted, ended, _ = finished("val_accuracy")
    old = store.create(noisy.with_values({"optim.select": "val_accuracy"}))
    fit(old.config, old, stop_after(13))
    forget_select(old)
    assert old.config.optim.select == "val_accuracy"
    resumed, _ = fit(old.config, old)
    assert (resumed.best_epoch, resumed.select) == (ended.best_epoch, "val_accuracy")
    assert same_weights(uninterrupted.best_weights, old.best_weights)


def forget_select(run):
    """Change the run folder to the format of version 0.1.0."""
    values = read_toml(run.path / "config.toml")
    del values["optim"]["select"]
    del values["run"]["manifest"]
    (run.path / "manifest.json").unlink()
    (run.path / "config.toml").write_text(tomli_w.dumps(values), encoding="utf-8")
    state = load_state(run.state)
    for name in ("best", "last"):
        del state["position"][name]["select"]
    save_state(run.state, state)


@pytest.mark.numeric
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_quickstart_reaches_its_accuracy(store, precision):
    """Selecting by validation accuracy, bfloat16 reached only 96.9 % on the test split."""
    config = load_recipe("digits-quickstart").config.with_values(
        FIXED_ENGINE | {"engine.precision": precision}
    )
    ended, _ = fit(config, store.create(config))
    assert ended.best_epoch == 40
    assert ended.test_accuracy >= 0.975
