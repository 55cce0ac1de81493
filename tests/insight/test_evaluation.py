"""Evaluations: scores compared with scikit-learn, the cache, and errors."""

import numpy as np
import pytest
from sklearn import metrics

from studio.errors import CheckpointError
from studio.insight import Evaluation, evaluate
from studio.recipes import load_recipe
from studio.runs import RunStore
from studio.training import Trainer
from tests.fixed_engine import FIXED_ENGINE

pytestmark = pytest.mark.numeric

NAMES = ("cat", "dog", "eel")


@pytest.fixture
def evaluation():
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(3), 50).astype(np.float32)
    labels = rng.integers(0, 3, 50)
    images = np.zeros((50, 1, 2, 2), np.uint8)
    return Evaluation("r", "d", "test", NAMES, images, np.arange(50), labels, probabilities)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    config = load_recipe("digits-quickstart").config.with_values(FIXED_ENGINE | {"optim.epochs": 4})
    run = RunStore(tmp_path_factory.mktemp("runs")).create(config)
    ended = Trainer(config, run).fit()
    return run, ended


def test_scores_equal_those_of_scikit_learn(evaluation):
    true, predicted = evaluation.labels, evaluation.predicted
    assert evaluation.accuracy == pytest.approx(metrics.accuracy_score(true, predicted))
    assert np.array_equal(evaluation.confusion, metrics.confusion_matrix(true, predicted))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(true, predicted)
    for c, score in enumerate(evaluation.per_class):
        assert (score.precision, score.recall, score.f1) == pytest.approx(
            (precision[c], recall[c], f1[c])
        )
        assert score.support == support[c]
    exact = evaluation.probabilities.astype(np.float64)
    loss = metrics.log_loss(true, exact / exact.sum(1, keepdims=True), labels=[0, 1, 2])
    assert evaluation.losses.mean() == pytest.approx(loss, rel=1e-4)


def test_mistakes_are_sorted_by_falling_loss(evaluation):
    wrong = evaluation.mistakes()
    assert set(wrong) == set(np.flatnonzero(evaluation.labels != evaluation.predicted))
    assert np.all(np.diff(evaluation.losses[wrong]) <= 0)


def test_most_confused_counts_pairs_without_the_diagonal(evaluation):
    pairs = evaluation.most_confused(4)
    assert [count for *_, count in pairs] == sorted((c for *_, c in pairs), reverse=True)
    assert all(t != p and evaluation.confusion[t, p] == count for t, p, count in pairs)


def test_the_accuracy_is_the_test_accuracy_of_the_training(trained):
    run, ended = trained
    result = evaluate(run.path)
    assert result.accuracy == pytest.approx(ended.test_accuracy)
    assert result.run == run.id
    assert len(result.labels) == 359
    assert result.confusion.sum() == 359


def test_a_second_evaluation_reads_the_cache(trained, monkeypatch):
    run, _ = trained
    first = evaluate(run.path, "val")

    def refuse(*_args, **_kwargs):
        raise AssertionError("predicted again")

    monkeypatch.setattr("studio.inference.Predictor.predict", refuse)
    again = evaluate(run.path, "val")
    assert np.array_equal(first.probabilities, again.probabilities)


def test_a_damaged_cache_is_computed_again(trained):
    run, _ = trained
    first = evaluate(run.path)
    (run.path / "predictions" / "test.npz").write_bytes(b"PK\x03\x04 no")
    assert np.array_equal(evaluate(run.path).probabilities, first.probabilities)


def test_a_run_without_weights_is_an_error(tmp_path):
    with pytest.raises(CheckpointError, match="has no weights"):
        evaluate(tmp_path)


def test_a_bfloat16_training_reports_the_float32_accuracy_of_evaluate(tmp_path):
    values = FIXED_ENGINE | {"engine.precision": "bfloat16", "optim.epochs": 1, "seed": 1}
    config = load_recipe("digits-quickstart").config.with_values(values)
    run = RunStore(tmp_path / "runs").create(config)
    ended = Trainer(config, run).fit()
    assert ended.precision == "bfloat16"
    assert evaluate(run.path).accuracy == ended.test_accuracy
