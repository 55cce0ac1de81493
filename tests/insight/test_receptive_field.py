"""Receptive fields against what really changes a value when a pixel changes."""

import numpy as np
import pytest
import torch

from studio.config import ModelConfig
from studio.insight.receptive_field import Region, receptive_field
from studio.models import build_model, plan_layers

SIDE = 14
MODELS = {
    "plain": {},
    "kernels of other sizes": {"kernel_size": (7, 1)},
    "overlapping pools": {"kernel_size": (5, 3), "pool_size": 3, "pool_stride": 2},
    "average pools": {"pool": "avg", "norm": "batch", "activation": "gelu"},
    "statistics over positions": {"norm": "group", "activation": "gelu"},
    "adaptive pool": {"variant": "vgg11"},
}


@pytest.mark.parametrize("values", MODELS.values(), ids=MODELS)
def test_it_is_the_support_of_all_changes(values):
    config = ModelConfig(
        image_size=SIDE,
        in_channels=1,
        num_classes=2,
        filters=((2, 2), (2,)),
        hidden=(),
        **{"variant": "simple-vgg"} | values,
    )
    model = build_model(config).eval()
    for name, parameter in model.named_parameters():
        if "norm" not in name:
            torch.nn.init.ones_(parameter)  # no two changes cancel each other
    # One image per pixel, which a max-pool passes on, and one without any.
    images = torch.cat([1 + 99 * torch.eye(SIDE**2), torch.ones(1, SIDE**2)])
    outputs = images.reshape(-1, 1, SIDE, SIDE)
    layers = plan_layers(config)
    with torch.no_grad():
        for depth, (layer, planned) in enumerate(zip(model.layers, layers, strict=True), 1):
            outputs = layer(outputs.clone())
            if planned.kind == "flatten":
                break
            changed = (outputs[:-1, 0] != outputs[-1, 0]).numpy()  # [pixels, h, w]
            side = changed.shape[-1]
            for row, column in {(0, 0), (side // 2, side // 3), (side - 1, side - 1)}:
                support = changed[:, row, column].reshape(SIDE, SIDE)
                rows, columns = np.flatnonzero(support.any(1)), np.flatnonzero(support.any(0))
                expected = Region(rows[0], rows[-1] + 1, columns[0], columns[-1] + 1)
                assert receptive_field(layers[:depth], row, column) == expected, planned.name
    assert receptive_field(layers, 0, 0) == Region(0, SIDE, 0, SIDE)


def test_the_input_sees_itself():
    region = receptive_field((), 3, 5)
    assert region == Region(3, 4, 5, 6)
    assert (region.height, region.width) == (1, 1)
