"""Settings that change while a training runs: recorded, applied, and repeated exactly."""

import pytest
import torch
from torch import nn

from studio.config import AugmentConfig
from studio.data.augment import draw, weaken
from studio.errors import ConfigError
from studio.runs import RunStatus, RunStore
from studio.training import Trainer
from studio.training.events import EpochEnd, SettingsChanged, StepEnd, from_dict
from studio.training.live_settings import SettingsMailbox, find_obstacles, recorded_changes
from studio.training.optimizer import build_optimizer, load_optimizer_state, set_weight_decay
from tests.training.fitting import of, same_history, same_weights

pytestmark = pytest.mark.numeric

LR, DECAY, DROPOUT, STRENGTH = (
    "optim.lr",
    "optim.weight_decay",
    "model.dropout",
    "augment.strength",
)
# By the number of steps before them; an epoch has five steps.
CHANGES = {
    3: {LR: 5e-4, DECAY: 0.1},
    5: {DROPOUT: 0.2},
    8: {STRENGTH: 0.3, LR: 2e-3},
    11: {DECAY: 0.0},
}


@pytest.fixture(scope="module")
def changing(config):
    return config.with_values(
        {"optim.schedule": "cosine", "optim.weight_decay": 0.0, "model.dropout": 0.5}
    )


def train(config, run, schedule=None, on_event=lambda event: None, mailbox=None):
    """Train a run with changes by step; return its events."""
    events = []

    def receive(event):
        events.append(event)
        on_event(event)

    Trainer(config, run, settings=mailbox or SettingsMailbox(schedule)).fit(receive)
    return events


def figures(run):
    """What the log of a run says, without times and what an interruption adds."""
    kept = ("StepEnd", "EpochEnd", "SettingsChanged", "RolledBack")
    times = ("seconds", "images_per_second")
    lines = [line for line in run.metrics() if line["event"] in kept]
    return [{k: v for k, v in line.items() if k not in times} for line in lines]


def assert_same(run, other):
    assert same_weights(run.last_weights, other.last_weights)
    assert same_weights(run.best_weights, other.best_weights)
    assert same_history(run, other)
    assert figures(run) == figures(other)


@pytest.fixture(scope="module")
def whole(changing, tmp_path_factory):
    """An uninterrupted run with the changes."""
    run = RunStore(tmp_path_factory.mktemp("whole")).create(changing)
    train(changing, run, CHANGES)
    return run


def test_changes_posted_while_it_runs_are_recorded_and_replayed_with_the_same_bits(
    changing, store, whole
):
    run, mailbox = store.create(changing), SettingsMailbox()

    def post(event):
        if isinstance(event, StepEnd) and event.step == 8:
            mailbox.post({LR: 1.0})
            mailbox.post(CHANGES[8])  # the last value before the step counts
        if isinstance(event, StepEnd) and event.step == 10:
            mailbox.post(CHANGES[11] | {STRENGTH: 1.0})

    events = train(changing, run, mailbox=mailbox, on_event=post)
    assert of(SettingsChanged, events) == [
        SettingsChanged(8, 2, CHANGES[8]),
        SettingsChanged(10, 3, CHANGES[11] | {STRENGTH: 1.0}),
    ]
    assert not same_weights(run.last_weights, whole.last_weights)
    again = store.create(changing)
    train(changing, again, recorded_changes(map(from_dict, run.metrics())))
    assert_same(again, run)


def test_the_rate_multiplies_the_schedule_from_the_change_on(changing, store, whole):
    plain = store.create(changing)
    before = of(StepEnd, train(changing, plain))
    after = [line for line in whole.metrics() if line["event"] == "StepEnd"]
    rates = {event.step: event.lr for event in before}
    changed = {line["step"]: line["lr"] for line in after}
    assert changed[2] == rates[2]
    # The rate in the event of step 4 is that of the step with index 3.
    assert changed[4] == pytest.approx(5e-4)
    assert changed[6] / rates[6] == pytest.approx(5e-4 / rates[4])
    assert changed[14] / changed[10] == pytest.approx(rates[14] / rates[10])


