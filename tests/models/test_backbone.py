"""Backbone and head of a model, and the layers that are frozen."""

import pytest

from studio.config import ModelConfig
from studio.errors import ConfigError
from studio.models import VARIANT_FIELDS, VARIANTS, plan_layers, smallest_size
from studio.models.backbone import BACKBONE_FIELDS, backbone_layers, frozen_layers

HEAD_FIELDS = {"global_pool", "flat_norm", "hidden", "hidden_norm", "dropout"}


def lent(variant, unfrozen=0):
    config = ModelConfig(variant=variant, backbone="imagenet", unfrozen=unfrozen)
    return config.model_copy(update={"image_size": smallest_size(config)})


def test_each_setting_belongs_to_backbone_or_head():
    assert set(BACKBONE_FIELDS) - {"variant"} == set(VARIANT_FIELDS) - HEAD_FIELDS


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_model_can_be_split_after_each_block(variant):
    config = lent(variant)
    layers = plan_layers(config)
    blocks = len(VARIANTS[variant].filters)
    assert frozen_layers(config) == backbone_layers(config)
    for unfrozen in range(blocks + 1):
        frozen = frozen_layers(lent(variant, unfrozen))
        assert frozen == layers[: len(frozen)]
        learning = {layer.name[4] for layer in layers[len(frozen) :] if layer.kind == "conv"}
        assert len(learning) == unfrozen
        convolutions = {layer.name[4] for layer in frozen if layer.kind == "conv"}
        assert convolutions == {str(block + 1) for block in range(blocks - unfrozen)}
    with pytest.raises(ConfigError, match=f"{blocks} blocks") as caught:
        frozen_layers(lent(variant, blocks + 1) if blocks < 8 else lent(variant))
    assert caught.value.field == "model.unfrozen"


def test_the_head_of_vgg16_begins_where_torchvisions_does():
    config = lent("vgg16")
    names = [layer.name for layer in plan_layers(config)]
    assert names[len(backbone_layers(config)) :][:2] == ["avgpool", "flatten"]


def test_without_a_backbone_nothing_is_frozen():
    assert frozen_layers(ModelConfig(unfrozen=3)) == ()
