"""Flaws are found at any size and position, and not in drawings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from studio.config import DataConfig
from studio.data import load_dataset
from studio.data.drawing import DrawingFlaw
from studio.data.drawing.flaws import find_flaw

SIDE = 280


def pen(*strokes, width=0.06):
    """Ink of strokes with a round pen, all in shares of the side."""
    large = 4 * SIDE
    sheet = Image.new("L", (large, large))
    draw = ImageDraw.Draw(sheet)
    radius = width * large / 2
    for stroke in strokes:
        points = [(x * large, y * large) for x, y in stroke]
        if len(points) > 1:
            draw.line(points, fill=255, width=round(2 * radius))
        for x, y in points:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(sheet.resize((SIDE, SIDE), Image.Resampling.BOX))


def zigzag(radius, gap=0.03):
    """A disc filled line by line."""
    rows = np.arange(-radius, radius, gap)
    half = np.sqrt(radius**2 - rows**2)
    ends = [((0.5 - h, 0.5 + y), (0.5 + h, 0.5 + y)) for h, y in zip(half, rows, strict=True)]
    return [point for n, pair in enumerate(ends) for point in (pair if n % 2 else pair[::-1])]


@given(
    width=st.floats(0.01, 0.14), x=st.floats(0.1, 0.9), y=st.floats(0.1, 0.9), faint=st.booleans()
)
def test_a_click_is_one_dot_with_every_pen(width, x, y, faint):
    ink = pen([(x, y)], width=width)
    # A few pixels are neither round nor square.
    expected = {DrawingFlaw.DOT} if width > 0.025 else {DrawingFlaw.DOT, DrawingFlaw.TINY}
    assert find_flaw(ink // 4 if faint else ink) in expected


def test_a_hand_that_trembles_still_makes_a_dot():
    wobble = [(0.5, 0.5), (0.51, 0.495), (0.505, 0.51), (0.495, 0.505), (0.5, 0.49)]
    assert find_flaw(pen(wobble)) is DrawingFlaw.DOT


def test_several_dots_are_only_dots():
    assert find_flaw(pen([(0.5, 0.3)], [(0.5, 0.7)])) is DrawingFlaw.DOTS
    assert find_flaw(pen([(0.2, 0.3)], [(0.5, 0.7)], [(0.8, 0.3)], width=0.1)) is DrawingFlaw.DOTS


@pytest.mark.parametrize("radius", [0.15, 0.25, 0.35, 0.49])
def test_a_scribbled_disc_is_a_filled_area(radius):
    assert find_flaw(pen(zigzag(radius))) is DrawingFlaw.AREA


def test_a_full_canvas_is_a_filled_area():
    assert find_flaw(np.full((SIDE, SIDE), 255, np.uint8)) is DrawingFlaw.AREA
    assert find_flaw(np.full((20, 28), 255, np.uint8)) is DrawingFlaw.AREA


def test_almost_nothing_is_a_flaw():
    ink = np.zeros((SIDE, SIDE), np.uint8)
    ink[100:106, 100] = 255
    assert find_flaw(ink) is DrawingFlaw.TINY


def test_a_blank_canvas_has_no_flaw():
    assert find_flaw(np.zeros((SIDE, SIDE), np.uint8)) is None


@pytest.mark.parametrize("length", [0.1, 0.15, 0.3, 0.7])
@pytest.mark.parametrize("width", [0.02, 0.06, 0.14])
@pytest.mark.parametrize("slant", [0.0, 0.3])
def test_a_one_is_no_dot_however_short_and_thick(length, width, slant):
    stroke = [
        (0.5 + slant * length / 2, 0.5 - length / 2),
        (0.5 - slant * length / 2, 0.5 + length / 2),
    ]
    assert find_flaw(pen(stroke, width=width)) is None


@pytest.mark.parametrize("size", [0.1, 0.2, 0.5, 0.9])
def test_a_ring_is_a_zero_as_long_as_it_has_a_hole(size):
    turns = np.linspace(0, 2 * np.pi, 60)
    ring = [(0.5 + 0.35 * size * np.sin(t), 0.5 - 0.5 * size * np.cos(t)) for t in turns]
    assert find_flaw(pen(ring, width=0.3 * size)) is None


def test_no_real_digit_has_a_flaw(tmp_path):
    digits = load_dataset(DataConfig(source="digits"), tmp_path)
    assert not any(find_flaw(image[0]) for image in digits.images)
    for image in digits.images[::20]:
        large = Image.fromarray(image[0]).resize((200, 200), Image.Resampling.BICUBIC)
        assert find_flaw(np.asarray(large)) is None


def test_no_mnist_digit_has_a_flaw(data_dir):
    mnist = load_dataset(DataConfig(source="mnist"), data_dir)
    assert not any(find_flaw(image[0]) for image in mnist.images[::7])
