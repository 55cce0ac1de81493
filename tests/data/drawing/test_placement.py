"""Points and heatmaps of the model input are mapped back to where they were drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from scipy.ndimage import center_of_mass

from studio.data.drawing.input_step import CENTER, CROP, DESLANT, SCALE
from studio.data.drawing.placement import Box, Placement
from studio.data.drawing.steps import trace_drawing
from studio.data.photo_steps import photo_placement, trace_photo

SIDE = 280
COORDINATE = st.floats(-50, 350)


def draw(points, width=14):
    image = Image.new("L", (SIDE, SIDE))
    ImageDraw.Draw(image).line(points, 255, width)
    return np.asarray(image)


POINT = st.tuples(st.integers(20, 259), st.integers(20, 259))


@settings(max_examples=40)
@given(
    st.lists(POINT, min_size=2, max_size=5, unique=True),
    st.sampled_from(["mnist", "picture"]),
    st.sets(st.sampled_from([CROP, SCALE, CENTER])),
)
def test_the_center_of_mass_comes_back_within_half_a_pixel(points, style, without):
    drawing = draw(points)
    trace = trace_drawing(drawing, style, 28, without)
    row, column = trace.placement.to_input(*np.add(center_of_mass(drawing), 0.5)[:, None])
    expected = np.add(center_of_mass(trace.model_input), 0.5)
    assert abs(row[0] - expected[0]) < 0.5
    assert abs(column[0] - expected[1]) < 0.5


@settings(max_examples=60)
@given(COORDINATE, COORDINATE, st.booleans())
def test_to_canvas_is_the_inverse_of_to_input(row, column, is_slanted):
    shifts = np.arange(-16, 16) if is_slanted else None
    placement = Placement(Box(30, 10, 200, 90), Box(0, 1.5, 8, 5), 8, shifts)
    there = placement.to_input(np.array([row]), np.array([column]))
    back = placement.to_canvas(*there)
    np.testing.assert_allclose(np.concatenate(back), [row, column], atol=1e-6)


def test_a_slanted_stroke_of_the_digits_style_is_found_again():
    drawing = draw([(90, 240), (190, 40)])
    trace = trace_drawing(drawing, "digits", 8)
    upright = trace_drawing(drawing, "digits", 8, {DESLANT})
    assert trace.placement.shifts.any()
    for found in (trace, upright):
        heat = found.placement.on_canvas(found.model_input / np.float32(255), drawing.shape)
        assert heat[drawing > 0].mean() > 3 * heat[drawing == 0].mean()
        error = np.subtract(center_of_mass(heat), center_of_mass(drawing))
        assert np.abs(error).max() < 280 / 8 / 2


@pytest.mark.parametrize("style", ["mnist", "picture"])
def test_the_model_input_lies_over_the_drawing(style):
    drawing = draw([(60, 100), (120, 40), (120, 130)])
    trace = trace_drawing(drawing, style, 28)
    heat = trace.placement.on_canvas(trace.model_input / np.float32(255), drawing.shape)
    assert heat.dtype == np.float32
    assert heat.shape == (SIDE, SIDE)
    assert np.corrcoef(heat.ravel(), drawing.ravel())[0, 1] > 0.85


@pytest.mark.parametrize("fit", ["crop", "fit", "stretch"])
@pytest.mark.parametrize("shape", [(60, 90), (90, 60)])
def test_a_photo_is_mapped_as_it_was_resized(fit, shape):
    photo = np.zeros((*shape, 3), np.uint8)
    photo[20:32, 26:40] = 255
    trace = trace_photo(photo, 30, fit, 3)
    placement = photo_placement(shape, 30, fit)
    row, column = placement.to_input(np.array([26.0]), np.array([33.0]))
    expected = np.add(center_of_mass(trace.model_input[0]), 0.5)
    np.testing.assert_allclose([row[0], column[0]], expected, atol=0.5)
    heat = placement.on_canvas(trace.model_input[0] / np.float32(255), shape)
    assert np.corrcoef(heat.ravel(), photo[..., 0].ravel())[0, 1] > 0.85


def test_a_photo_can_be_stretched_instead():
    photo = np.zeros((40, 80, 3), np.uint8)
    photo[:, 60:] = 200
    cropped = trace_photo(photo, 16, "crop", 1)
    stretched = trace_photo(photo, 16, "crop", 1, {"square"})
    assert cropped.model_input.shape == (1, 16, 16)
    assert cropped.model_input.max() < 100 < stretched.model_input.max()
    assert [step.can_switch for step in cropped.steps] == [False, True, False]
    assert not stretched.steps[1].is_on
