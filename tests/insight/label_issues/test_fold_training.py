"""The models of a cross-validation: pretrained backbones, steps, and runs that were fine-tuned."""

import numpy as np
import pytest

from studio.callbacks import ignore_progress, never_stop
from studio.data import load_dataset
from studio.insight.label_issues import find_label_issues
from studio.insight.label_issues.cross_validation import cross_validate
from studio.insight.label_issues.fold_training import (
    FoldSetup,
    MeanLogProbabilities,
    epoch_fraction,
)
from studio.insight.label_issues.run_settings import training_settings
from studio.insight.retraining import plan_retraining
from studio.recipes import load_recipe
from studio.runs import RunStore
from studio.training import Trainer
from tests.fixed_engine import FIXED_ENGINE

pytestmark = pytest.mark.numeric

SMALL = FIXED_ENGINE | {
    "optim.epochs": 10,
    "optim.ema": 0.0,
    "model.filters": [[8], [16]],
    "model.hidden": [32],
    "data.test_subset": 50,
    "optim.batch_size": 32,
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return RunStore(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def trained(store):
    return train(store, load_recipe("digits-quickstart").config.with_values(SMALL))


def train(store, config):
    run = store.create(config)
    Trainer(config, run).fit()
    return run


def prepare(config, store):
    dataset = load_dataset(config.data, store.runs_dir)
    return FoldSetup.prepare(
        config, dataset, store.runs_dir, store.runs_dir, ignore_progress, never_stop
    )


def test_a_head_on_a_pretrained_backbone(trained, store):
    config = trained.config.with_values(
        {
            "model.backbone": f"run:{trained.path}",
            "model.filters": None,
            "model.views": 2,
            "data.normalize": "backbone",
            "seed": 3,
        }
    )
    report = find_label_issues(train(store, config).path)
    assert report.samples == 1438
    assert 0 < len(report.issues) < 1438


def test_predictions_are_of_the_model_that_did_not_see_the_sample(trained, store):
    """A cross-validation is reproducible, and predicts each sample as the folds say."""
    config, folder = trained.config, store.runs_dir
    dataset = load_dataset(config.data, folder)
    first, again = (
        cross_validate(config, dataset, folder, folder, ignore_progress, never_stop)
        for _ in range(2)
    )
    for ours, theirs in zip(first, again, strict=True):
        assert np.array_equal(ours, theirs)
    train_log, val_log, known = first
    assert train_log.shape == (len(dataset.splits["train"]), 10)
    assert val_log.shape == (len(dataset.splits["val"]), 10)
    assert np.isfinite(train_log).all()
    assert np.isfinite(val_log).all()
    assert known.all()
    labels = dataset.labels[dataset.splits["train"]]
    assert (train_log.argmax(1) == labels).mean() > 0.5


def test_a_shuffled_label_does_not_leak_into_its_own_prediction(trained, store):
    """Changing a label changes the predictions of the other half only."""
    from dataclasses import replace

    from studio.insight.label_issues.cross_validation import split_in_halves

    config, folder = trained.config, store.runs_dir
    dataset = load_dataset(config.data, folder)
    before, *_ = cross_validate(config, dataset, folder, folder, ignore_progress, never_stop)
    half, other = split_in_halves(dataset, config.seed)
    # Two samples of one half swap their labels, so that the halves stay the same.
    rows = dataset.splits["train"][half]
    a, b = rows[0], next(row for row in rows if dataset.labels[row] != dataset.labels[rows[0]])
    labels = dataset.labels.copy()
    labels[[a, b]] = labels[[b, a]]
    changed = replace(dataset, labels=labels)
    if not np.array_equal(split_in_halves(changed, config.seed)[0], half):
        pytest.skip("the halves depend on the labels")
    after, *_ = cross_validate(config, changed, folder, folder, ignore_progress, never_stop)
    assert np.array_equal(before[half], after[half])
    assert not np.array_equal(before[other], after[other])


def test_steps_are_scaled_to_the_fold(trained, store):
    by_epochs = prepare(trained.config, store)
    assert by_epochs.config.optim.epochs == 14  # 360 steps are few: 10 epochs times 500 / 360
    assert by_epochs.total_steps(160) == 14 * 5
    by_steps = prepare(trained.config.with_values({"engine.max_steps": 100}), store)
    train_count = len(by_steps.dataset.splits["train"])
    assert by_steps.total_steps(train_count) == 200
    assert by_steps.total_steps(train_count // 2) == 100
    assert by_steps.total_steps(2) == 1


@pytest.mark.parametrize(
    ("steps", "fraction"), [(1, 2.0), (250, 2.0), (400, 1.25), (500, 1.0), (2000, 1.0), (2001, 0.7)]
)
def test_long_trainings_are_shortened(steps, fraction):
    assert epoch_fraction(steps) == fraction


def test_a_fine_tuned_run_is_cross_validated_from_new_weights(trained, store):
    plan = plan_retraining(trained.id, "finetune", "", store)
    tuned = train(store, plan.config)
    assert tuned.config.optim.start_from
    config = training_settings(tuned.path)
    assert config.optim == trained.config.optim
    assert config.data == tuned.config.data
    report = find_label_issues(tuned.path)
    assert all("learned" not in issue.reason for issue in report.issues)


def test_mean_log_probabilities():
    import torch

    means = MeanLogProbabilities(3, 2)
    means.add(np.array([0, 2]), torch.tensor([[0.0, 0.0], [1.0, 0.0]]))
    means.add(np.array([0]), torch.tensor([[0.0, 2.0]]))
    expected = (np.log(0.5) + torch.tensor([0.0, 2.0]).log_softmax(0).numpy()) / 2
    np.testing.assert_allclose(means.means()[0], expected, rtol=1e-6)
    assert np.isnan(means.means()[1]).all()
