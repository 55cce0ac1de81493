"""Images are converted to the layout of the image widgets."""

import numpy as np

from studio.ui.shared.image_layout import channels_last


def test_a_grey_image_has_no_channel_axis():
    image = np.arange(12, dtype=np.uint8).reshape(1, 3, 4)
    assert np.array_equal(channels_last(image), image[0])


def test_an_rgb_image_has_its_channels_last_and_is_contiguous():
    image = np.arange(36, dtype=np.uint8).reshape(3, 3, 4)
    converted = channels_last(image)
    assert converted.shape == (3, 4, 3)
    assert converted[1, 2].tolist() == image[:, 1, 2].tolist()
    assert converted.flags["C_CONTIGUOUS"]
