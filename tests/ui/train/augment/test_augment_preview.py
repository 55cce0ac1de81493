"""The samples that follow the sliders."""

import numpy as np
import pytest

from studio.config import AugmentConfig
from studio.ui.train.augment.augment_preview import MAX_SIDE, AugmentPreview


@pytest.fixture
def batch():
    return np.random.default_rng(0).integers(0, 256, (16, 1, 28, 28), np.uint8)


def test_nothing_set_shows_the_images_themselves(batch):
    shown = AugmentPreview(batch).augment(AugmentConfig())
    assert shown.dtype == np.uint8
    assert np.array_equal(shown, batch)


def test_the_same_seed_shows_the_same_and_another_does_not(batch):
    config = AugmentConfig(rotate=30, noise=0.1)
    first = AugmentPreview(batch, 3).augment(config)
    assert np.array_equal(first, AugmentPreview(batch, 3).augment(config))
    assert not np.array_equal(first, AugmentPreview(batch, 4).augment(config))


def test_images_move_a_little_when_a_slider_does(batch):
    smooth = np.repeat(np.repeat(batch[:, :, ::7, ::7], 7, 2), 7, 3)
    preview = AugmentPreview(smooth)
    before, after, far = (
        preview.augment(AugmentConfig(rotate=angle)).astype(float) for angle in (20, 21, 60)
    )
    assert 0 < np.abs(after - before).mean() < 0.2 * np.abs(far - before).mean()


def test_one_change_more_shuffles_no_other(batch):
    preview = AugmentPreview(batch)
    some = preview.augment(AugmentConfig(erase=0.5))
    more = preview.augment(AugmentConfig(erase=0.5, flip_vertical=True, brightness=0.01))
    hidden = [_flat(image) for image in some]
    assert [_flat(image) for image in more] == hidden
    assert 2 < sum(hidden) < 14


def _flat(image):
    """Whether a rectangle of one value lies in it: random pixels have none."""
    _, counts = np.unique(image, return_counts=True)
    return bool(counts.max() > 12)


def test_a_large_image_is_shown_small_with_its_changes_to_scale():
    large = np.zeros((2, 3, 5 * MAX_SIDE, 5 * MAX_SIDE), np.uint8)
    large[..., 150:170] = 255
    sharp = AugmentPreview(large).augment(AugmentConfig())
    assert sharp.shape == (2, 3, MAX_SIDE, MAX_SIDE)
    assert (sharp[0, 0, 30] > 0).sum() == 4
    blurred = AugmentPreview(large, 5).augment(AugmentConfig(blur=5))
    for touched in (blurred[:, 0, 30] > 0).sum(1):
        assert 4 < touched <= 10  # 15 px more on each side at most, at a fifth of the size
