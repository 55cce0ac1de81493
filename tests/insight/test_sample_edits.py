"""Edits of a sample: strokes, transformations, undo and redo."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.insight.sample_edits import DRAWN, EditHistory, PixelStroke, SampleEdit, pen_color
from studio.insight.sample_transforms import rotate, shift

BLACK = np.zeros(1, np.uint8)


@pytest.fixture
def image():
    pixels = np.zeros((1, 20, 20), np.uint8)
    pixels[0, 4:16, 8:12] = 200
    return pixels


def test_transformations_are_applied_in_their_order(image):
    edit = SampleEdit(image).with_value("shift_x", 0.1).with_value("rotation", 20)
    expected = shift(rotate(image[None], 20, BLACK), 0.1, 0, BLACK)[0]
    assert np.array_equal(edit.render(BLACK), expected)
    assert edit.changes() == (
        "Rotated by 20° counterclockwise",
        "Shifted right by 10 % of its side",
    )


def test_a_parameter_at_its_identity_is_no_change(image):
    edit = SampleEdit(image).with_value("contrast", 0.5).with_value("contrast", 1)
    assert edit.changes() == ()
    assert edit.value("contrast") == 1
    assert np.array_equal(edit.render(BLACK), image)


def test_drawing_keeps_what_was_done_before(image):
    turned = SampleEdit(image).with_value("rotation", 20)
    drawn = turned.with_pixels(turned.render(BLACK)).with_pixels(image)
    assert drawn.changes() == ("Rotated by 20° counterclockwise", DRAWN)
    assert drawn.value("rotation") == 0


def test_one_movement_of_a_slider_is_one_change(image):
    history = EditHistory(image)
    for value in (5, 10, 15):
        history.push(history.current.with_value("rotation", value), "rotation")
    history.push(history.current.with_value("blur", 1), "blur")
    history.undo()
    assert history.current.value("rotation") == 15
    history.undo()
    assert not history.can_undo
    assert not history.is_changed
    history.redo()
    assert history.current.value("rotation") == 15


def test_a_reset_can_be_undone(image):
    history = EditHistory(image)
    history.push(history.current.with_value("blur", 1))
    history.reset()
    assert not history.is_changed
    history.undo()
    assert history.current.value("blur") == 1


@given(st.lists(st.sampled_from(["push", "merge", "undo", "redo", "reset"]), max_size=25))
@settings(deadline=None)
def test_undo_and_redo_are_those_of_a_plain_list(steps):
    """Compares with a list of states and an index."""
    history = EditHistory(np.zeros((1, 2, 2), np.uint8))
    states, index, merging = [0.0], 0, False
    for number, step in enumerate(steps, 1):
        if step in ("push", "merge"):
            replaces = step == "merge" and merging and index > 0
            states = [*states[: index + 1 - replaces], number / 100]
            index, merging = len(states) - 1, step == "merge"
            edit = history.current.with_value("noise", number / 100)
            history.push(edit, "noise" if step == "merge" else "")
        elif step == "reset":
            if states[index]:
                states, index, merging = [*states[: index + 1], 0.0], index + 1, False
            history.reset()
        else:
            index = max(0, index - 1) if step == "undo" else min(len(states) - 1, index + 1)
            merging = False
            getattr(history, step)()
        assert history.current.value("noise") == states[index]
        assert (history.can_undo, history.can_redo) == (index > 0, index < len(states) - 1)


def test_a_stroke_covers_the_pixels_within_its_width(image):
    stroke = PixelStroke(image, np.array([255], np.uint8), 3)
    stroke.add((2.5, 2.5))
    drawn = stroke.add((16.5, 2.5))
    assert (drawn[0, 1:4, 3:16] == 255).all()
    assert np.array_equal(drawn[0, 6:], image[0, 6:])
    assert image[0, 2, 2] == 0  # the original stays


def test_passing_twice_covers_only_once(image):
    edge = PixelStroke(image, np.array([100], np.uint8), 2)
    once = edge.add((5.3, 3.7))
    assert np.array_equal(edge.add((5.3, 3.7)), once)


def test_strokes_have_the_color_of_the_pen(image):
    color = np.concatenate([image, image, image])
    drawn = PixelStroke(color, np.array([10, 20, 30], np.uint8), 4).add((10, 10))
    assert drawn[:, 10, 10].tolist() == [10, 20, 30]


def test_the_pen_contrasts_with_the_background():
    assert pen_color(np.array([20], np.uint8)).tolist() == [255]
    assert pen_color(np.array([250, 240, 230], np.uint8)).tolist() == [0, 0, 0]
