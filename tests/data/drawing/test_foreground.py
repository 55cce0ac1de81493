"""The foreground is found for any polarity, illumination and contrast."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image, ImageDraw

from studio.data.drawing.foreground import WORKING_SIDE, extract_foreground


def sheet(paper=255, pen=0, side=120, width=10):
    """A cross of a pen on paper, softly edged."""
    image = Image.new("L", (side * 4, side * 4), paper)
    drawing = ImageDraw.Draw(image)
    drawing.line([side, side, 3 * side, 3 * side], fill=pen, width=width * 4)
    drawing.line([3 * side, side, side, 3 * side], fill=pen, width=width * 4)
    return image.resize((side, side), Image.Resampling.BOX)


REFERENCE = np.asarray(sheet(0, 255), np.int64)


def difference(ink):
    return np.abs(ink.astype(np.int64) - REFERENCE).mean()


@pytest.mark.parametrize(
    ("paper", "pen"), [(255, 0), (0, 255), (230, 40), (30, 200), (180, 120), (128, 90), (90, 128)]
)
def test_any_pen_on_any_paper(paper, pen):
    ink = extract_foreground(sheet(paper, pen))
    assert ink.dtype == np.uint8
    assert difference(ink) < 2


@given(paper=st.integers(0, 255), pen=st.integers(0, 255))
def test_inverting_does_not_change_the_foreground(paper, pen):
    image = sheet(paper, pen, side=40, width=4)
    inverted = Image.fromarray(255 - np.asarray(image))
    difference = extract_foreground(image).astype(int) - extract_foreground(inverted)
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("value", [0, 7, 128, 255])
def test_blank_paper_has_no_foreground(value):
    assert not extract_foreground(Image.new("L", (30, 20), value)).any()


def test_noisy_blank_paper_has_no_foreground():
    noise = np.random.default_rng(1).normal(200, 4, (60, 60)).clip(0, 255).astype(np.uint8)
    assert not extract_foreground(Image.fromarray(noise)).any()


def photograph(paper=200, pen=70, shadow=False, specks=0):
    """The cross on a sheet in uneven light, with the grain of a camera."""
    y, x = np.mgrid[-1:1:240j, -1:1:240j]
    light = 1 - 0.15 * (x + y) - 0.1 * (x * x + y * y)
    if shadow:
        light = light * (1 - 0.35 / (1 + np.exp(-40 * (x + 0.4 * y - 0.1))))
    scene = np.asarray(sheet(paper, pen, side=240, width=20), np.float64) * light
    rng = np.random.default_rng(4)
    for row, column in rng.integers(5, 235, (specks, 2)):
        scene[row : row + 3, column : column + 3] = 0
    return Image.fromarray((scene + rng.normal(0, 3, scene.shape)).clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("shadow", [False, True])
@pytest.mark.parametrize(("paper", "pen"), [(200, 70), (60, 180)])
def test_uneven_illumination_is_not_foreground(paper, pen, shadow):
    ink = extract_foreground(photograph(paper, pen, shadow))
    expected = np.asarray(sheet(0, 255, side=240, width=20)) > 128
    assert (ink[expected] > 128).mean() > 0.85
    assert (ink[~expected] > 128).mean() < 0.01
    assert (ink[:30] > 128).mean() < 0.01


def test_dust_is_not_foreground():
    ink = extract_foreground(photograph(specks=8))
    assert ink[:40].max() == 0
    assert ink[-40:].max() == 0


def test_a_loose_stroke_is_no_dust():
    image = Image.new("L", (200, 200), 255)
    drawing = ImageDraw.Draw(image)
    drawing.line([60, 40, 60, 160], fill=0, width=10)
    drawing.line([90, 40, 115, 40], fill=0, width=8)
    assert extract_foreground(image)[40, 100] == 255


def test_color_is_read_as_grey():
    color = Image.merge("RGB", [sheet(255, 20), sheet(255, 40), sheet(255, 160)])
    assert difference(extract_foreground(color)) < 2


def test_a_large_image_is_reduced():
    assert max(extract_foreground(sheet(side=900)).shape) == WORKING_SIDE


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=30)))
def test_no_image_is_too_odd(pixels):
    ink = extract_foreground(Image.fromarray(pixels))
    assert ink.shape == pixels.shape
    assert ink.dtype == np.uint8


@pytest.mark.parametrize("shaded", [0.45, 0.7])
def test_a_shadow_over_a_part_of_the_paper_is_no_stroke(shaded):
    paper = np.full((300, 300), 215.0)
    paper[60:180, 40:52] = 40  # a stroke in the shade
    paper[:, : round(300 * shaded)] *= 0.56
    noise = np.random.default_rng(1).normal(0, 1.5, paper.shape)
    found = extract_foreground(Image.fromarray((paper + noise).clip(0, 255).astype(np.uint8)))
    rows, columns = np.nonzero(found > 128)
    assert (rows.min(), columns.min()) == pytest.approx((60, 40), abs=4)
    assert (rows.max(), columns.max()) == pytest.approx((180, 52), abs=4)
