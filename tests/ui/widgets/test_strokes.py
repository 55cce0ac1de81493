"""Strokes and their history, without Qt."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.ui.widgets.drawing_history import DrawingHistory, place_steps
from studio.ui.widgets.strokes import Background, BezierCurve, Stroke
from studio.ui.widgets.transform import move, rotate, scale

coordinates = st.floats(-0.5, 1.5)
points = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=20)


def stroke_through(*path):
    stroke = Stroke("pen", 0.1)
    for point in path:
        stroke.add(point)
    return stroke


def test_the_first_point_is_a_dot():
    assert Stroke("pen", 0.1).add((0.2, 0.3)) == BezierCurve((0.2, 0.3), (0.2, 0.3), (0.2, 0.3))


def test_a_repeated_point_adds_nothing():
    stroke = stroke_through((0.2, 0.3))
    assert stroke.add((0.2, 0.3)) is None
    assert stroke.points == [(0.2, 0.3)]


def test_the_tail_reaches_the_pen():
    stroke = stroke_through((0.0, 0.0), (0.2, 0.0))
    assert stroke.tail() == BezierCurve((0.1, 0.0), (0.2, 0.0), (0.2, 0.0))


@given(points)
def test_the_curve_has_no_gaps_and_reaches_both_ends(path):
    stroke = stroke_through(*path)
    curves = stroke.curves()
    assert curves[0].start == path[0]
    assert curves[-1].end == path[-1]
    for before, after in pairwise(curves):
        assert before.end == pytest.approx(after.start)


@given(points)
def test_segments_drawn_while_moving_equal_the_final_curve(path):
    stroke = Stroke("pen", 0.1)
    drawn = [segment for point in path if (segment := stroke.add(point)) is not None]
    assert [*drawn, stroke.tail()] == stroke.curves()


@given(points)
def test_the_curve_is_smooth_at_its_joints(path):
    """Each joint lies halfway between two control points."""
    inner = stroke_through(*path).curves()[1:-1]
    for before, after in pairwise(inner):
        incoming = np.subtract(before.end, before.control)
        outgoing = np.subtract(after.control, after.start)
        assert incoming == pytest.approx(outgoing, abs=1e-9)


def test_undo_and_redo():
    history = DrawingHistory()
    first, second = Stroke("pen", 0.1), Stroke("eraser", 0.1)
    history.push(first)
    history.push(second)
    history.undo()
    assert history.visible() == [first]
    history.redo()
    assert history.visible() == [first, second]
    assert not history.can_redo


def test_a_new_stroke_discards_undone_ones():
    history = DrawingHistory()
    history.push(Stroke("pen", 0.1))
    history.undo()
    history.push(Stroke("pen", 0.2))
    assert not history.can_redo


def test_undo_of_nothing_does_nothing():
    history = DrawingHistory()
    history.undo()
    history.redo()
    assert not history.can_undo
    assert history.visible() == []


def test_an_empty_background_hides_everything_and_can_be_undone():
    history = DrawingHistory()
    stroke = Stroke("pen", 0.1)
    history.push(stroke)
    assert not history.is_blank()
    history.push(Background())
    assert history.is_blank()
    history.undo()
    assert history.visible() == [stroke]


def test_an_image_is_not_blank():
    history = DrawingHistory()
    assert history.is_blank()
    history.push(Background(np.full((2, 2), 255, np.uint8)))
    assert not history.is_blank()


@given(st.lists(st.sampled_from(["push", "undo", "redo"]), max_size=30))
def test_history_behaves_like_two_stacks(actions):
    history, done, undone = DrawingHistory(), [], []
    for number, action in enumerate(actions):
        if action == "push":
            stroke = Stroke("pen", float(number))
            history.push(stroke)
            done.append(stroke)
            undone.clear()
        elif action == "undo":
            history.undo()
            if done:
                undone.append(done.pop())
        else:
            history.redo()
            if undone:
                done.append(undone.pop())
        assert history.visible() == done
        assert (history.can_undo, history.can_redo) == (bool(done), bool(undone))


widths = st.floats(0.4, 1.2)


@settings(max_examples=30)
@given(st.lists(st.tuples(coordinates, coordinates, widths), min_size=1, max_size=12))
def test_pressed_segments_drawn_while_moving_equal_the_final_curve(path):
    stroke, drawn = Stroke("pen", 0.1), []
    for x, y, width in path:
        segment = stroke.add((x, y), width)
        drawn += [] if segment is None else [segment]
    assert [*drawn, stroke.tail()] == stroke.curves()
    for before, after in pairwise(stroke.curves()):
        assert before.end_width == pytest.approx(after.start_width)
    assert stroke.curves()[-1].end_width == (stroke.relative_widths or [1.0])[-1]


def test_pressing_harder_in_one_place_makes_the_dot_larger():
    stroke = stroke_through((0.2, 0.3))
    assert stroke.add((0.2, 0.3), 0.6) is None
    assert stroke.add((0.2, 0.3), 1.2) is not None
    assert stroke.tail().end_width == 1.2


def test_a_transform_moves_what_was_drawn_before_it():
    first, second = stroke_through((0.25, 0.5)), stroke_through((0.5, 0.5))
    placed = place_steps([first, move(0.25, 0), second, scale(2, (0.5, 0.5))])
    assert [stroke.points for stroke in placed] == [[(0.5, 0.5)], [(0.5, 0.5)]]
    assert [stroke.width for stroke in placed] == [0.2, 0.2]
    assert first.points == [(0.25, 0.5)]


def test_a_rotation_is_clockwise_on_the_screen():
    (stroke,) = place_steps([stroke_through((0.7, 0.5)), rotate(90, (0.5, 0.5))])
    assert stroke.points[0] == pytest.approx((0.5, 0.7))


def test_a_moved_image_is_no_longer_the_bare_background():
    history = DrawingHistory()
    history.push(Background(np.full((2, 2), 255, np.uint8)))
    history.push_transform(move(0.1, 0))
    history.push_transform(move(0.1, 0), is_continued=True)
    assert history.bare_background() is None
    assert not history.is_blank()
    (shown,) = history.visible()
    assert shown.transform == move(0.2, 0)
    history.undo()
    assert history.bare_background() is not None
