"""The boxes of the diagram are the layers of the network."""

import pytest

from studio.config import ModelConfig
from studio.errors import ConfigError
from studio.models import VARIANTS, summarize
from studio.ui.shared.network_diagram import diagram_layers


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_layer_that_changes_a_shape_is_a_box(variant: str) -> None:
    model = ModelConfig(variant=variant, image_size=32)
    layers = summarize(model).layers
    boxes = diagram_layers(model)
    kinds = [layer.kind for layer in layers]
    for kind in ("conv", "pool"):
        assert sum(box.kind == kind for box in boxes) == kinds.count(kind)
    assert boxes[0].kind == "input"
    assert (boxes[-1].kind, boxes[-1].depth) == ("output", model.num_classes)
    told = "\n".join(box.text for box in boxes)
    for layer in layers:
        assert layer.kind == "flatten" or layer.description in told or layer.kind == "linear"


def test_the_text_of_a_box_has_size_cost_and_followers() -> None:
    conv = diagram_layers(ModelConfig(variant="simple-vgg", norm="batch"))[1]
    assert (conv.side, conv.depth, conv.kernel) == (28, 32, 3)
    assert conv.text.startswith("conv1_1: 3 × 3 convolution, 32 filters, then batch norm\n")
    assert "320 parameters" in conv.text


@pytest.mark.parametrize(
    ("changes", "name", "words"),
    [
        ({}, "pool1", "2 × 2 max-pool: the maximum of 4 values, then ReLU"),
        ({"pool": "avg", "pool_size": 3}, "pool1", "3 × 3 average pool: the mean of 9"),
        ({"pool_size": 3, "pool_stride": 2}, "pool1", "3 × 3 max-pool, stride 2: the maximum"),
        ({"pool": "avg"}, "conv1_1", "32 filters, then ReLU"),
        ({"norm": "group", "activation": "gelu"}, "conv1_1", "then group norm, GELU"),
        ({"norm": "layer", "activation": "leaky_relu"}, "pool1", "then leaky ReLU"),
        ({"global_pool": True}, "global_pool", "global average pool"),
        ({"hidden_norm": "batch"}, "fc1", "256 fully connected units, then ReLU, dropout 0.5, bat"),
        ({"variant": "vgg11", "image_size": 64}, "avgpool", "average pool to 7 × 7"),
        ({"variant": "mini-vgg-v2"}, "pool2", "then ReLU, layer norm"),
    ],
)
def test_the_text_of_a_box_describes_its_layer(changes: dict, name: str, words: str) -> None:
    boxes = {box.name: box for box in diagram_layers(ModelConfig(**changes))}
    assert words in boxes[name].text.partition("\n")[0]


def test_a_pool_before_its_activation_says_that_the_order_changes_nothing() -> None:
    boxes = {box.name: box for box in diagram_layers(ModelConfig())}
    said = "ReLU after a max-pool gives the same result as before it, faster"
    assert boxes["pool1"].text.splitlines()[-1] == said
    average = {box.name: box for box in diagram_layers(ModelConfig(pool="avg"))}
    assert not any("same result" in box.text for box in average.values())


def test_layers_of_a_backbone_are_frozen_except_the_last_blocks() -> None:
    boxes = diagram_layers(ModelConfig(backbone="run:x", unfrozen=1))
    assert [box.name for box in boxes if box.frozen] == ["conv1_1", "pool1", "conv2_1", "pool2"]
    assert "frozen" in boxes[1].text
    assert "frozen" not in boxes[5].text
    assert not any(box.frozen for box in diagram_layers(ModelConfig()))


def test_an_impossible_network_is_refused() -> None:
    with pytest.raises(ConfigError):
        diagram_layers(ModelConfig(image_size=4))
