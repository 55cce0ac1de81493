"""Each rule of the coach on a short real training that triggers it, and one that must not."""

import numpy as np
import pytest
from PIL import Image

from studio.insight.coach import RULES, Severity, TrainingRecord, find_advice
from studio.recipes import load_recipe
from studio.runs import RunStore
from studio.training import Trainer
from studio.training.events import SettingsChanged, StepEnd
from tests.fixed_engine import FIXED_ENGINE

pytestmark = pytest.mark.numeric

# A small model on small digits: an epoch takes a fraction of a second.
SMALL = FIXED_ENGINE | {
    "data.image_size": 8,
    "model.filters": [[8]],
    "model.hidden": [16],
    "optim.schedule": "constant",
    "optim.lr": 0.002,
    "optim.batch_size": 64,
    "optim.epochs": 3,
    "optim.ema": 0.0,
    "engine.log_every": 1,
    "engine.history": False,
}
PLAIN = {
    "augment.rotate": 0,
    "augment.shear": 0,
    "augment.zoom": 0,
    "augment.shift": 0,
    "optim.label_smoothing": 0.0,
    "model.dropout": 0.0,
}

# For each rule: settings that trigger it, and settings that must not.
CASES = {
    "rate_too_high": ({"optim.lr": 1.0}, {}),
    "rate_too_low": ({"optim.lr": 1e-4} | PLAIN, {"optim.lr": 3e-3} | PLAIN),
    "at_chance": ({"optim.lr": 1e-7}, {}),
    "class_collapse": ({"optim.lr": 0.3}, {}),
    "silent_units": ({"optim.lr": 0.3}, {}),
    "mirrored_characters": ({"augment.flip_horizontal": True}, {}),
    "few_samples": ({"data.subset": 200}, PLAIN | {"data.val_share": 0.6, "optim.epochs": 8}),
    "training_loss_above": ({}, PLAIN),
}


class Watched:
    """A training with the first advice of each rule while it ran."""

    def __init__(self, config):
        self.record, self.advice = TrainingRecord(config), {}

    def add(self, event):
        self.record.add(event)
        for name, rule in RULES.items():
            advice = rule(self.record)
            if advice is not None:
                self.advice.setdefault(name, advice)


@pytest.fixture(scope="module")
def train(tmp_path_factory):
    """Return a function that trains once for the same settings, watched by all rules."""
    done = {}
    store = RunStore(tmp_path_factory.mktemp("runs"))

    def train(changes):
        key = repr(sorted(changes.items()))
        if key not in done:
            config = load_recipe("digits-quickstart").config.with_values(SMALL | changes)
            done[key] = Watched(config)
            Trainer(config, store.create(config)).fit(done[key].add)
        return done[key]

    return train


@pytest.mark.parametrize("rule", CASES)
def test_rule(train, rule):
    triggering, harmless = CASES[rule]
    advice = train(triggering).advice[rule]
    assert advice.rule == rule
    assert advice.text.endswith(".")
    assert advice.reason.endswith(".")
    for changes in (advice.now, advice.next_run):
        train(triggering).record.config.with_values(changes)  # every change is a valid setting
    assert rule not in train(harmless).advice


def test_every_rule_has_a_case():
    assert set(CASES) | {"overfitting", "plateau"} == set(RULES)


@pytest.fixture(scope="module")
def noise(tmp_path_factory):
    """Images without a pattern: their labels can only be memorized."""
    folder, pixels = tmp_path_factory.mktemp("noise"), np.random.default_rng(0)
    for name in "ab":
        (folder / name).mkdir()
        for number in range(100):
            image = Image.fromarray(pixels.integers(0, 256, (8, 8), np.uint8))
            image.save(folder / name / f"{number}.png")
    return {"data.source": "folder", "data.path": str(folder)}


def test_overfitting(train, noise):
    large = {"model.filters": [[32]], "model.hidden": [256, 256], "optim.lr": 1e-3}
    memorizing = PLAIN | noise | large | {"optim.epochs": 15, "optim.batch_size": 32}
    advice = train(memorizing).advice["overfitting"]
    assert "Random changes" in advice.text
    assert advice.next_run["augment.rotate"] > 0
    assert "overfitting" not in train({"optim.epochs": 8}).advice


def test_plateau(train, noise):
    stuck = PLAIN | noise | {"model.hidden": [64], "optim.lr": 0.02, "optim.epochs": 12}
    advice = train(stuck).advice["plateau"]
    assert advice.now["optim.lr"] < 0.02
    assert "plateau" not in train({"optim.epochs": 8}).advice
    assert "plateau" not in train(stuck | {"optim.schedule": "cosine"}).advice


def test_a_good_training_gets_no_problem(train):
    advice = train({"optim.epochs": 8}).advice.values()
    assert all(one.severity is Severity.NOTE for one in advice)


def test_the_cause_comes_before_its_effects(train):
    record = train({"optim.lr": 1.0}).record
    assert find_advice(record).rule == "rate_too_high"
    assert find_advice(record, {"rate_too_high"}).severity is Severity.PROBLEM


def test_no_rule_speaks_before_the_first_event():
    config = load_recipe("digits-quickstart").config
    assert find_advice(TrainingRecord(config)) is None


def test_a_change_of_settings_begins_a_new_record(train):
    record = TrainingRecord(train({"optim.lr": 1.0}).record.config)
    record.steps.extend(train({"optim.lr": 1.0}).record.steps)
    record.add(SettingsChanged(10, 1, {"optim.lr": 0.001, "augment.strength": 0.5}))
    assert record.config.optim.lr == 0.001
    assert find_advice(record) is None


def test_a_long_record_stays_small():
    record = TrainingRecord(load_recipe("digits-quickstart").config)
    for step in range(10_000):
        record.add(StepEnd(step, 1, float(step), 0.1, 1.0, 1.0))
    assert len(record.steps) <= 2000
    kept = [step.step for step in record.steps]
    assert kept == sorted(kept)
    assert kept[0] == 0
    assert kept[-900:] == list(range(9100, 10_000))
