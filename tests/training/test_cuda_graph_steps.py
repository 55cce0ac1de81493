"""Training steps as CUDA graphs, on a CUDA device."""

import pytest
import torch

from studio.config import TrainConfig
from studio.recipes import load_recipe
from studio.training.backend.cuda_graph import WARM_UP_STEPS
from studio.training.input.normalization import Normalizer
from studio.training.train_step import TrainStep
from tests.training.cuda import needs_cuda

pytestmark = needs_cuda

SETTINGS = (
    {},
    {"optim.optimizer": "adamw", "optim.ema": 0.9},
    {"augment.blur": 1.0, "augment.noise": 0.1, "augment.erase": 0.5, "augment.contrast": 0.2},
    {"model.norm": "batch"},
    {"optim.mixup": 0.4, "optim.clip_norm": 0.5},
    {"optim.optimizer": "muon", "optim.weight_decay": 0.01},
)


def configured(settings):
    return load_recipe("tiny-vgg-fashion").config.with_values(
        {"model.dropout": 0.0, "model.image_size": 28, "model.num_classes": 10} | settings
    )


def build_train_step(config: TrainConfig, use_cuda_graph: bool = True) -> TrainStep:
    normalize = Normalizer((30.0,), (70.0,), "cuda")
    train_step = TrainStep(config, normalize, "cuda", torch.float32, use_cuda_graph=use_cuda_graph)
    train_step.train()
    return train_step


def batches(*sizes):
    draws = torch.Generator().manual_seed(1)
    return [
        (
            torch.randint(0, 256, (size, 1, 28, 28), generator=draws).to("cuda", torch.uint8),
            torch.randint(0, 10, (size,), generator=draws).to("cuda"),
        )
        for size in sizes
    ]


def losses_of(train_step, given, rate=0.01):
    losses = []
    for number, batch in enumerate(given):
        train_step.set_lr(rate / (1 + number))
        losses.append(float(train_step.step(*batch)[0]))
    return losses


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: "-".join(settings) or "sgd")
def test_graphed_steps_train_like_eager_steps(settings):
    config, given = configured(settings), batches(16, 16, 16, 16, 16, 5, 16, 16, 9)
    graphed, eager = build_train_step(config), build_train_step(config, use_cuda_graph=False)
    assert len(given) > WARM_UP_STEPS
    ours, theirs = losses_of(graphed, given), losses_of(eager, given)
    assert (graphed.is_graphed, eager.is_graphed) == (True, False)
    assert ours == pytest.approx(theirs, rel=1e-3)


def test_an_epoch_resumed_at_its_last_batch_is_recorded():
    config, given = configured({}), batches(5, 16, 16, 16, 16, 16, 5)
    graphed, eager = build_train_step(config), build_train_step(config, use_cuda_graph=False)
    ours, theirs = losses_of(graphed, given), losses_of(eager, given)
    assert graphed.is_graphed
    assert ours == pytest.approx(theirs, rel=1e-3)


def test_each_replay_draws_another_dropout_mask():
    train_step = build_train_step(configured({"model.dropout": 0.5, "augment.rotate": 0.0,
                               "augment.flip_horizontal": False}))  # fmt: skip
    losses = losses_of(train_step, batches(64) * 8, rate=0.0)
    assert train_step.is_graphed
    assert len(set(losses)) == len(losses)


def test_micro_batches_are_recorded_and_train_the_same():
    config, given = configured({}), batches(16, 16, 16, 16, 16, 16)
    split, whole = build_train_step(config), build_train_step(config)
    split.accumulation.micro_batches = 4
    ours, theirs = losses_of(split, given), losses_of(whole, given)
    assert split.is_graphed
    assert ours == pytest.approx(theirs, rel=1e-3)
