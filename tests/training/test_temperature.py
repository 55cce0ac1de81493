"""Temperature scaling against known temperatures, and in the weights of a run."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy

from studio.data import load_dataset
from studio.inference import Predictor
from studio.insight.calibration import expected_calibration_error
from studio.runs.checkpoints import load_model, read_card
from studio.training import Trainer
from studio.training.temperature import HIGHEST, LOWEST, fit_temperature
from tests.training.fitting import fit, same_weights, stop_after


def sample(temperature, seed, count=3000, classes=6):
    """Logits, and labels drawn from softmax(logits / temperature)."""
    rng = torch.Generator().manual_seed(seed)
    logits = torch.randn(count, classes, generator=rng) * 3
    labels = torch.multinomial((logits / temperature).softmax(1), 1, generator=rng)[:, 0]
    return logits, labels


@given(temperature=st.floats(0.2, 5), seed=st.integers(0, 1000))
def test_a_known_temperature_is_found(temperature, seed):
    assert fit_temperature(*sample(temperature, seed)) == pytest.approx(temperature, rel=0.15)


@given(temperature=st.floats(0.2, 5), seed=st.integers(0, 1000), shift=st.floats(-50, 50))
def test_no_other_temperature_has_a_lower_loss(temperature, seed, shift):
    logits, labels = sample(temperature, seed, count=1000)
    found = fit_temperature(logits + shift, labels)
    best = cross_entropy(logits / found, labels)
    for factor in (0.8, 0.95, 1.05, 1.25):
        # The imaginary sample, one in a thousand, costs a little.
        assert cross_entropy(logits / (factor * found), labels) > best - 5e-3


@pytest.mark.parametrize(
    ("logits", "labels"),
    [
        (torch.zeros(0, 4), torch.zeros(0, dtype=torch.long)),
        (torch.randn(9, 1), torch.zeros(9, dtype=torch.long)),
        (torch.full((3, 2), float("nan")), torch.zeros(3, dtype=torch.long)),
        (torch.full((3, 2), float("inf")), torch.zeros(3, dtype=torch.long)),
    ],
)
def test_the_temperature_is_1_if_it_cannot_be_fitted(logits, labels):
    assert fit_temperature(logits, labels) == 1.0


@pytest.mark.parametrize("scale", [0.0, 1e-6, 1.0, 1e3, 1e8])
@pytest.mark.parametrize("count", [1, 2, 10])
@pytest.mark.parametrize("correct", [True, False])
def test_tiny_splits_stay_within_bounds(scale, count, correct):
    logits = scale * torch.eye(10)[:count]
    labels = torch.arange(count) if correct else (torch.arange(count) + 1) % 10
    temperature = fit_temperature(logits, labels)
    assert LOWEST <= temperature <= HIGHEST


def test_a_split_without_errors_does_not_give_certainty():
    logits = 4 * torch.eye(10).repeat(30, 1)
    labels = torch.arange(10).repeat(30)
    confidence = (logits / fit_temperature(logits, labels)).softmax(1).max(1).values.mean()
    assert 0.99 < float(confidence) < 0.9999


def test_label_smoothing_makes_a_model_underconfident_and_scaling_corrects_it():
    logits, labels = sample(0.4, 0)
    held_out, truth = sample(0.4, 1)
    before = expected_calibration_error(held_out.softmax(1).numpy(), truth.numpy())
    scaled = held_out / fit_temperature(logits, labels)
    after = expected_calibration_error(scaled.softmax(1).numpy(), truth.numpy())
    assert before > 0.1
    assert after < 0.02


@pytest.mark.numeric
def test_a_run_keeps_the_temperature_of_its_validation_split(store, config):
    config = config.with_values({"optim.label_smoothing": 0.2, "engine.precision": "float32"})
    run = store.create(config)
    Trainer(config, run).fit()
    predictor = Predictor.load(run.path)
    digits = load_dataset(config.data, store.runs_dir)
    rows = digits.splits["val"]
    logits = predictor.logits(digits.images[rows])
    expected = fit_temperature(logits, torch.from_numpy(digits.labels[rows]))
    assert predictor.card.temperature == pytest.approx(expected, rel=1e-3)
    assert predictor.card.temperature != 1.0
    probabilities = predictor.predict(digits.images[rows])
    assert np.allclose(probabilities, (logits / expected).softmax(1).numpy(), atol=1e-3)
    assert np.array_equal(probabilities.argmax(1), logits.argmax(1).numpy())


@pytest.mark.numeric
def test_a_resumed_run_keeps_the_very_same_temperature(store, config):
    uninterrupted, interrupted = store.create(config), store.create(config)
    fit(config, uninterrupted)
    fit(config, interrupted, stop_after(8))  # within the second epoch
    assert read_card(interrupted.last_weights).temperature != 1.0
    fit(config, interrupted)
    assert same_weights(uninterrupted.last_weights, interrupted.last_weights)
    for run_path in ("last_weights", "best_weights"):
        cards = [read_card(getattr(run, run_path)) for run in (uninterrupted, interrupted)]
        assert cards[0] == cards[1]


def test_weights_of_earlier_versions_predict_as_before(store, config):
    run = store.create(config)
    fit(config, run)
    predictor = Predictor.load(run.path)
    images = np.random.default_rng(0).integers(0, 256, (3, 1, 8, 8)).astype(np.uint8)
    model, card = load_model(run.best_weights)
    old = Predictor(model, card.model_validate(card.model_dump(exclude={"temperature"})))
    assert np.allclose(old.predict(images), predictor.logits(images).softmax(1).numpy())
