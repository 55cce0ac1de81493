"""A variant with the settings of a configuration, and settings that contradict each other."""

import pytest
import torch
from torch import nn

from studio.config import ModelConfig
from studio.errors import ConfigError
from studio.models import VARIANT_FIELDS, VARIANTS, build_model, plan_layers
from studio.models.variants import resolve_variant

OTHER = {
    "filters": ((8, 8), (16,)),
    "kernel_size": (5, 1, 7),
    "conv_bias": False,
    "norm": "group",
    "activation": "silu",
    "pool": "avg",
    "pool_size": (3, 2, 1),
    "pool_stride": (2, 2, 1),
    "global_pool": True,
    "flat_norm": "layer",
    "hidden": (32, 16),
    "hidden_norm": "batch",
    "dropout": 0.25,
}


def test_every_setting_of_a_model_is_covered():
    assert set(OTHER) == set(VARIANT_FIELDS)
    free = {name for name, field in ModelConfig.model_fields.items() if field.default is None}
    assert free == set(VARIANT_FIELDS)


@pytest.mark.parametrize("field", OTHER)
def test_a_setting_replaces_one_value_of_the_variant(field):
    row, changed = (
        resolve_variant(ModelConfig()),
        resolve_variant(ModelConfig(**{field: OTHER[field]})),
    )
    assert row == VARIANTS["simple-vgg"]
    differing = [name for name in vars(row) if vars(row)[name] != vars(changed)[name]]
    assert differing == [field]
    assert vars(changed)[field] == OTHER[field]


@pytest.mark.parametrize("field", OTHER)
def test_a_setting_reaches_the_model(field):
    changed = build_model(ModelConfig(**{field: OTHER[field]}))
    assert str(changed.layers) != str(build_model(ModelConfig()).layers)
    assert changed(torch.zeros(2, 1, 28, 28)).shape == (2, 10)


def test_settings_survive_json():
    config = ModelConfig(**OTHER | {"filters": ((8,), (8,), (8,))})
    assert ModelConfig.model_validate_json(config.model_dump_json(exclude_none=True)) == config


def test_kernels_and_pools_of_each_block():
    config = ModelConfig(kernel_size=(5, 3, 1), pool_size=(3, 2, 1), pool_stride=(2, 2, 1))
    layers = plan_layers(config)
    assert [layer.kernel_size for layer in layers if layer.kind == "conv"] == [5, 3, 1]
    pools = [(layer.name, layer.kernel_size, layer.stride) for layer in layers if layer.stride > 1]
    assert pools == [("pool1", 3, 2), ("pool2", 2, 2)]  # a pool of one answer is none


def test_values_per_block_fit_other_numbers_of_blocks():
    config = ModelConfig(variant="mini-vgg-v1", filters=((4,), (4,), (4,)), image_size=32)
    assert [x.kernel_size for x in plan_layers(config) if x.kind == "conv"] == [5, 3, 3]
    config = ModelConfig(variant="mini-vgg-v1", filters=((4,),))
    assert [x.kernel_size for x in plan_layers(config) if x.kind == "conv"] == [5]


@pytest.mark.parametrize("field", ["kernel_size", "pool_size", "pool_stride"])
def test_values_for_another_number_of_blocks_are_refused(field):
    with pytest.raises(ConfigError, match="2 values for 3 blocks") as caught:
        plan_layers(ModelConfig(**{field: (3, 3)}))
    assert caught.value.field == f"model.{field}"


def test_a_block_without_a_convolution_is_refused():
    with pytest.raises(ConfigError, match="Block 2"):
        plan_layers(ModelConfig(filters=((8,), ())))


def test_an_unknown_variant_names_the_nearest():
    with pytest.raises(ConfigError, match="tiny-vgg"):
        plan_layers(ModelConfig(variant="tinyvgg"))


@pytest.mark.parametrize(("width", "groups"), [(64, 8), (16, 8), (8, 4), (6, 1), (7, 1), (1, 1)])
def test_group_norm_takes_eight_groups_or_as_many_as_fit(width, groups):
    model = build_model(ModelConfig(filters=((width,),), norm="group"))
    norm = model.layers.norm1_1
    assert isinstance(norm, nn.GroupNorm)
    assert norm.num_groups == groups


def test_layer_norm_of_maps_normalizes_each_image_alone():
    model = build_model(ModelConfig(filters=((4,),), norm="layer")).train()
    images = torch.randn(3, 1, 28, 28)
    model.layers.drop1.eval()
    assert torch.allclose(model(images)[:1], model(images[:1]), atol=1e-5)
