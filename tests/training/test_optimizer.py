"""The optimizer's groups, Muon against that of torch, and states of earlier versions."""

import copy

import pytest
import torch
from torch import nn

from studio.config import OptimConfig
from studio.training.muon import orthogonalize, select_matrices
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


def build_deep_model():
    torch.manual_seed(4)
    filters = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 3, 3), nn.Conv2d(3, 12, 1)
    return nn.Sequential(*filters, nn.Flatten(), nn.Linear(12, 5), nn.Linear(5, 2))


def train_deep_model(model, optimizer, steps=4):
    generator = torch.Generator().manual_seed(1)
    for _ in range(steps):
        optimizer.zero_grad()
        model(torch.randn(3, 1, 5, 5, generator=generator)).square().mean().backward()
        optimizer.step()


class Flattened(torch.optim.Optimizer):
    """`torch.optim.Muon` on flattened copies of the filters, and AdamW for the others."""

    def __init__(self, parameters, lr, weight_decay):
        self.filters = select_matrices(parameters)
        self.others = [p for p in parameters if all(p is not kept for kept in self.filters)]
        self.matrices = [nn.Parameter(p.detach().flatten(1).clone()) for p in self.filters]
        scaled = {"adjust_lr_fn": "match_rms_adamw", "momentum": 0.95}
        self.muon = torch.optim.Muon(self.matrices, lr, weight_decay, **scaled)
        decayed = [
            {"params": [p for p in self.others if p.ndim > 1], "weight_decay": weight_decay},
            {"params": [p for p in self.others if p.ndim <= 1], "weight_decay": 0.0},
        ]
        self.adamw = torch.optim.AdamW(decayed, lr, fused=True)

    def zero_grad(self):
        for parameter in (*self.filters, *self.others):
            parameter.grad = None

    def step(self):
        for matrix, parameter in zip(self.matrices, self.filters, strict=True):
            matrix.grad = parameter.grad.flatten(1)
        self.muon.step()
        self.adamw.step()
        for matrix, parameter in zip(self.matrices, self.filters, strict=True):
            parameter.data.copy_(matrix.detach().view_as(parameter))


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_muon_is_that_of_torch_on_flattened_filters(memory_format, monkeypatch):
    # That of torch computes in bfloat16 on every device.
    monkeypatch.setattr(
        "studio.training.muon.orthogonalize",
        lambda matrix, _dtype: orthogonalize(matrix, torch.bfloat16),
    )
    model, reference = (build_deep_model().to(memory_format=memory_format) for _ in "ab")
    start = [p.detach().clone() for p in model.parameters()]
    train_deep_model(model, build(model, optimizer="muon", lr=0.05, weight_decay=0.1))
    train_deep_model(reference, Flattened(list(reference.parameters()), 0.05, 0.1))
    for ours, theirs, before in zip(model.parameters(), reference.parameters(), start, strict=True):
        assert not torch.equal(ours, before)
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("shape", [(4, 30), (30, 4), (6, 6)])
def test_orthogonalized_matrices_have_singular_values_near_1(shape):
    torch.manual_seed(0)
    matrix = torch.randn(shape)
    values = torch.linalg.svdvals(orthogonalize(matrix, torch.float32))
    assert values.min() > 0.5
    assert values.max() < 1.3
    rounded = orthogonalize(matrix, torch.bfloat16).float()
    torch.testing.assert_close(rounded, orthogonalize(matrix, torch.float32), rtol=0, atol=0.05)


def test_muon_leaves_first_and_last_layer_and_biases_to_adamw():
    model = build_deep_model()
    optimizer = build(model, optimizer="muon", weight_decay=0.1)
    muon, decayed, others = (group["params"] for group in optimizer.param_groups)
    assert [tuple(p.shape) for p in muon] == [(3, 4, 3, 3), (12, 3, 1, 1), (5, 12)]
    assert [tuple(p.shape) for p in decayed] == [(4, 1, 3, 3), (2, 5)]
    assert all(p.ndim == 1 for p in others)
    model[0].requires_grad_(False)  # a frozen first layer does not make the next one the first
    frozen = build(model, optimizer="muon").param_groups
    assert [len(group["params"]) for group in frozen] == [3, 1 + 4]


def test_muon_continues_from_its_state_and_refuses_another():
    model, other = build_deep_model(), build_deep_model()
    optimizer, goes_on = (build(m, optimizer="muon") for m in (model, other))
    train_deep_model(model, optimizer)
    other.load_state_dict(model.state_dict())
    load_optimizer_state(goes_on, copy.deepcopy(optimizer.state_dict()))
    train_deep_model(model, optimizer, 2)
    train_deep_model(other, goes_on, 2)
    for ours, theirs in zip(model.parameters(), other.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    adamw = build(build_deep_model(), optimizer="adamw")
    with pytest.raises((KeyError, ValueError)):
        load_optimizer_state(adamw, copy.deepcopy(optimizer.state_dict()))
    with pytest.raises((KeyError, ValueError)):
        load_optimizer_state(build(build_deep_model(), optimizer="muon"), adamw.state_dict())


def test_a_model_without_hidden_layers_is_left_to_adamw():
    model = build_model()
    optimizer = build(model, optimizer="muon")
    take_steps(model, optimizer, 1)
    assert optimizer.param_groups[0]["params"] == []
