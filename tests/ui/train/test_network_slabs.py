"""The boxes of the diagram are the layers of the network."""

import pytest

from studio.config import ModelConfig
from studio.errors import ConfigError
from studio.models import VARIANTS, summarize
from studio.ui.train.network_slabs import slabs_of


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_layer_that_changes_a_shape_is_a_box(variant: str) -> None:
    model = ModelConfig(variant=variant)
    kinds = [layer.kind for layer in summarize(model).layers]
    slabs = slabs_of(model)
    for kind in ("conv", "pool"):
        assert sum(slab.kind == kind for slab in slabs) == kinds.count(kind)
    assert slabs[0].kind == "input"
    assert (slabs[-1].kind, slabs[-1].depth) == ("output", model.num_classes)


def test_a_box_tells_size_cost_and_what_follows() -> None:
    conv = slabs_of(ModelConfig(variant="simple-vgg", norm="batch"))[1]
    assert (conv.side, conv.depth, conv.kernel) == (28, 32, 3)
    assert conv.text.startswith("conv1_1: 3 × 3 convolution, 32 filters, then batch norm")
    assert "320 parameters" in conv.text


def test_an_impossible_network_is_refused() -> None:
    with pytest.raises(ConfigError):
        slabs_of(ModelConfig(image_size=4))