@pytest.mark.parametrize("killed_by", [SettingsChanged, EpochEnd])
def test_a_training_killed_after_changes_resumes_with_the_same_bits(
    changing, store, whole, killed_by
):
    run, seen = store.create(changing), []

    def kill(event):
        is_after_change = isinstance(event, killed_by) and getattr(event, "step", 0) >= 8
        if is_after_change and not seen:
            seen.append(event)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(changing, run, CHANGES, kill)
    assert seen
    # Changes before the kill are in the state, those after it are made again.
    train(changing, run, {step: changes for step, changes in CHANGES.items() if step >= 8})
    assert_same(run, whole)


def test_what_cannot_change_is_refused_and_what_has_no_effect_is_not_recorded(config, store):
    mailbox = SettingsMailbox()
    for changes in (
        {"optim.epochs": 3},
        {LR: 0.0},
        {LR: float("nan")},
        {DROPOUT: 1.0},
        {STRENGTH: 1.5},
        {DECAY: -0.1},
    ):
        with pytest.raises(ConfigError):
            mailbox.post(changes | {LR: changes.get(LR, 0.1)})
    assert mailbox.is_empty
    off = {f"augment.{name}": value for name, value in AugmentConfig().model_dump().items()}
    plain = config.with_values(off | {"model.dropout": 0.0})
    assert set(find_obstacles(plain)) == {DROPOUT, STRENGTH}
    assert not find_obstacles(config.with_values({"model.dropout": 0.5}))
    run = store.create(plain.with_values({"engine.max_steps": 3}))
    mailbox.post({DROPOUT: 0.5, STRENGTH: 0.5})
    assert not of(SettingsChanged, train(run.config, run, mailbox=mailbox))
    assert run.status.status is RunStatus.FINISHED


def test_weaker_augmentation_has_smaller_amounts_and_rarer_flips():
    config = AugmentConfig(
        rotate=10, thickness=0.5, noise=0.2, erase=0.5, flip_horizontal=True, brightness=0.1
    )
    drawn = draw((4000, 1, 4, 4), config, torch.Generator().manual_seed(0))
    assert weaken(drawn, 1.0) is drawn
    half, none = weaken(drawn, 0.5), weaken(drawn, 0.0)
    for name in ("rotate", "thickness", "brightness", "noise"):
        torch.testing.assert_close(half[name], drawn[name] / 2)
        assert not none[name].any()
    assert torch.equal(half["grain"], drawn["grain"])
    assert (half["flip_horizontal"] < 0.5).float().mean() == pytest.approx(0.25, abs=0.03)
    assert (half["erase"][:, 0] < config.erase).float().mean() == pytest.approx(0.25, abs=0.03)
    assert torch.equal(half["erase"][:, 1:], drawn["erase"][:, 1:])
    assert not (none["flip_horizontal"] < 0.5).any()
    assert not (none["erase"][:, 0] < config.erase).any()


@pytest.mark.parametrize("name", ["sgd", "adam", "adamw", "muon"])
def test_weight_decay_from_zero_decays_only_matrices(config, name):
    layers = nn.Sequential(nn.Linear(3, 2), nn.LayerNorm(2), nn.Linear(2, 2), nn.Linear(2, 2))
    optim = config.optim.model_copy(update={"optimizer": name, "weight_decay": 0.0})
    optimizer = build_optimizer(optim, list(layers.parameters()), 0.1)
    assert not set_weight_decay(optimizer, 0.0)
    assert set_weight_decay(optimizer, 0.2)
    decays = {
        parameter.ndim: group["weight_decay"]
        for group in optimizer.param_groups
        for parameter in group["params"]
    }
    assert decays == {1: 0.0, 2: 0.2}
    assert sum(len(group["params"]) for group in optimizer.param_groups) == 8
    layers(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    # Off again: the state fits the groups of a training that resumes, whichever it has.
    set_weight_decay(optimizer, 0.0)
    resumed = build_optimizer(optim, list(layers.parameters()), 0.1)
    load_optimizer_state(resumed, optimizer.state_dict())
    set_weight_decay(resumed, 0.2)
    load_optimizer_state(
        resumed, build_optimizer(optim, list(layers.parameters()), 0.1).state_dict()
    )
