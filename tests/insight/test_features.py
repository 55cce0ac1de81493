"""Features of models, their reduction and their cache."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from studio.config import DataConfig, ModelConfig
from studio.errors import Stopped
from studio.inference import Predictor
from studio.insight import features
from studio.insight.features import compute_features, load_features, sample_balanced
from studio.models import VARIANTS, build_model
from studio.runs.checkpoints import ModelCard, save_weights
from tests.models.test_variants import config_of

pytestmark = pytest.mark.numeric


def make_card(config):
    names = tuple(map(str, range(config.num_classes)))
    moments = (0.0,) * config.in_channels, (255.0,) * config.in_channels
    return ModelCard(
        recipe="r",
        model=config,
        data=DataConfig(),
        class_names=names,
        mean=moments[0],
        std=moments[1],
        drawing="mnist",
    )


def make_predictor(config):
    torch.manual_seed(0)
    return Predictor(build_model(config).eval(), make_card(config))


def random_images(config, count, seed=0):
    shape = (count, config.in_channels, config.image_size, config.image_size)
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


@pytest.fixture(scope="module")
def small():
    return ModelConfig(variant="simple-vgg", image_size=8, filters=((4,), (4,)), hidden=(16,))


@pytest.mark.parametrize("layers", ["native", "scratch"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_last_layer_makes_the_logits_of_the_features(variant, layers):
    config = config_of(variant, layers=layers)
    predictor = make_predictor(config)
    images = random_images(config, 3)
    found = predictor.features(images)
    assert found.dtype == np.float32
    assert found.shape == (3, predictor.feature_count)
    *_, last = predictor._model.layers
    logits = last(torch.from_numpy(found))
    assert torch.allclose(logits, predictor.logits(images), rtol=1e-4, atol=1e-4)


def test_values_are_directions(small):
    predictor, images = make_predictor(small), random_images(small, 20)
    computed = compute_features(predictor, images)
    raw = predictor.features(images)
    assert computed.axes is None
    assert computed.kept == 1
    assert computed.values == pytest.approx(raw / np.linalg.norm(raw, axis=1, keepdims=True))
    assert np.array_equal(computed.project(raw), computed.values)


def test_long_features_are_reduced_to_the_axes_of_largest_length(small, monkeypatch):
    monkeypatch.setattr(features, "MAX_DIMENSIONS", 5)
    predictor, images = make_predictor(small), random_images(small, 40)
    computed = compute_features(predictor, images)
    raw = predictor.features(images).astype(np.float64)
    _, lengths, axes = np.linalg.svd(raw, full_matrices=False)
    assert computed.values.shape == (40, 5)
    assert computed.kept == pytest.approx((lengths[:5] ** 2).sum() / (lengths**2).sum())
    projected = raw @ axes[:5].T
    cosines = projected @ projected.T / np.outer(*[np.linalg.norm(projected, axis=1)] * 2)
    assert computed.values @ computed.values.T == pytest.approx(cosines, abs=1e-4)


def test_no_samples_have_no_features(small):
    assert compute_features(make_predictor(small), random_images(small, 0)).values.shape == (0, 16)


@pytest.fixture
def run(small, tmp_path):
    folder = tmp_path / "runs" / "r"
    save_run(folder, small, seed=0)
    return folder


def save_run(folder, config, seed):
    torch.manual_seed(seed)
    save_weights(
        folder / "weights" / "best.safetensors", build_model(config).state_dict(), make_card(config)
    )


def test_features_are_cached_until_weights_or_images_change(run, small, monkeypatch):
    images = random_images(small, 12)
    first = load_features(run, "val", images)
    calls = []
    monkeypatch.setattr(
        features, "compute_features", lambda *args: calls.append(1) or compute_features(*args)
    )
    again = load_features(run, "val", images)
    assert again.values == pytest.approx(first.values, abs=1e-3)
    assert np.linalg.norm(again.values, axis=1) == pytest.approx(1)
    assert not calls
    load_features(run, "val", random_images(small, 12, seed=1))
    save_run(run, small, seed=1)
    load_features(run, "val", random_images(small, 12, seed=1))
    assert len(calls) == 2


def test_a_damaged_cache_is_computed_again(run, small):
    images = random_images(small, 12)
    first = load_features(run, "test", images)
    features.cache_path(run, "test").write_bytes(b"PK damaged")
    assert np.array_equal(load_features(run, "test", images).values, first.values)


def test_features_can_be_cancelled(run, small):
    with pytest.raises(Stopped):
        load_features(run, "test", random_images(small, 12), should_stop=lambda: True)
    assert not features.cache_path(run, "test").exists()


@given(
    counts=st.lists(st.integers(0, 30), min_size=1, max_size=6),
    limit=st.integers(1, 80),
    seed=st.integers(0, 3),
)
def test_a_sample_is_balanced_by_class(counts, limit, seed):
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    chosen = sample_balanced(labels, limit, seed)
    assert len(chosen) == min(limit, len(labels))
    assert (np.diff(chosen) > 0).all()
    kept = np.bincount(labels[chosen], minlength=len(counts))
    incomplete = kept[kept < np.array(counts)]
    if len(incomplete):
        assert kept.max() <= incomplete.min() + 1
