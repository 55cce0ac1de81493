"""The optimizer's groups, and states of earlier versions."""

import copy

import pytest
import torch
from torch import nn

from studio.config import OptimConfig
from studio.training.optimizer import build_optimizer, load_optimizer_state


def build_model():
    torch.manual_seed(3)
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(16, 2))


def build(model, **values):
    config = OptimConfig(**values)
    return build_optimizer(config, list(model.parameters()), config.lr)


def take_steps(model, optimizer, seed, count=3):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(count):
        optimizer.zero_grad()
        model(torch.randn(5, 1, 4, 4, generator=generator)).square().mean().backward()
        optimizer.step()
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def test_weight_decay_applies_to_filters_and_matrices_only():
    model = build_model()
    before = [p.detach().clone() for p in model.parameters()]
    optimizer = build(model, optimizer="adamw", lr=0.1, weight_decay=0.5)
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    moved = [bool((p != old).any()) for p, old in zip(model.parameters(), before, strict=True)]
    assert moved == [p.ndim > 1 for p in model.parameters()]


@pytest.mark.parametrize("name", ["sgd", "adam", "adamw"])
def test_a_state_with_two_groups_continues_as_one(name):
    model = build_model()
    optimizer = build(model, optimizer=name, weight_decay=0.0)
    take_steps(model, optimizer, 1)
    state = copy.deepcopy(optimizer.state_dict())
    (group,) = state["param_groups"]
    pulled = sum(p.ndim > 1 for p in model.parameters())
    state["param_groups"] = [
        group | {"params": group["params"][:pulled]},
        group | {"params": group["params"][pulled:]},
    ]
    other = copy.deepcopy(model)
    goes_on = build(other, optimizer=name, weight_decay=0.0)
    load_optimizer_state(goes_on, state)
    assert torch.equal(take_steps(model, optimizer, 2), take_steps(other, goes_on, 2))


def test_the_state_of_another_optimizer_is_refused():
    model = build_model()
    sgd, adam = build(model, optimizer="sgd"), build(model, optimizer="adam")
    take_steps(model, sgd, 1)
    with pytest.raises((KeyError, ValueError)):
        load_optimizer_state(adam, copy.deepcopy(sgd.state_dict()))
