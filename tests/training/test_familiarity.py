"""How familiar an input is: fitted on validation samples, stored in the card."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from scipy.spatial.distance import cdist

from studio.data import load_dataset
from studio.errors import CheckpointError
from studio.inference import Predictor
from studio.runs.checkpoints import load_model, read_card
from studio.runs.familiarity import LEVELS, Familiarity
from studio.training.familiarity import fit_familiarity, score
from tests.training.fitting import fit

NONE = torch.empty(0, 0)


def samples(seed, count=2000, classes=5):
    """Logits near a corner for each class, and their labels."""
    rng = torch.Generator().manual_seed(seed)
    labels = torch.randint(classes, (count,), generator=rng)
    noise = torch.randn(count, classes, generator=rng)
    return 6 * torch.eye(classes)[labels] + noise, labels


def test_the_score_is_the_distance_from_the_nearest_class_center():
    logits, labels = samples(0)
    familiarity = fit_familiarity(logits, labels)
    centers = np.stack([logits[labels == k].numpy().mean(0) for k in range(5)])
    expected = -cdist(logits.numpy(), centers).min(1)
    assert score(familiarity, logits, NONE).numpy() == pytest.approx(expected, abs=1e-3)


@given(seed=st.integers(0, 50), level=st.floats(0.01, 0.99))
def test_of_unseen_samples_as_many_pass_as_the_level_says(seed, level):
    familiarity = fit_familiarity(*samples(seed))
    unseen = score(familiarity, samples(seed + 1000)[0], NONE).tolist()
    passing = np.mean([familiarity.fraction_below(value) > level for value in unseen])
    assert passing == pytest.approx(1 - level, abs=0.05)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20))
def test_a_higher_score_is_never_less_familiar(values):
    familiarity = fit_familiarity(*samples(0))
    fractions = [familiarity.fraction_below(value) for value in sorted(values)]
    assert fractions == sorted(fractions)
    assert all(0 <= fraction <= 1 for fraction in fractions)


def test_logits_far_from_all_classes_are_unfamiliar():
    familiarity = fit_familiarity(*samples(0))
    far = torch.tensor([[0.0] * 5, [9.0, 9.0, 0, 0, 0]])
    fractions = [familiarity.fraction_below(v) for v in score(familiarity, far, NONE).tolist()]
    assert max(fractions) < 0.05
    assert min(fractions) > 0  # they still have an order


def test_with_other_classes_the_score_is_the_log_odds_against_them():
    familiarity = Familiarity(
        quantiles=np.linspace(-3, 3, len(LEVELS)), weights=((1.0, 0.0),), bias=(0.5,)
    )
    logits, others = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.25, 0.75]])
    odds = np.exp([1.0, 2.0]).sum() / np.exp([0.25, 0.75]).sum()
    assert float(score(familiarity, logits, others)) == pytest.approx(np.log(odds))


@pytest.mark.parametrize(
    ("logits", "labels"),
    [
        (torch.zeros(3, 4), torch.zeros(3, dtype=torch.long)),
        (torch.zeros(50, 1), torch.zeros(50, dtype=torch.long)),
        (torch.full((50, 2), float("nan")), torch.zeros(50, dtype=torch.long)),
        (torch.zeros(50, 1000), torch.zeros(50, dtype=torch.long)),
    ],
)
def test_where_nothing_can_be_fitted_it_is_unknown(logits, labels):
    assert fit_familiarity(logits, labels) is None


@pytest.fixture(scope="module")
def damaged():
    """A valid familiarity of 3 classes as a dict, to be damaged."""
    return fit_familiarity(*samples(0, classes=3)).model_dump()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"quantiles": (1.0,)}, "ascending quantiles"),
        ({"quantiles": tuple(reversed(range(len(LEVELS))))}, "ascending quantiles"),
        ({"quantiles": (float("nan"), *range(len(LEVELS) - 1))}, "finite"),
        ({"centers": ()}, "centers, or weights"),
        ({"weights": ((1.0,),), "bias": ()}, "centers, or weights"),
        ({"centers": (), "weights": ((1.0,),), "bias": (1.0, 2.0)}, "a bias each"),
    ],
)
def test_damaged_values_are_refused(damaged, change, reason):
    with pytest.raises(ValueError, match=reason):
        Familiarity.model_validate(damaged | change)


def test_values_of_another_model_are_refused(damaged):
    with pytest.raises(ValueError, match="must have 4 values"):
        Familiarity.model_validate(damaged).check_fits(4, 8)
    others = damaged | {"centers": (), "weights": ((1.0, 2.0),), "bias": (0.0,)}
    with pytest.raises(ValueError, match="must have 8 values"):
        Familiarity.model_validate(others).check_fits(3, 8)


def test_a_run_keeps_it_and_a_damaged_card_is_refused_with_one_sentence(store, config, tmp_path):
    run = store.create(config.with_values({"optim.epochs": 1}))
    fit(run.config, run)
    predictor = Predictor.load(run.path)
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (30, 1, 8, 8)).astype(np.uint8)
    digits = load_dataset(config.data, store.runs_dir)
    validation = digits.images[digits.splits["val"]]
    assert np.median(predictor.familiarity(validation)) == pytest.approx(0.5, abs=0.1)
    assert np.median(predictor.familiarity(noise)) < 0.2
    path = tmp_path / "damaged.safetensors"
    tensors = load_file(run.best_weights)
    card = json.loads(read_card(run.best_weights).model_dump_json())
    card["familiarity"]["centers"][0] = [1.0]
    save_file(tensors, path, {"vgg-studio": json.dumps(card)})
    with pytest.raises(CheckpointError, match=r"The model card .* must have 10 values\. "):
        read_card(path)


def test_weights_of_earlier_versions_have_none(store, config):
    run = store.create(config.with_values({"optim.epochs": 1}))
    fit(run.config, run)
    model, card = load_model(run.best_weights)
    old = Predictor(model, card.model_validate(card.model_dump(exclude={"familiarity"})))
    assert old.familiarity(np.zeros((1, 1, 8, 8), np.uint8)) is None
    drawing = np.zeros((280, 280), np.uint8)
    drawing[50:200, 130:150] = 255
    assert old.predict_drawing(drawing).familiarity is None
    assert 0 <= Predictor(model, card).predict_drawing(drawing).familiarity <= 1
