"""Undo, redo and a restart give the same pixels, and MNIST images stay what they are."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor

from studio.data.drawing.preprocessing import prepare_drawing
from studio.data.formats.idx import find_idx, read_idx
from studio.ui.draw.drawing_state import DrawingEncoder, decode_drawing
from studio.ui.widgets.canvas_drawing import Drawing
from studio.ui.widgets.strokes import Background, HistorySnapshot, Stroke
from studio.ui.widgets.transform import Transform, move, rotate, scale
from studio.ui.window_state import StateFiles

CLEAR = Background()
coordinates = st.floats(-0.2, 1.2)
points = st.lists(
    st.tuples(coordinates, coordinates, st.sampled_from([0.4, 0.7, 1.0, 1.2])),
    min_size=1,
    max_size=6,
)
strokes = st.tuples(st.sampled_from(["pen", "pen", "eraser"]), st.floats(0.01, 0.28), points)
centers = st.tuples(coordinates, coordinates)
transforms = st.one_of(
    st.builds(move, st.floats(-0.3, 0.3), st.floats(-0.3, 0.3)),
    st.builds(scale, st.floats(0.7, 1.4), centers),
    st.builds(rotate, st.floats(-90, 90), centers),
)
images = st.integers(0, 2**32 - 1).map(
    lambda seed: Background(np.random.default_rng(seed).integers(0, 256, (9, 7), np.uint8))
)
actions = st.lists(
    st.one_of(
        strokes, strokes, transforms, images, st.sampled_from([CLEAR, "undo", "undo", "redo"])
    ),
    min_size=1,
    max_size=12,
)


def apply(drawing, action):
    if isinstance(action, Transform):
        drawing.transform(action)
    elif isinstance(action, Background):
        drawing.set_background(action)
    else:
        tool, width, path = action
        drawing.start_stroke(tool, width)
        for x, y, relative_width in path:
            drawing.extend_stroke((x, y), relative_width)
        drawing.finish_stroke()


def pixels(drawing):
    return np.concatenate([drawing.image().ravel(), drawing.screen.pixels().ravel()])


def new_drawing():
    drawing = Drawing()
    drawing.resize_screen(90, QColor("black"))
    return drawing


@settings(max_examples=25)
@given(actions)
def test_undo_and_redo_give_the_same_pixels(qapp, actions):
    drawing = new_drawing()
    done, undone = [pixels(drawing)], []
    for action in actions:
        if action == "undo":
            drawing.undo()
            undone += [done.pop()] if len(done) > 1 else []
        elif action == "redo":
            drawing.redo()
            done += [undone.pop()] if undone else []
        else:
            before = drawing.snapshot().done
            apply(drawing, action)
            if drawing.snapshot().done != before:  # a drawing is not moved out of reach
                done.append(pixels(drawing))
                undone.clear()
        assert np.array_equal(pixels(drawing), done[-1])
    drawing.resize_screen(90, QColor("black"))
    assert np.array_equal(pixels(drawing), done[-1])


@settings(max_examples=15)
@given(actions)
def test_a_saved_drawing_is_restored_to_the_pixel(qapp, tmp_path_factory, actions):
    drawing, folder = new_drawing(), tmp_path_factory.mktemp("state")
    for action in actions:
        (drawing.undo if action in ("undo", "redo") else lambda a=action: apply(drawing, a))()
    value = DrawingEncoder().encode(drawing.snapshot(), folder)
    restored = new_drawing()
    restored.prepend(decode_drawing(value, StateFiles(folder)))
    assert np.array_equal(pixels(restored), pixels(drawing))
    while restored.history.can_redo:
        restored.redo()
        drawing.redo()
    assert np.array_equal(pixels(restored), pixels(drawing))


def test_strokes_saved_without_widths_open_and_damaged_steps_do_not(tmp_path):
    files = StateFiles(tmp_path)
    steps = (Stroke("pen", 0.06, [(0.1, 0.2), (0.5, 0.75)]), move(0.1, 0.2))
    value = DrawingEncoder().encode(HistorySnapshot(steps), tmp_path)
    assert "relative_widths" not in value["done"][0]
    assert decode_drawing(value, files).done == steps
    for damage in (
        [1, 0, 0],
        [1, 0, "x", 0],
        [float("nan"), 0, 0, 0],
        [0, 0, 0, 0],
        [9e9, 0, 0, 0],
    ):
        with pytest.raises((ValueError, TypeError)):
            decode_drawing({"done": [{"transform": damage}], "undone": []}, files)
    tenfold = [{"transform": [10, 0, 0, 0]}] * 4
    with pytest.raises(ValueError, match="transform"):
        decode_drawing({"done": tenfold, "undone": []}, files)


def six(slant):
    """Points of a six, 18 pixels high; with its stroke it fills the box in which MNIST draws."""
    stem, loop = np.linspace(0, 1, 60), np.linspace(0, 2 * np.pi, 100)
    x = np.concatenate([3 - 7.5 * stem, -4.5 * np.cos(loop)])
    y = np.concatenate([-9 + 13.5 * stem, 4.5 - 4.5 * np.sin(loop)])
    return np.stack([x - slant * y, y], axis=1)


def mnist_like(slant):
    """Draw a six as MNIST does: antialiased, its center of mass in the middle of 28 x 28 px.

    Returns the image and the points of the six in fractions of the side.
    """
    centers = np.stack(np.meshgrid(np.arange(28) + 0.5, np.arange(28) + 0.5), axis=-1)
    outline = six(slant) + 14
    outline[:, 0] -= outline[:, 0].min() % 1  # its box begins with a whole pixel
    for _ in range(2):  # in the middle of the image, then with the center of mass there
        distance = np.linalg.norm(centers[:, :, None] - outline, axis=-1).min(axis=-1)
        image = np.rint(255 * np.clip(1.5 - distance, 0, 1)).astype(np.uint8)
        outline += np.rint(14 - np.array(np.nonzero(image)[::-1]) @ image[image > 0] / image.sum())
    return image, (outline / 28).tolist()


def mnist_images():
    """MNIST-like images, and images of MNIST itself where it is."""
    images = [mnist_like(slant)[0] for slant in (-0.3, 0.0, 0.2)]
    folder = Path(os.environ.get("VGG_STUDIO_DATA", ""), "MNIST", "raw")
    path = find_idx(folder, "train-images-idx3-ubyte")
    return images if path is None else [*images, *read_idx(path)[:20]]


def difference(image, other):
    """Mean absolute difference, as a fraction of the mean of the image."""
    return np.abs(image.astype(float) - other).sum() / image.sum()


def test_an_opened_mnist_image_is_what_the_model_gets(qapp):
    for image in mnist_images():
        drawing = new_drawing()
        drawing.set_background(Background(image))
        prepared = prepare_drawing(drawing.image(), "mnist", 28)
        assert difference(image, prepared) < 0.15


@pytest.mark.parametrize("slant", [0.0, 0.2])
def test_a_drawn_mnist_image_is_what_the_model_gets(qapp, slant):
    image, outline = mnist_like(slant)
    drawing = new_drawing()
    drawing.start_stroke("pen", 2 / 28)
    for x, y in outline[::4]:
        drawing.extend_stroke((x, y))
    drawing.finish_stroke()
    prepared = prepare_drawing(drawing.image(), "mnist", 28)
    assert difference(image, prepared) < 0.15
