"""The averaged network."""

import copy

import torch
from torch import nn

from studio.training.ema import WeightAverage


def wandering(steps, seed=0):
    """A network and the states it goes through."""
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    for _ in range(steps):
        with torch.no_grad():
            for tensor in (*network.parameters(), network[1].running_mean):
                tensor.add_(torch.randn_like(tensor))
        yield network


def test_it_follows_with_a_weight_that_falls_to_the_decay():
    average, expected = None, None
    for seen, network in enumerate(wandering(40)):
        average = average or WeightAverage(network, 0.9)
        weight = 1.0 if seen == 0 else max(0.1, 9 / (10 + seen))
        now = network[0].weight.detach().clone()
        expected = now if expected is None else expected + weight * (now - expected)
        average.update(network)
        assert torch.allclose(average.model[0].weight, expected, atol=1e-6)
        assert torch.equal(average.model[1].running_mean, network[1].running_mean)


def test_it_goes_on_where_it_was_saved():
    straight, resumed = None, None
    for seen, network in enumerate(wandering(12)):
        if straight is None:
            straight, resumed = WeightAverage(network, 0.9), WeightAverage(network, 0.9)
        if seen == 6:
            saved = copy.deepcopy(resumed.state_dict())
            resumed = WeightAverage(network, 0.9)
            resumed.load_state_dict(saved)
        straight.update(network)
        resumed.update(network)
    assert torch.equal(straight.model[0].weight, resumed.model[0].weight)
