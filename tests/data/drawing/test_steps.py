"""The steps end in what `prepare_drawing` returns, and each of them matters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageDraw

from studio.data.drawing.input_step import (
    CENTER,
    CONTRAST,
    CROP,
    DESLANT,
    NORMALIZE,
    SCALE,
    STRETCH,
    STROKE_WIDTH,
    switchable,
)
from studio.data.drawing.preprocessing import STYLES, prepare_drawing
from studio.data.drawing.steps import normalize_step, trace_drawing

SIDE = 96
POINT = st.tuples(st.integers(4, SIDE - 5), st.integers(4, SIDE - 5))


def draw(points, width=6, shade=255):
    """Return a drawing with one stroke through points (column, row)."""
    image = Image.new("L", (SIDE, SIDE))
    ImageDraw.Draw(image).line(points, shade, width)
    return np.asarray(image)


@st.composite
def drawings(draw_value):
    points = draw_value(st.lists(POINT, min_size=2, max_size=6))
    return draw(points, draw_value(st.integers(1, 12)), draw_value(st.integers(40, 255)))


SLANTED = draw([(30, 70), (46, 20), (40, 44)], width=4, shade=160)


@settings(max_examples=40)
@given(drawings(), st.sampled_from(STYLES), st.sampled_from([8, 20, 28, 33]))
def test_the_last_step_is_the_model_input(drawing, style, size):
    expected = prepare_drawing(drawing, style, size)
    trace = trace_drawing(drawing, style, size)
    if expected is None:
        assert trace is None
        return
    np.testing.assert_array_equal(trace.model_input, expected)
    np.testing.assert_array_equal(trace.steps[-1].image, expected)


@settings(max_examples=20)
@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40))), st.sampled_from(STYLES))
def test_any_array_gives_the_same_as_prepare_drawing(drawing, style):
    expected = prepare_drawing(drawing, style, 28)
    trace = trace_drawing(drawing, style, 28)
    assert (trace is None) == (expected is None)
    if trace is not None:
        np.testing.assert_array_equal(trace.model_input, expected)


@settings(max_examples=30)
@given(drawings(), st.sampled_from(STYLES), st.data())
def test_any_steps_can_be_left_out(drawing, style, data):
    trace = trace_drawing(drawing, style, 28)
    if trace is None:
        return
    keys = switchable(trace.steps)
    without = data.draw(st.sets(st.sampled_from(keys))) if keys else set()
    changed = trace_drawing(drawing, style, 28, without)
    assert changed.model_input.shape == (28, 28)
    assert {step.key for step in changed.steps if not step.is_on} == without
    assert [step.key for step in changed.steps] == [step.key for step in trace.steps]


@pytest.mark.parametrize(
    ("style", "keys"),
    [
        ("mnist", [CROP, SCALE, CONTRAST, CENTER]),
        ("digits", [CROP, STRETCH, STROKE_WIDTH, DESLANT]),
    ],
)
def test_every_step_changes_the_model_input(style, keys):
    trace = trace_drawing(SLANTED, style, 28)
    assert switchable(trace.steps) == keys
    for key in keys:
        changed = trace_drawing(SLANTED, style, 28, {key})
        assert (changed.model_input != trace.model_input).any(), key


def test_without_centering_and_scaling_the_drawing_stays_where_it_is():
    corner = draw([(8, 8), (20, 20)])
    image = trace_drawing(corner, "mnist", 28, {CENTER, SCALE}).model_input
    rows, columns = np.nonzero(image)
    assert rows.max() < 9
    assert columns.max() < 9
    centered = trace_drawing(corner, "mnist", 28, {SCALE}).model_input
    rows, columns = np.nonzero(centered)
    assert abs(rows.mean() - 13.5) < 1.5


def test_a_sentence_says_what_a_step_did():
    trace = trace_drawing(SLANTED, "mnist", 28)
    texts = {step.key: step.text for step in trace.steps}
    assert "20 pixels" in texts[SCALE]
    assert "255" in texts[CONTRAST]
    left_out = trace_drawing(SLANTED, "mnist", 28, {SCALE})
    assert next(s for s in left_out.steps if s.key == SCALE).text.startswith("Left out")


def test_the_normalized_values_are_those_of_the_model():
    pixels = np.arange(64, dtype=np.uint8).reshape(1, 8, 8)
    step = normalize_step(pixels, (33.3,), (78.6,))
    np.testing.assert_allclose(step.values, (pixels[0] - 33.3) / 78.6, rtol=1e-5)
    assert "0.13" in step.text
    assert "\N{MINUS SIGN}0.42" in step.text
    plain = normalize_step(pixels, (33.3,), (78.6,), {NORMALIZE})
    np.testing.assert_allclose(plain.values, pixels[0] / 255, rtol=1e-6)
    assert not plain.is_on
    assert plain.can_switch
    assert not normalize_step(pixels, (0.0,), (255.0,)).can_switch
