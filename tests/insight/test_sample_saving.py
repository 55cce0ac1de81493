"""Edited samples are saved as PNG files in class folders, and never replace a file."""

import numpy as np
import pytest
from PIL import Image

from studio.errors import ImageError
from studio.insight.sample_saving import class_folder, file_name, save_sample


@pytest.mark.parametrize("channels", [1, 3])
def test_the_pixels_come_back(tmp_path, channels):
    image = np.random.default_rng(0).integers(0, 256, (channels, 6, 8), np.uint8)
    path = save_sample(image, tmp_path / "new", "four", "a.png")
    assert path == tmp_path / "new" / "four" / "a.png"
    loaded = np.asarray(Image.open(path)).reshape(6, 8, channels).transpose(2, 0, 1)
    assert np.array_equal(loaded, image)


def test_a_file_that_exists_stays(tmp_path):
    image = np.zeros((1, 4, 4), np.uint8)
    paths = [save_sample(image, tmp_path, "a", "x.png").name for _ in range(3)]
    assert paths == ["x.png", "x-2.png", "x-3.png"]
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == sorted(paths)


def test_the_name_tells_origin_and_changes():
    changes = ("Rotated by 7° clockwise", "Drawn on")
    assert file_name("test:729", changes) == "test-729_rotated-by-7-clockwise_drawn-on.png"
    assert file_name("cats/IMG 1.jpeg", ()) == "IMG-1_copy.png"
    assert len(file_name("x", ["long"] * 99)) <= 124


def test_a_class_folder_stays_below_the_folder(tmp_path):
    assert class_folder(tmp_path, "T-shirt/top") == tmp_path / "T-shirt-top"
    assert class_folder(tmp_path, "../up").parent == tmp_path
    assert class_folder(tmp_path, "..").parent == tmp_path


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ImageError, match="Choose another folder"):
        save_sample(np.zeros((1, 4, 4), np.uint8), tmp_path / "file", "a", "x.png")
