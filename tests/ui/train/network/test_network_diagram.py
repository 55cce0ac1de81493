"""The boxes of the diagram are the layers of the network."""

import pytest

from studio.config import ModelConfig
from studio.errors import ConfigError
from studio.models import VARIANTS, summarize
from studio.ui.train.network.network_diagram import diagram_slabs


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_layer_that_changes_a_shape_is_a_box(variant: str) -> None:
    model = ModelConfig(variant=variant, image_size=32)
    layers = summarize(model).layers
    slabs = diagram_slabs(model)
    kinds = [layer.kind for layer in layers]
    for kind in ("conv", "pool"):
        assert sum(slab.kind == kind for slab in slabs) == kinds.count(kind)
    assert slabs[0].kind == "input"
    assert (slabs[-1].kind, slabs[-1].depth) == ("output", model.num_classes)
    told = "\n".join(slab.text for slab in slabs)
    for layer in layers:
        assert layer.kind == "flatten" or layer.description in told or layer.kind == "linear"


def test_a_box_tells_size_cost_and_what_follows() -> None:
    conv = diagram_slabs(ModelConfig(variant="simple-vgg", norm="batch"))[1]
    assert (conv.side, conv.depth, conv.kernel) == (28, 32, 3)
    assert conv.text.startswith("conv1_1: 3 × 3 convolution, 32 filters, then batch norm\n")
    assert "320 parameters" in conv.text


@pytest.mark.parametrize(
    ("changes", "name", "words"),
    [
        ({}, "pool1", "2 × 2 max-pool: keeps the strongest answer of 4, then ReLU"),
        ({"pool": "avg", "pool_size": 3}, "pool1", "3 × 3 average pool: keeps the mean of 9"),
        ({"pool_size": 3, "pool_stride": 2}, "pool1", "3 × 3 max-pool, step 2: keeps"),
        ({"pool": "avg"}, "conv1_1", "32 filters, then ReLU"),
        ({"norm": "group", "activation": "gelu"}, "conv1_1", "then group norm, GELU"),
        ({"norm": "layer", "activation": "leaky_relu"}, "pool1", "then leaky ReLU"),
        ({"global_pool": True}, "global_pool", "average of each map"),
        ({"hidden_norm": "batch"}, "fc1", "256 fully connected units, then ReLU, dropout 0.5, bat"),
        ({"variant": "vgg11", "image_size": 64}, "avgpool", "average pool to 7 × 7"),
        ({"variant": "mini-vgg-v2"}, "pool2", "then ReLU, layer norm"),
    ],
)
def test_a_box_tells_what_its_layer_does(changes: dict, name: str, words: str) -> None:
    slabs = {slab.name: slab for slab in diagram_slabs(ModelConfig(**changes))}
    assert words in slabs[name].text.partition("\n")[0]


def test_a_pool_before_its_activation_says_that_the_order_changes_nothing() -> None:
    slabs = {slab.name: slab for slab in diagram_slabs(ModelConfig())}
    said = "ReLU after a max-pool gives the same result as before it, faster"
    assert slabs["pool1"].text.splitlines()[-1] == said
    average = {slab.name: slab for slab in diagram_slabs(ModelConfig(pool="avg"))}
    assert not any("same result" in slab.text for slab in average.values())


def test_layers_that_are_lent_are_still_but_for_the_last_blocks() -> None:
    slabs = diagram_slabs(ModelConfig(backbone="run:x", unfrozen=1))
    assert [slab.name for slab in slabs if slab.frozen] == ["conv1_1", "pool1", "conv2_1", "pool2"]
    assert "it does not learn" in slabs[1].text
    assert "learn" not in slabs[5].text
    assert not any(slab.frozen for slab in diagram_slabs(ModelConfig()))


def test_an_impossible_network_is_refused() -> None:
    with pytest.raises(ConfigError):
        diagram_slabs(ModelConfig(image_size=4))
