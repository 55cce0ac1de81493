"""The recorded step, where there is a CUDA device."""

import pytest
import torch

from studio.config import TrainConfig
from studio.recipes import load_recipe
from studio.training.batches import Normalizer
from studio.training.cuda_graph import WARM_STEPS, GraphedStep
from studio.training.learner import Learner

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")

SETTINGS = (
    {},
    {"optim.optimizer": "adamw", "optim.ema": 0.9},
    {"augment.blur": 1.0, "augment.noise": 0.1, "augment.erase": 0.5, "augment.contrast": 0.2},
    {"model.norm": "batch"},
)


def learner(config: TrainConfig, recorded: bool) -> Learner:
    made = Learner(config, Normalizer((30.0,), (70.0,), "cuda"), "cuda", torch.float32)
    if not recorded:
        made._run_step = made._learn
    return made


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: "-".join(settings) or "sgd")
def test_it_learns_what_single_launches_learn(settings):
    config = load_recipe("tiny-vgg-fashion").config.with_values(
        {"model.dropout": 0.0, "model.image_size": 28, "model.num_classes": 10} | settings
    )
    chance = torch.Generator().manual_seed(1)
    batches = [
        (
            torch.randint(0, 256, (size, 1, 28, 28), generator=chance).to("cuda", torch.uint8),
            torch.randint(0, 10, (size,), generator=chance).to("cuda"),
        )
        for size in (16, 16, 16, 16, 16, 5, 16, 16, 9)
    ]
    losses = []
    for recorded in (True, False):
        made = learner(config, recorded)
        made.train()
        losses.append([])
        for number, batch in enumerate(batches):
            made.set_lr(0.01 / (1 + number))
            losses[-1].append(float(made.step(*batch)[0]))
        if recorded:
            assert isinstance(made._run_step, GraphedStep)
            assert made._run_step.recorded
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)
    assert len(batches) > WARM_STEPS
