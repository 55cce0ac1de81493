"""The models of a cross-validation: pretrained backbones, steps, and runs that were fine-tuned."""

from dataclasses import replace

import numpy as np
import pytest

from studio.callbacks import ignore_progress, never_stop
from studio.data import load_dataset
from studio.insight.label_issues import find_label_issues
from studio.insight.label_issues.cross_validation import cross_validate, split_in_halves
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
    "optim.epochs": 6,
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


@pytest.fixture(scope="module")
def predicted(trained, store):
    """The dataset, and what a cross-validation predicts."""
    dataset = load_dataset(trained.config.data, store.runs_dir)
    return dataset, run_folds(trained.config, dataset, store)


def run_folds(config, dataset, store):
    folder = store.runs_dir
    return cross_validate(config, dataset, folder, folder, ignore_progress, never_stop)


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


def test_all_samples_are_predicted_by_models_that_learned(predicted):
    dataset, (train_log, val_log, known) = predicted
    for split, values in (("train", train_log), ("val", val_log)):
        labels = dataset.labels[dataset.splits[split]]
        assert values.shape == (len(labels), 10)
        assert np.isfinite(values).all()
        assert (values.argmax(1) == labels).mean() > 0.5
    assert known.all()


def test_a_label_does_not_leak_into_its_own_prediction(trained, store, predicted):
    """Changing labels of one half changes the predictions of the other half only."""
    dataset, (before, *_) = predicted
    half, other = split_in_halves(dataset, trained.config.seed)
    # Two neighbors swap their labels, so that the classes of the halves stay the same.
    labels = dataset.labels.copy()
    rows = dataset.splits["train"][half]
    a, b = rows[0], next(row for row in rows if labels[row] != labels[rows[0]])
    labels[[a, b]] = labels[[b, a]]
    changed = replace(dataset, labels=labels)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "studio.insight.label_issues.cross_validation.split_in_halves",
            lambda *_: (half, other),
        )
        after, *_ = run_folds(trained.config, changed, store)
    assert np.array_equal(before[half], after[half])
    assert not np.array_equal(before[other], after[other])


def test_steps_are_scaled_to_the_fold(trained, store):
    by_epochs = prepare(trained.config, store)
    assert by_epochs.config.optim.epochs == 12  # 1,151 samples are few
    assert by_epochs.total_steps(160) == 12 * 5
    by_steps = prepare(trained.config.with_values({"engine.max_steps": 100}), store)
    train_count = len(by_steps.dataset.splits["train"])
    assert by_steps.total_steps(train_count) == 200
    assert by_steps.total_steps(train_count // 2) == 100
    assert by_steps.total_steps(2) == 1


@pytest.mark.parametrize(
    ("steps", "samples", "fraction"),
    [
        (1, 9_000, 2.0),
        (400, 9_000, 1.25),
        (500, 9_000, 1.0),
        (5_000, 9_000, 0.7),
        (5_000, 2_000, 1.25),
        (5_000, 100, 2.0),
    ],
)
def test_long_trainings_are_shortened(steps, samples, fraction):
    assert epoch_fraction(steps, samples) == fraction


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
