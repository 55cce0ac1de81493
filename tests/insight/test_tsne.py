"""t-SNE: forces against the exact sums, and maps against scikit-learn's."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.manifold import TSNE, trustworthiness

from studio.callbacks import ignore_progress, never_stop
from studio.errors import Stopped
from studio.insight.embedding import principal_components
from studio.insight.tsne import GridRepulsion, embed

pytestmark = pytest.mark.numeric


@pytest.fixture(scope="module")
def digits():
    pixels, labels = load_digits(return_X_y=True)
    components, _ = principal_components(pixels[:500].astype(np.float32), 30)
    return components, labels[:500]


@pytest.fixture(scope="module")
def layout(digits):
    components, _ = digits
    return embed(components, components[:, :2], ignore_progress, never_stop)


@pytest.mark.parametrize("span", [0.001, 5, 40, 120, 250])
def test_the_grid_repels_like_the_exact_sum(span):
    generator = torch.Generator().manual_seed(0)
    points = (torch.rand(800, 2, generator=generator) - 0.5) * span
    points[:300] *= 0.05  # one crowded place
    away = points[:, None].double() - points[None].double()
    kernel = 1 / (1 + away.square().sum(2))
    exact = (kernel[..., None] ** 2 * away).sum(1) / (kernel.sum() - len(points))
    error = (GridRepulsion(len(points))(points) - exact).norm() / exact.norm()
    assert error < 0.1


def test_a_map_keeps_neighbors_as_well_as_that_of_scikit_learn(digits, layout):
    components, _ = digits
    reference = TSNE(init="pca", random_state=0, max_iter=500).fit_transform(components)
    ours = trustworthiness(components, layout, n_neighbors=10)
    assert ours > trustworthiness(components, reference, n_neighbors=10) - 0.01


def test_the_same_features_give_the_same_map(digits, layout):
    components, _ = digits
    again = embed(components, components[:, :2], ignore_progress, never_stop)
    assert np.array_equal(layout, again)


def test_progress_rises_to_the_end(digits):
    components, _ = digits
    fractions = []
    embed(components, components[:, :2], lambda f, _: fractions.append(f), never_stop)
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1)


def test_it_can_be_cancelled(digits):
    components, _ = digits
    calls = []
    with pytest.raises(Stopped):
        embed(
            components,
            components[:, :2],
            ignore_progress,
            lambda: calls.append(1) or len(calls) > 20,
        )


@pytest.mark.parametrize("count", [0, 1, 3, 4, 10])
def test_few_or_equal_samples_have_finite_positions(count):
    same = np.ones((count, 3), np.float32)
    found = embed(same, same[:, :2] * 0, ignore_progress, never_stop)
    assert found.shape == (count, 2)
    assert np.isfinite(found).all()
