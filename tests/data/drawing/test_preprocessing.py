"""Drawings are converted to what the training data would contain of them."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image, ImageDraw

from studio.data.drawing.foreground import extract_foreground
from studio.data.drawing.preprocessing import STYLES, prepare_drawing

SIDE = 280


def draw(points, width=18, side=SIDE):
    """A polyline of ink with round joints; points in 0..1."""
    sheet = Image.new("L", (side, side))
    pen = ImageDraw.Draw(sheet)
    corners = [(x * side, y * side) for x, y in points]
    pen.line(corners, fill=255, width=width, joint="curve")
    for x, y in corners:
        pen.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=255)
    return np.asarray(sheet)


SEVEN = [(0.3, 0.2), (0.7, 0.2), (0.45, 0.8)]


def centre_of_mass(grey):
    rows, columns = np.indices(grey.shape)
    return (grey * rows).sum() / grey.sum(), (grey * columns).sum() / grey.sum()


def test_blank_paper_is_no_drawing():
    assert prepare_drawing(np.zeros((50, 50), np.uint8), "mnist", 28) is None


def test_dust_is_no_drawing():
    dust = np.zeros((50, 50), np.uint8)
    dust[10, 10] = 20
    assert all(prepare_drawing(dust, style, 8) is None for style in STYLES)


def test_invalid_arguments_are_errors():
    ink = draw(SEVEN)
    with pytest.raises(ValueError, match="unknown drawing style"):
        prepare_drawing(ink, "cubist", 28)
    with pytest.raises(ValueError, match="at least 1"):
        prepare_drawing(ink, "mnist", 0)
    with pytest.raises(ValueError, match="uint8"):
        prepare_drawing(ink.astype(np.float32), "mnist", 28)
    with pytest.raises(ValueError, match="uint8"):
        prepare_drawing(ink[None], "mnist", 28)


@pytest.mark.parametrize("size", [14, 28, 32, 64])
def test_mnist_box_and_center(size):
    prepared = prepare_drawing(draw(SEVEN), "mnist", size)
    rows, columns = np.flatnonzero(prepared.any(axis=1)), np.flatnonzero(prepared.any(axis=0))
    assert rows[-1] - rows[0] + 1 == pytest.approx(size * 20 / 28, abs=1)
    assert columns[-1] - columns[0] < rows[-1] - rows[0]
    assert prepared.max() == 255
    assert np.abs(np.array(centre_of_mass(prepared)) - size / 2).max() <= 0.5 + 1e-9


def test_mnist_centring_cuts_nothing_off():
    heavy = draw([(0.1, 0.1), (0.2, 0.1)], width=60).copy()
    heavy[:60, 250:260] = 255
    columns = np.flatnonzero(prepare_drawing(heavy, "mnist", 28).any(axis=0))
    assert columns[-1] - columns[0] + 1 == 20


def test_a_thin_pen_still_gives_full_contrast():
    prepared = prepare_drawing(draw(SEVEN, width=3), "mnist", 28)
    assert prepared.max() == 255


def test_digits_fill_the_height_and_count_sixteenths():
    prepared = prepare_drawing(draw(SEVEN), "digits", 8)
    levels = {round(count * 255 / 16) for count in range(17)}
    assert set(prepared.ravel().tolist()) <= levels
    assert prepared[0].any()
    assert prepared[7].any()
    assert not prepared[:, 0].any()


def test_digits_cover_as_much_as_real_ones_whatever_the_pen():
    shares = [
        prepare_drawing(draw(SEVEN, width), "digits", 8).mean() / 255 for width in (6, 14, 24, 40)
    ]
    # The real set holds 0.30 in each of its classes.
    assert all(0.15 < share < 0.45 for share in shares)


def test_digits_straighten_a_slant():
    upright = prepare_drawing(draw([(0.5, 0.1), (0.5, 0.9)], 20), "digits", 8).astype(int)
    slanted = prepare_drawing(draw([(0.7, 0.1), (0.3, 0.9)], 20), "digits", 8).astype(int)
    columns_upright, columns_slanted = upright.sum(axis=0), slanted.sum(axis=0)
    assert columns_upright.argmax() in (3, 4)
    assert columns_slanted.argmax() in (3, 4)


def test_the_picture_style_keeps_the_drawing_in_place():
    corner = np.zeros((100, 100), np.uint8)
    corner[:50, :50] = 255
    prepared = prepare_drawing(corner, "picture", 10)
    expected = np.zeros((10, 10), np.uint8)
    expected[:5, :5] = 255
    # The resampling filter softens the edge by a grey or two.
    assert np.abs(prepared.astype(int) - expected).mean() < 6


def test_a_wide_image_is_letterboxed():
    prepared = prepare_drawing(np.full((20, 40), 255, np.uint8), "picture", 8)
    assert prepared[2:6].min() == 255
    assert not prepared[:2].any()
    assert not prepared[6:].any()


@given(
    drawing=arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=40)),
    style=st.sampled_from(STYLES),
    size=st.integers(1, 40),
)
def test_any_drawing_is_prepared_or_blank(drawing, style, size):
    prepared = prepare_drawing(drawing, style, size)
    if prepared is None:
        assert not (drawing >= 32).any()
    else:
        assert prepared.shape == (size, size)
        assert prepared.dtype == np.uint8
        assert style == "picture" or prepared.any()


@given(
    down=st.integers(0, 60), right=st.integers(0, 60), style=st.sampled_from(["mnist", "digits"])
)
def test_the_position_on_the_canvas_does_not_matter(down, right, style):
    drawn = np.pad(draw(SEVEN), 60)
    moved = np.roll(drawn, (down, right), axis=(0, 1))
    assert np.array_equal(prepare_drawing(drawn, style, 28), prepare_drawing(moved, style, 28))


@given(factor=st.integers(2, 5))
def test_the_size_on_the_canvas_does_not_matter(factor):
    drawn = draw(SEVEN)
    larger = drawn.repeat(factor, axis=0).repeat(factor, axis=1)
    small, large = (prepare_drawing(ink, "mnist", 28).astype(int) for ink in (drawn, larger))
    assert np.abs(small - large).mean() < 2


def test_real_mnist_digits_are_hardly_changed(data_dir):
    path = data_dir / "MNIST" / "raw" / "t10k-images-idx3-ubyte.gz"
    if not path.is_file():
        pytest.skip(f"no MNIST in {data_dir}")
    images = np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=16)
    images = images.reshape(-1, 28, 28)[:500]
    sheets = [extract_foreground(Image.fromarray(255 - image)) for image in images]
    returned = np.stack([prepare_drawing(sheet, "mnist", 28) for sheet in sheets])
    differences = np.abs(returned.astype(int) - images).mean(axis=(1, 2))
    assert differences.mean() < 0.6
    assert (differences < 1).mean() > 0.98
