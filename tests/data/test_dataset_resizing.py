"""Resizing a dataset gives the bits of Pillow, from the cache the second time."""

import numpy as np
import pytest
from PIL import Image

from studio.callbacks import ignore_progress, never_stop
from studio.data import dataset_resizing
from studio.data.dataset_resizing import pixel_key, resize_images, to_grey, to_rgb
from studio.data.pixel_cache import pixel_cache_dir
from studio.errors import Stopped


def make_images(count=7, channels=1, side=28):
    return np.random.default_rng(count).integers(0, 256, (count, channels, side, side), np.uint8)


def run(images, size, on_progress=ignore_progress, should_stop=never_stop):
    return resize_images(images, size, on_progress, should_stop)


@pytest.mark.parametrize("size", [9, 28, 50])
@pytest.mark.parametrize("channels", [1, 3])
def test_each_plane_is_resized_as_pillow_would_alone(monkeypatch, channels, size):
    monkeypatch.setattr(
        dataset_resizing, "CHUNK_IMAGES", 3
    )  # so that seven images are several tasks
    images = make_images(channels=channels)
    found, _ = run(images, size)
    for image, scaled in zip(images, found, strict=True):
        for plane, result in zip(image, scaled, strict=True):
            expected = Image.fromarray(plane).resize((size, size), Image.Resampling.BILINEAR)
            assert np.array_equal(result, np.asarray(expected))


def test_resized_images_are_cached():
    told = []
    first, key = run(make_images(), 32, lambda share, text: told.append(share))
    assert told
    assert all(0 <= share <= 1 for share in told)
    told.clear()
    again, same_key = run(make_images(), 32, lambda share, text: told.append(share))
    assert not told
    assert same_key == key
    assert isinstance(again, np.memmap)
    assert np.array_equal(first, again)


def test_other_images_and_other_sizes_have_other_keys():
    images = make_images()
    changed = images.copy()
    changed[3, 0, 5, 5] ^= 1
    keys = {run(images, 32)[1], run(images, 33)[1], run(changed, 32)[1]}
    assert len(keys) == 3
    assert pixel_key(images) != pixel_key(images.reshape(7, 1, 14, 56))


def test_stopping_leaves_nothing(monkeypatch):
    monkeypatch.setattr(dataset_resizing, "CHUNK_IMAGES", 1)
    told = []
    with pytest.raises(Stopped):
        run(make_images(50), 32, lambda share, text: told.append(share), lambda: len(told) == 3)
    assert not list(pixel_cache_dir().iterdir())
    assert run(make_images(50), 32)[0].shape == (50, 1, 32, 32)


def test_grey_is_pillows_luma():
    images = make_images(5, channels=3)
    expected = [
        np.asarray(Image.fromarray(np.ascontiguousarray(image.transpose(1, 2, 0))).convert("L"))
        for image in images
    ]
    assert np.array_equal(to_grey(images)[:, 0], expected)
    assert np.array_equal(to_grey(images[:, :1]), images[:, :1])


def test_color_of_grey_takes_no_memory():
    images = make_images()
    color = to_rgb(images)
    assert color.shape == (7, 3, 28, 28)
    assert np.shares_memory(color, images)
    assert all(np.array_equal(color[:, channel], images[:, 0]) for channel in range(3))
