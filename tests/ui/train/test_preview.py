"""Pictures of a data set for the form."""

import numpy as np
import pytest

from studio.config import AugmentConfig, DataConfig
from studio.ui.train.preview import TILES, Preview, augmented, make_preview
from studio.ui.train.preview_pictures import WALL_COLUMNS


@pytest.fixture(scope="module")
def preview(tmp_path_factory) -> Preview:
    return make_preview(DataConfig(source="digits"), tmp_path_factory.mktemp("data"))


def test_it_counts_the_digits(preview) -> None:
    assert preview.count == 1797
    assert sum(preview.splits.values()) == 1797
    assert len(preview.samples) == len(preview.class_names) == 10
    assert max(preview.shares) == 1.0
    assert min(preview.shares) > 0.9


def test_the_wall_holds_one_class_a_column(preview) -> None:
    labels = np.array(preview.wall_labels).reshape(-1, WALL_COLUMNS)
    assert (labels == labels[0]).all()
    assert set(labels[0]) == set(preview.class_names)
    assert len(np.unique(preview.wall.reshape(len(preview.wall), -1), axis=0)) > 90


def test_augmentation_changes_pictures_and_nothing_else(preview) -> None:
    assert preview.batch.shape == (TILES, 1, 8, 8)
    assert np.array_equal(augmented(preview.batch, AugmentConfig()), preview.batch)
    turned = augmented(preview.batch, AugmentConfig(rotate=45))
    assert turned.shape == preview.batch.shape
    assert turned.dtype == np.uint8
    assert not np.array_equal(turned, preview.batch)
    assert np.array_equal(turned, augmented(preview.batch, AugmentConfig(rotate=45)))
