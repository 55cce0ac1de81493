"""The values of the network become settings and back, without a window."""

from typing import get_args

import pytest

from studio.config import Activation, ModelConfig, Norm, Pool, TrainConfig, setting
from studio.errors import ConfigError
from studio.models import VARIANT_FIELDS, VARIANTS, summarize
from studio.models.backbone import BACKBONE_FIELDS
from studio.ui.train.form.config_form import form_values, read_form
from studio.ui.train.form.network_values import backbone_values, variant_values
from studio.ui.train.network.network_section import VARIANT_GROUPS

CHANGED = ModelConfig(
    variant="custom",
    layers="scratch",
    filters=((8, 16), (24,)),
    kernel_size=(5, 3),
    norm="group",
    activation="gelu",
    pool="avg",
    global_pool=True,
    hidden=(48, 32),
    dropout=0.1,
)


def of_form(base: TrainConfig, changes: dict) -> ModelConfig:
    return read_form(base, form_values(base) | changes).model


def test_every_variant_is_offered_once() -> None:
    offered = [name for group in VARIANT_GROUPS for name in group]
    assert sorted(offered) == sorted(VARIANTS)


@pytest.mark.parametrize(
    ("name", "values"),
    [("model.norm", Norm), ("model.activation", Activation), ("model.pool", Pool)],
)
def test_every_value_of_a_setting_is_offered(name, values) -> None:
    assert set(setting(name).choices) == set(get_args(values))


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_chosen_variant_has_its_own_values(variant: str) -> None:
    values = variant_values(variant) | {"model.variant": variant, "data.image_size": 64}
    model = of_form(TrainConfig(), values)
    assert [name for name in VARIANT_FIELDS if getattr(model, name) is not None] == []
    own = ModelConfig(variant=variant, image_size=64)
    assert summarize(model) == summarize(own)


def test_all_that_was_changed_survives_the_form() -> None:
    base = TrainConfig(model=CHANGED)
    model = of_form(base, {})
    for name in ("layers", *VARIANT_FIELDS):
        assert getattr(model, name) == getattr(CHANGED, name), name


def test_hidden_settings_are_kept_for_their_variant_only() -> None:
    base = TrainConfig.from_dict({"model": {"pool_size": 1, "conv_bias": False}})
    assert of_form(base, {}).pool_size == 1
    other = variant_values("tiny-vgg") | {"model.variant": "tiny-vgg"}
    assert of_form(base, other).pool_size is None
    assert of_form(base, other).conv_bias is None


def test_the_values_of_a_backbone_come_first() -> None:
    pretrained = backbone_values(CHANGED.model_copy(update={"pool_size": 1}))
    model = of_form(TrainConfig(), pretrained | {"model.backbone": "run:x"})
    for name in BACKBONE_FIELDS:
        expected = 1 if name == "pool_size" else getattr(CHANGED, name)
        assert getattr(model, name) == expected, name
    assert model.hidden == (256,)  # the head is not part of a backbone


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"model.filters": "32 || 64"}, "model.filters"),
        ({"model.filters": "5000"}, "model.filters"),
        ({"model.hidden": "many"}, "model.hidden"),
        ({"model.hidden": "0"}, "model.hidden"),
        ({"model.filters": "8|8|8|8"}, "model.filters"),
        ({"model.backbone": "imagenet", "model.unfrozen": 4}, "model.unfrozen"),
    ],
)
def test_an_invalid_network_is_refused_at_its_field(changes: dict, field: str) -> None:
    with pytest.raises(ConfigError) as caught:
        of_form(TrainConfig(), changes)
    assert caught.value.field == field


def test_pixels_are_normalized_as_the_backbone_was_trained() -> None:
    plain, pretrained = TrainConfig(), {"model.backbone": "run:x"}
    assert read_form(plain, form_values(plain) | pretrained).data.normalize == "backbone"
    base = plain.with_values({"model.backbone": "run:x", "data.normalize": "backbone"})
    assert read_form(base, form_values(base)).data.normalize == "backbone"
    alone = form_values(base) | {"model.backbone": ""}
    assert read_form(base, alone).data.normalize == "standard"
    unit = plain.with_values({"data.normalize": "unit"})
    assert read_form(unit, form_values(unit)).data.normalize == "unit"
