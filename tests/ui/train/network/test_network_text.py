"""Texts about the network."""

from studio.config import ModelConfig
from studio.models import summarize
from studio.models.backbone import frozen_layers
from studio.ui.train.form.network_values import network_values
from studio.ui.train.network.network_text import layers_summary, network_summary


def test_size_and_cost_of_a_network() -> None:
    model = ModelConfig(filters=((2,),), hidden=(), image_size=4)
    cost = "110 parameters · 368 multiply-adds and 264 B of activations per image"
    assert network_summary(summarize(model), frozen_layers(model)) == cost
    pretrained = model.model_copy(update={"backbone": "run:x"})
    text = network_summary(summarize(pretrained), frozen_layers(pretrained))
    assert text.startswith("110 parameters, 90 of them trainable · ")


def test_the_layers_in_one_line_name_what_is_unusual() -> None:
    assert layers_summary(network_values(ModelConfig())) == "3 × 3, ReLU"
    unusual = ModelConfig(
        kernel_size=5, norm="batch", pool="avg", global_pool=True, layers="scratch"
    )
    assert layers_summary(network_values(unusual)) == (
        "5 × 5, batch norm, ReLU, average pooling, global pooling, written by hand"
    )
