"""The steps of an opened image end in what the predictor gets, whatever was opened."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from studio.data.drawing.foreground import to_working_gray
from studio.data.drawing.foreground_steps import SWITCHABLE, trace_foreground
from studio.data.drawing.input_step import (
    CUT_OUT,
    DIGIT,
    DUST,
    ILLUMINATION,
    POLARITY,
    RULES,
    SURROUNDINGS,
    THRESHOLD,
    switchable,
)
from studio.data.drawing.preprocessing import STYLES, prepare_drawing
from studio.data.image_crop import ImageCrop, crop_image
from studio.data.isolated_images import decode_drawing, decode_model_input
from studio.data.opened_image import load_opened_image, restore_opened_image
from studio.data.opened_steps import OpenedImageSteps
from tests.data.drawing.test_digit_groups import on_table, page, photographed, ruled

DRAWN = tuple(style for style in STYLES if style != "picture")


@st.composite
def photos(draw):
    """One or two strokes on a small sheet in uneven light, of any polarity."""
    side = draw(st.integers(40, 110))
    pen, paper = draw(st.sampled_from([(20, 220), (230, 40), (90, 160), (0, 255)]))
    image = Image.new("L", (side, round(side * draw(st.floats(0.6, 1.4)))), paper)
    place = st.tuples(st.integers(4, image.width - 5), st.integers(4, image.height - 5))
    for _ in range(draw(st.integers(1, 2))):
        points = draw(st.lists(place, min_size=2, max_size=4))
        ImageDraw.Draw(image).line(points, pen, draw(st.integers(2, 9)))
    shade = np.linspace(1, draw(st.floats(0.4, 1)), image.width)
    noise = np.random.default_rng(side).normal(0, draw(st.sampled_from([0, 4])), image.size[::-1])
    return Image.fromarray((np.asarray(image) * shade + noise).clip(0, 255).astype(np.uint8))


@settings(max_examples=10)
@given(photos(), st.sampled_from(DRAWN), st.data())
def test_the_last_step_is_what_the_predictor_gets(photo, style, data):
    image = load_opened_image(photo)
    steps = OpenedImageSteps(image)
    trace = steps.trace_strokes(style, 28)
    expected = prepare_drawing(decode_drawing(photo), style, 28)
    if expected is None:
        assert trace is None
        return
    np.testing.assert_array_equal(trace.model_input, expected)
    np.testing.assert_array_equal(trace.steps[-1].image, expected)
    digit = next(step for step in trace.steps if step.key == DIGIT)
    np.testing.assert_array_equal(digit.image, image.drawing)
    assert trace_foreground(image.gray).drawing.tobytes() == image.drawing.tobytes()
    without = data.draw(st.sets(st.sampled_from(switchable(trace.steps))))
    changed = steps.trace_strokes(style, 28, without)
    if changed is not None:
        left_out = {step.key for step in changed.steps if not step.is_on}
        assert left_out == without


def test_each_digit_of_a_page_ends_in_its_own_input():
    image = load_opened_image(photographed(page(("1", 0.1, 0.1, 0.3), ("7", 0.5, 0.4, 0.3))))
    assert len(image.digits) == 2
    for chosen in range(2):
        digit = image.with_digit(chosen)
        assert digit.chosen == chosen
        trace = OpenedImageSteps(digit).trace_strokes("mnist", 28)
        np.testing.assert_array_equal(
            trace.model_input, prepare_drawing(image.digits[chosen].drawing, "mnist", 28)
        )
        left, top, right, bottom = digit.digits[chosen].region
        box = digit.digits[chosen].box
        assert left < box[0] < box[2] < right
        assert top < box[1] < box[3] < bottom


def test_steps_say_what_was_found_and_change_what_they_end_in():
    rules = (70, 80, 120)
    photo = photographed(on_table(ruled(page(("5", 0.35, 0.3, 0.35)), rules)), shade=0.2)
    gray = to_working_gray(photo)
    trace = trace_foreground(gray)
    keys = [step.key for step in trace.steps]
    assert keys == ["gray", SURROUNDINGS, POLARITY, ILLUMINATION, THRESHOLD, DUST, RULES, DIGIT]
    texts = {step.key: step.text for step in trace.steps}
    assert "darker than the paper" in texts[POLARITY]
    assert "is subtracted everywhere" in texts[ILLUMINATION]
    images = {step.key: step.image for step in trace.steps}
    paper = np.median(images[POLARITY])
    assert images[POLARITY].max() > paper + 50  # the strokes are light now
    assert (images[THRESHOLD] > 0).sum() < 0.5 * (images[ILLUMINATION] > 0).sum()
    for key in (ILLUMINATION, THRESHOLD, RULES):
        assert key in SWITCHABLE
        assert not np.array_equal(trace_foreground(gray, without={key}).drawing, trace.drawing)


def test_of_a_clean_drawing_only_what_happens_is_listed():
    trace = trace_foreground(to_working_gray(page(("4", 0.2, 0.2, 0.6), paper=(255,) * 3)))
    assert not {SURROUNDINGS, RULES} & {step.key for step in trace.steps}
    assert trace.drawing is not None


@pytest.fixture(scope="module")
def large():
    """A color image larger than its copy for display, as a file, with a small digit in it."""
    x, y = np.meshgrid(np.linspace(180, 230, 2400), np.linspace(0, 20, 1800))
    pixels = np.stack([x - y, x, x - 2 * y], axis=2)
    image = Image.fromarray(pixels.astype(np.uint8))
    small = page(("4", 0.05, 0.05, 0.9), size=(120, 120), paper=(215, 212, 210))
    image.paste(small, (1800, 1200))
    buffer = io.BytesIO()
    image.save(buffer, "BMP")
    return image, load_opened_image(buffer.getvalue())


CROP = ImageCrop(0, (0.74, 0.66, 0.81, 0.745))


def test_a_crop_has_the_pixels_of_the_full_image(large):
    whole, opened = large
    assert max(opened.photo.shape) == 1600
    expected = crop_image(whole, CROP)
    crop = opened.cropped(CROP)
    np.testing.assert_array_equal(np.asarray(crop.source), np.asarray(expected))
    np.testing.assert_array_equal(crop.photo, np.asarray(expected))
    np.testing.assert_array_equal(crop.gray, np.asarray(expected.convert("L")))
    assert len(crop.digits) == 1
    preview = opened.preview_crop(CROP)
    assert preview.photo.shape[1] < 0.7 * crop.photo.shape[1]  # of the copy for display
    turned = ImageCrop(90, (0.1, 0.1, 0.3, 0.4))
    np.testing.assert_array_equal(
        np.asarray(opened.cropped(turned).source), np.asarray(crop_image(whole, turned))
    )


def test_a_restored_image_is_searched_again(large):
    _, opened = large
    crop = opened.cropped(CROP)
    restored = restore_opened_image(
        opened.photo, crop.drawing, opened.source.getvalue(), CROP, np.asarray(crop.source)
    )
    assert not restored.is_searched
    assert restored.digits == ()
    np.testing.assert_array_equal(restored.photo, crop.photo)
    trace = OpenedImageSteps(restored).trace_strokes("mnist", 28)  # which searches it
    assert restored.is_searched
    assert restored.chosen == 0
    np.testing.assert_array_equal(restored.gray, crop.gray)
    np.testing.assert_array_equal(trace.model_input, prepare_drawing(crop.drawing, "mnist", 28))


def test_the_steps_of_a_photo_end_in_what_the_predictor_gets(large):
    _, opened = large
    steps = OpenedImageSteps(opened)
    expected = decode_model_input(opened.source, 48, "crop", 3)
    trace = steps.trace_photo(48, "crop", 3)
    np.testing.assert_array_equal(trace.model_input, expected)
    np.testing.assert_array_equal(trace.steps[-1].image, expected.transpose(1, 2, 0))
    crop = opened.cropped(CROP)
    cut = OpenedImageSteps(crop).trace_photo(48, "fit", 1)
    np.testing.assert_array_equal(cut.model_input, decode_model_input(crop.source, 48, "fit", 1))
    texts = {step.key: step.text for step in cut.steps}
    assert texts[CUT_OUT] == "Your crop: 168 × 153 pixels of the full image."
