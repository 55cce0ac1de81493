"""Strokes and their history, without Qt."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.widgets.strokes import Curve, History, Sheet, Stroke

coordinates = st.floats(-0.5, 1.5)
points = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=20)


def stroke_through(*places):
    stroke = Stroke("pen", 0.1)
    for place in places:
        stroke.add(place)
    return stroke


def test_the_first_point_is_a_dot():
    assert Stroke("pen", 0.1).add((0.2, 0.3)) == Curve((0.2, 0.3), (0.2, 0.3), (0.2, 0.3))


def test_standing_still_adds_nothing():
    stroke = stroke_through((0.2, 0.3))
    assert stroke.add((0.2, 0.3)) is None
    assert stroke.points == [(0.2, 0.3)]


def test_the_tail_reaches_the_pen():
    stroke = stroke_through((0.0, 0.0), (0.2, 0.0))
    assert stroke.tail() == Curve((0.1, 0.0), (0.2, 0.0), (0.2, 0.0))


@given(points)
def test_the_line_has_no_gap_and_ends_at_both_ends(places):
    stroke = stroke_through(*places)
    curves = stroke.curves()
    assert curves[0].start == places[0]
    assert curves[-1].end == places[-1]
    for before, after in pairwise(curves):
        assert before.end == pytest.approx(after.start)


@given(points)
def test_what_is_drawn_while_moving_is_the_line_in_the_end(places):
    stroke = Stroke("pen", 0.1)
    drawn = [piece for place in places if (piece := stroke.add(place)) is not None]
    assert [*drawn, stroke.tail()] == stroke.curves()


@given(points)
def test_the_line_is_smooth_at_its_joints(places):
    """Both sides of a joint point the same way: it lies halfway between two controls."""
    inner = stroke_through(*places).curves()[1:-1]
    for before, after in pairwise(inner):
        incoming = np.subtract(before.end, before.control)
        outgoing = np.subtract(after.control, after.start)
        assert incoming == pytest.approx(outgoing, abs=1e-9)


def test_undo_and_redo():
    history = History()
    first, second = Stroke("pen", 0.1), Stroke("eraser", 0.1)
    history.push(first)
    history.push(second)
    history.undo()
    assert history.visible() == [first]
    history.redo()
    assert history.visible() == [first, second]
    assert not history.can_redo


def test_a_new_mark_ends_redo():
    history = History()
    history.push(Stroke("pen", 0.1))
    history.undo()
    history.push(Stroke("pen", 0.2))
    assert not history.can_redo


def test_undo_of_nothing_does_nothing():
    history = History()
    history.undo()
    history.redo()
    assert not history.can_undo
    assert history.visible() == []


def test_a_blank_sheet_hides_all_before_it_and_can_be_undone():
    history = History()
    stroke = Stroke("pen", 0.1)
    history.push(stroke)
    assert not history.is_blank()
    history.push(Sheet())
    assert history.is_blank()
    history.undo()
    assert history.visible() == [stroke]


def test_a_picture_is_not_blank():
    history = History()
    assert history.is_blank()
    history.push(Sheet(np.full((2, 2), 255, np.uint8)))
    assert not history.is_blank()


@given(st.lists(st.sampled_from(["push", "undo", "redo"]), max_size=30))
def test_history_is_a_list_with_a_place_in_it(actions):
    history, done, undone = History(), [], []
    for number, action in enumerate(actions):
        if action == "push":
            mark = Stroke("pen", float(number))
            history.push(mark)
            done.append(mark)
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
