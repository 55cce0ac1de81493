"""Reproduction of published results: the trials and the table."""

import pytest

from studio.errors import ConfigError
from studio.insight.reproduction import COLUMNS, measure, plan_trials, table_rows, to_markdown
from studio.recipes import load_recipe
from studio.runs import RunStore
from studio.training import Trainer
from tests.fixed_engine import FIXED_ENGINE

SMALL = FIXED_ENGINE | {"data.source": "digits", "data.image_size": 12, "engine.max_steps": 2}


def test_by_default_every_cell_of_the_mini_vggs_is_trained_with_both_implementations():
    trials = plan_trials([], None, [0], {})
    settings = [
        (t.recipe.id, t.config.optim.batch_size, t.config.model.layers, t.published["val_accuracy"])
        for t in trials
    ]
    v1 = [(16, 0.8368), (32, 0.8507), (64, 0.8705)]
    v2 = [(16, 0.9031), (32, 0.9197), (64, 0.9309), (128, 0.9370)]
    assert settings == [
        (name, size, layers, figure)
        for name, cells in [("mini-vgg-v1-mnist", v1), ("mini-vgg-v2-mnist", v2)]
        for size, figure in cells
        for layers in ("native", "scratch")
    ]
    assert {t.config.engine.max_steps for t in trials} == {1000}


def test_another_system_is_trained_by_its_recipe():
    (trial,) = plan_trials(["tiny-vgg-fashion"], None, [0], {})
    assert trial.config == load_recipe("tiny-vgg-fashion").config
    assert trial.published == trial.recipe.reference
    assert len(trial.published) == 3


def test_layers_seeds_and_settings_are_applied():
    trials = plan_trials(["mini-vgg-v1-mnist"], "scratch", [3, 5], {"engine.threads": 1})
    assert [(t.config.optim.batch_size, t.config.seed) for t in trials] == [
        (size, seed) for size in (16, 32, 64) for seed in (3, 5)
    ]
    assert {(t.config.model.layers, t.config.engine.threads) for t in trials} == {("scratch", 1)}


def test_a_system_without_published_figures_is_refused_by_name():
    with pytest.raises(ConfigError, match="tiny-vgg-fashion"):
        plan_trials(["tiny-vgg-fasion"], None, [0], {})
    with pytest.raises(ConfigError, match="no published figures"):
        plan_trials(["digits-quickstart"], None, [0], {})


@pytest.mark.parametrize("published", [0.0, 1.0])
def test_a_run_is_compared_with_its_published_figure(published, tmp_path):
    (trial, *_) = plan_trials(["mini-vgg-v1-mnist"], "native", [4], SMALL)
    trial = type(trial)(trial.recipe, trial.settings, {"val_accuracy": published})
    run = RunStore(tmp_path).create(trial.config)
    ended = Trainer(trial.config, run, tmp_path).fit()
    result = measure(trial, run, ended)
    assert result.ours == {"val_accuracy": ended.val_accuracy}
    assert result.reached == (ended.val_accuracy >= published)
    assert (result.run, result.steps) == (run.id, 2)
    assert result.step_ms == pytest.approx(500 * ended.seconds)
    (row,) = table_rows([result])
    cells = dict(zip(COLUMNS, row, strict=True))
    assert "batch_size 16" in cells["settings"]
    assert (cells["seed"], cells["#published"]) == ("4", f"{published:.4f}")
    assert cells["#ours"] == f"{ended.val_accuracy:.4f}"
    header, rule, line = to_markdown([result]).splitlines()
    assert header.count("|") == rule.count("|") == line.count("|") == len(COLUMNS) + 1
