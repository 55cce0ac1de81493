"""The list of mistakes as an HTML page."""

import base64
import dataclasses
import io
import re

import numpy as np
from PIL import Image

from studio.insight import write_mistakes


def test_the_page_contains_its_images_and_escapes_class_names(evaluation, tmp_path):
    path = tmp_path / "list.HTML"
    write_mistakes(evaluation, path)
    page = path.read_text("utf-8")
    assert "<b>nine</b>" not in page
    assert "&lt;b&gt;nine&lt;/b&gt;" in page
    assert "2 of 4 samples of the test split are misclassified." in page
    assert re.findall(r"<br>(test:\d+)</figcaption>", page) == ["test:25", "test:3"]
    images = re.findall(r"data:image/png;base64,([^\"]+)", page)
    shown = [np.asarray(Image.open(io.BytesIO(base64.b64decode(text)))) for text in images]
    assert np.array_equal(shown[0], evaluation.images[2, 0])
    assert "http" not in page


def test_color_images_keep_their_channels(evaluation, tmp_path):
    colors = np.repeat(evaluation.images, 3, axis=1)
    colors[:, 2] = 0
    write_mistakes(dataclasses.replace(evaluation, images=colors), tmp_path / "list.html")
    page = (tmp_path / "list.html").read_text("utf-8")
    first = re.search(r"base64,([^\"]+)", page).group(1)
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(first))))
    assert np.array_equal(pixels, colors[2].transpose(1, 2, 0))


def test_samples_are_named_by_their_files(named, tmp_path):
    write_mistakes(named, tmp_path / "list.html")
    page = (tmp_path / "list.html").read_text("utf-8")
    assert "&lt;i&gt;d&lt;/i&gt;.png</figcaption>" in page
    assert "<i>" not in page
    assert "sample" not in page.split("<main>")[1]
