"""Images that the user opened or pasted, and the memory they take."""

import numpy as np
import pytest
from PIL import Image

from studio.data.image_resizing import resize_to_square
from studio.data.opened_image import load_opened_image


def gradient(width, height):
    """A soft image in three colors."""
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return Image.fromarray(np.stack([x, y, 255 - x], axis=2).astype(np.uint8))


@pytest.mark.parametrize("size", [(60, 40), (1600, 1200), (2047, 3000)])
def test_pasted_pixels_that_models_can_use_are_kept(size):
    pasted = gradient(*size)
    source = load_opened_image(pasted).source
    assert np.array_equal(np.asarray(source), np.asarray(pasted))


def test_a_large_pasted_photo_keeps_a_fraction_of_its_memory():
    pasted = gradient(8000, 6000)
    opened = load_opened_image(pasted)
    assert min(opened.source.size) >= 1024
    pixels = opened.source.width * opened.source.height * 3
    assert pixels + opened.photo.nbytes + opened.drawing.nbytes < 0.1 * 8000 * 6000 * 3
    for mode in ("crop", "fit", "stretch"):
        whole = resize_to_square(pasted, 224, mode, 3).astype(int)
        assert np.abs(resize_to_square(opened.source, 224, mode, 3) - whole).max() <= 2
