"""The exponential moving average of the weights."""

import copy

import torch
from torch import nn

from studio.training.ema import WeightAverage


def random_walk(steps, seed=0):
    """Yield a model whose weights change in every step."""
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    for _ in range(steps):
        with torch.no_grad():
            for tensor in (*model.parameters(), model[1].running_mean):
                tensor.add_(torch.randn_like(tensor))
        yield model


def test_the_weight_of_new_values_falls_to_one_minus_the_decay():
    average, expected = None, None
    for steps, model in enumerate(random_walk(40)):
        average = average or WeightAverage(model, 0.9)
        weight = 1.0 if steps == 0 else max(0.1, 9 / (10 + steps))
        now = model[0].weight.detach().clone()
        expected = now if expected is None else expected + weight * (now - expected)
        average.update(model)
        assert torch.allclose(average.model[0].weight, expected, atol=1e-6)
        assert torch.equal(average.model[1].running_mean, model[1].running_mean)


def test_a_restored_average_continues_the_same():
    straight, resumed = None, None
    for steps, model in enumerate(random_walk(12)):
        if straight is None:
            straight, resumed = WeightAverage(model, 0.9), WeightAverage(model, 0.9)
        if steps == 6:
            saved = copy.deepcopy(resumed.state_dict())
            resumed = WeightAverage(model, 0.9)
            resumed.load_state_dict(saved)
        straight.update(model)
        resumed.update(model)
    assert torch.equal(straight.model[0].weight, resumed.model[0].weight)
