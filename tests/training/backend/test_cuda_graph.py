"""The recorded step, where there is a CUDA device."""

import pytest
import torch

from studio.config import TrainConfig
from studio.recipes import load_recipe
from studio.training.backend.cuda_graph import WARM_STEPS
from studio.training.input.batches import Normalizer
from studio.training.train_step import Learner
from tests.training.cuda import needs_cuda

pytestmark = needs_cuda

SETTINGS = (
    {},
    {"optim.optimizer": "adamw", "optim.ema": 0.9},
    {"augment.blur": 1.0, "augment.noise": 0.1, "augment.erase": 0.5, "augment.contrast": 0.2},
    {"model.norm": "batch"},
)


def configured(settings):
    return load_recipe("tiny-vgg-fashion").config.with_values(
        {"model.dropout": 0.0, "model.image_size": 28, "model.num_classes": 10} | settings
    )


def learner(config: TrainConfig, recorded: bool = True) -> Learner:
    normalize = Normalizer((30.0,), (70.0,), "cuda")
    made = Learner(config, normalize, "cuda", torch.float32, records_steps=recorded)
    made.train()
    return made


def batches(*sizes):
    draws = torch.Generator().manual_seed(1)
    return [
        (
            torch.randint(0, 256, (size, 1, 28, 28), generator=draws).to("cuda", torch.uint8),
            torch.randint(0, 10, (size,), generator=draws).to("cuda"),
        )
        for size in sizes
    ]


def losses_of(made, given, rate=0.01):
    losses = []
    for number, batch in enumerate(given):
        made.set_lr(rate / (1 + number))
        losses.append(float(made.step(*batch)[0]))
    return losses


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: "-".join(settings) or "sgd")
def test_it_learns_what_single_launches_learn(settings):
    config, given = configured(settings), batches(16, 16, 16, 16, 16, 5, 16, 16, 9)
    recorded, eager = learner(config), learner(config, recorded=False)
    assert len(given) > WARM_STEPS
    ours, theirs = losses_of(recorded, given), losses_of(eager, given)
    assert (recorded.recorded, eager.recorded) == (True, False)
    assert ours == pytest.approx(theirs, rel=1e-3)


def test_an_epoch_resumed_at_its_last_batch_is_recorded():
    config, given = configured({}), batches(5, 16, 16, 16, 16, 16, 5)
    recorded, eager = learner(config), learner(config, recorded=False)
    ours, theirs = losses_of(recorded, given), losses_of(eager, given)
    assert recorded.recorded
    assert ours == pytest.approx(theirs, rel=1e-3)


def test_each_replay_draws_a_dropout_of_its_own():
    made = learner(configured({"model.dropout": 0.5, "augment.rotate": 0.0,
                               "augment.flip_horizontal": False}))  # fmt: skip
    losses = losses_of(made, batches(64) * 8, rate=0.0)
    assert made.recorded
    assert len(set(losses)) == len(losses)


def test_micro_batches_are_recorded_and_learn_the_same():
    config, given = configured({}), batches(16, 16, 16, 16, 16, 16)
    split, whole = learner(config), learner(config)
    split.parts = 4
    ours, theirs = losses_of(split, given), losses_of(whole, given)
    assert split.recorded
    assert ours == pytest.approx(theirs, rel=1e-3)
