"""Maps of the samples of an evaluation."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from studio.insight import Evaluation, embedding
from studio.insight.embedding import (
    compute_tsne,
    fit_square,
    prepare_map,
    principal_components,
)
from tests.insight.test_features import make_card, random_images, save_run

pytestmark = pytest.mark.numeric


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory):
    """A run with random weights, and an evaluation of 60 samples."""
    from studio.config import ModelConfig

    config = ModelConfig(variant="simple-vgg", image_size=8, filters=((4,), (4,)), hidden=(16,))
    run = tmp_path_factory.mktemp("runs") / "r"
    save_run(run, config, seed=0)
    rng = np.random.default_rng(0)
    images, labels = random_images(config, 60), rng.integers(0, 10, 60)
    probabilities = rng.dirichlet(np.ones(10), 60).astype(np.float32)
    names = make_card(config).class_names
    evaluation = Evaluation(
        "r", "digits", "test", names, images, np.arange(60), labels, probabilities
    )
    return run, evaluation


def test_principal_components_equal_those_of_scikit_learn():
    values = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32) * np.arange(1, 7)
    values = values.astype(np.float32)
    components, fractions = principal_components(values, 3)
    reference = PCA(3).fit(values)
    expected = reference.transform(values)
    signs = np.sign((components * expected).sum(0))
    assert components * signs == pytest.approx(expected, abs=1e-3)
    assert fractions == pytest.approx(reference.explained_variance_ratio_, rel=1e-4)


@pytest.mark.parametrize("shape", [(0, 5), (1, 5), (4, 1), (4, 2)])
def test_missing_components_are_zero(shape):
    components, fractions = principal_components(np.ones(shape, np.float32), 3)
    assert components.shape == (shape[0], max(2, min(3, shape[1])))
    assert np.allclose(components, 0)
    assert np.allclose(fractions, 0)


def test_positions_fill_a_square():
    fitted = fit_square(np.array([[0, 10], [40, 20], [20, 15]], np.float32))
    assert fitted.tolist() == [[-1, -0.25], [1, 0.25], [0, 0]]


def test_a_map_shows_every_sample_and_keeps_its_tsne(evaluated):
    run, evaluation = evaluated
    made = prepare_map(run, evaluation)
    assert made.samples.tolist() == list(range(60))
    assert made.tsne is None
    assert 0 < made.variance < 1
    assert np.abs(made.pca).max() == pytest.approx(1)
    positions = compute_tsne(run, evaluation, made)
    assert positions.shape == (60, 2)
    assert np.array_equal(prepare_map(run, evaluation).tsne, positions)


def test_a_large_split_is_sampled(evaluated, monkeypatch):
    run, evaluation = evaluated
    monkeypatch.setattr(
        embedding, "sample_balanced", lambda labels: np.flatnonzero(labels < 5)[:20]
    )
    made = prepare_map(run, evaluation)
    assert len(made.samples) == len(made.pca) == 20
