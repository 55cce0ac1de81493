"""Trainings that start from the weights of another run: fine-tuning."""

import shutil

import pytest
import torch
from safetensors.torch import load_file

from studio.errors import ConfigError, RunError
from studio.inference import Predictor
from studio.insight.retraining import plan_retraining, retrain_config
from studio.runs.checkpoints import load_model
from tests.training.fitting import fit, same_weights, stop_after

pytestmark = pytest.mark.numeric


@pytest.fixture
def parent(store, pretrained_run):
    """The pretrained run, in the store of the test."""
    folder = store.runs_dir / pretrained_run.id
    shutil.copytree(pretrained_run.path, folder)
    return store.open(folder.name)


@pytest.fixture
def finetuned(store, parent):
    return plan_retraining(parent.id, "finetune", "", store).config


def test_the_training_starts_from_the_weights_of_the_parent(store, parent, finetuned):
    # So small a learning rate changes no weight.
    config = finetuned.with_values({"optim.lr": 1e-30, "model.dropout": 0.0})
    run = store.create(config)
    fit(config, run)
    before, after = load_file(parent.best_weights), load_file(run.best_weights)
    weights = [name for name in before if "running" not in name and "num_batches" not in name]
    assert all(torch.equal(before[name], after[name]) for name in weights)
    assert Predictor.load(run.path).card.mean == Predictor.load(parent.path).card.mean
    assert run.record["parent"] == parent.id


def test_a_fifth_of_the_epochs_at_a_tenth_of_the_learning_rate(parent, finetuned):
    assert finetuned.optim.lr == pytest.approx(parent.config.optim.lr / 10)
    assert finetuned.optim.epochs == 1
    assert finetuned.seed == parent.config.seed
    again = retrain_config(finetuned, "finetune", "", "other")
    assert (again.optim.lr, again.optim.epochs) == (finetuned.optim.lr, finetuned.optim.epochs)
    by_steps = parent.config.with_values({"engine.max_steps": 31, "optim.epochs": 10_000})
    assert retrain_config(by_steps, "finetune", "", "p").length == (7, "steps")


def test_retraining_repeats_the_training_bit_for_bit(store, parent):
    planned = plan_retraining(parent.id, "retrain", "", store)
    run = store.create(planned.config, planned.parent)
    fit(planned.config, run)
    assert same_weights(parent.best_weights, run.best_weights)
    assert run.record["parent"] == parent.id
    assert not run.config.optim.start_from


def test_a_finetuned_run_is_retrained_with_the_settings_of_the_first_run(store, parent, finetuned):
    child = store.create(finetuned)
    planned = plan_retraining(child.id, "retrain", "", store)
    assert planned.config == parent.config
    assert planned.parent == child.id


def test_a_resumed_run_needs_its_parent_no_more(store, parent, finetuned, tmp_path):
    config = finetuned.with_values({"optim.epochs": 2, "optim.batch_size": 256})
    whole, resumed = store.create(config), store.create(config)
    fit(config, whole)
    fit(config, resumed, stop_after(7))
    shutil.move(parent.path, tmp_path / "elsewhere")
    fit(resumed.config, resumed)
    assert same_weights(whole.last_weights, resumed.last_weights)
    assert load_model(whole.best_weights)[1] == load_model(resumed.best_weights)[1]


def test_a_frozen_backbone_comes_with_the_weights(store, pretrained_run, pretrained_config):
    first = store.create(pretrained_config)
    fit(pretrained_config, first)
    config = plan_retraining(first.id, "finetune", "", store).config
    config = config.with_values({"model.backbone": "run:deleted", "optim.epochs": 2})
    whole, resumed = store.create(config), store.create(config)
    fit(config, whole)
    fit(config, resumed, stop_after(5))
    fit(resumed.config, resumed)
    assert same_weights(whole.last_weights, resumed.last_weights)
    before, after = load_file(first.best_weights), load_file(whole.best_weights)
    convolutions = [name for name in before if "conv" in name and "weight" in name]
    assert convolutions
    assert all(torch.equal(before[name], after[name]) for name in convolutions)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"model.filters": [[8], [24]]}, "filters differ"),
        ({"data.image_size": 20}, "image size differ"),
        ({"data.rename": [["0", "zero"]]}, "other classes"),
    ],
)
def test_another_network_or_other_classes_are_refused(store, finetuned, values, message):
    config = finetuned.with_values(values)
    with pytest.raises(ConfigError, match=message):
        fit(config, store.create(config))


def test_a_missing_parent_is_named(store, finetuned):
    config = finetuned.with_values({"optim.start_from": "20200101-000000-gone-0000"})
    with pytest.raises(RunError, match="gone"):
        fit(config, store.create(config))


def test_the_bundled_model_can_be_finetuned(store):
    planned = plan_retraining("bundled", "finetune", "", store)
    assert planned.parent == "bundled"
    assert planned.config.data.source == "mnist"
    assert planned.config.model == Predictor.load("bundled").card.model
