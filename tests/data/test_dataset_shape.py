"""The shape from the settings agrees with the loaded dataset."""

import pytest

from studio.config import DataConfig
from studio.data import load_dataset
from studio.data.dataset_shape import dataset_title, shape_from_config, shape_from_dataset
from studio.errors import ConfigError


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"image_size": 16},
        {"color": "rgb"},
        {"color": "grey"},
        {"rename": (("1", "one"), ("7", "one"), ("0", ""))},
    ],
)
def test_the_shape_is_known_before_an_image_is_read(values, tmp_path):
    config = DataConfig(source="digits", **values)
    assert shape_from_config(config) == shape_from_dataset(
        load_dataset(config, tmp_path), dataset_title(config)
    )


def test_own_images_have_no_shape_but_the_name_of_their_folder(tmp_path):
    config = DataConfig(source="folder", path=str(tmp_path / "my cats.zip"))
    assert shape_from_config(config) is None
    assert dataset_title(config) == "my cats.zip"
    assert dataset_title(DataConfig(source="folder")) == "Own images"


def test_an_unknown_class_is_reported_before_an_image_is_read():
    with pytest.raises(ConfigError, match="no class “eleven”"):
        shape_from_config(DataConfig(source="digits", rename=(("eleven", "11"),)))
