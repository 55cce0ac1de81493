"""Strokes that benchmarks replay: they can be traced back, and a seed fixes them."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from studio.bench.strokes.hands import normalize, place
from studio.bench.strokes.letter_forms import LETTERS, letter
from studio.bench.strokes.samples import FORMED, LETTER, SHAPE, TRACED, draw_samples, kinds
from studio.bench.strokes.thinning import trace_images
from studio.bench.synthetic_data import write_idx


def test_a_drawn_corner_is_traced():
    image = Image.new("L", (28, 28))
    ImageDraw.Draw(image).line([(6, 4), (6, 22), (20, 22)], fill=255, width=3, joint="curve")
    (strokes,) = trace_images(np.asarray(image)[None])
    points = np.concatenate(strokes)
    on_path = np.minimum(abs(points[:, 0] - 6), abs(points[:, 1] - 22))
    assert on_path.max() < 2
    assert np.abs(points.min(0) - (6, 4)).max() < 2.5
    assert np.abs(points.max(0) - (20, 22)).max() < 2.5


def test_letters_differ_from_each_other_and_leave_out_those_like_digits():
    assert not set("OolI") & set(LETTERS)
    forms = [letter(name, np.random.default_rng(0)) for name in LETTERS]
    assert len({b"".join(stroke.tobytes() for stroke in strokes) for strokes in forms}) == 42
    assert all(stroke.shape[1] == 2 and len(stroke) > 1 for form in forms for stroke in form)


@pytest.mark.parametrize("kind", [FORMED, LETTER, SHAPE])
def test_a_seed_fixes_the_drawings(kind, tmp_path):
    first, again, other = (
        draw_samples(kind, 12, np.random.default_rng(seed), tmp_path) for seed in (1, 1, 2)
    )
    assert [name for name, _ in first] == [name for name, _ in again]
    same = [np.array_equal(a[1][0], b[1][0]) for a, b in zip(first, again, strict=True)]
    assert all(same)
    assert not np.array_equal(first[0][1][0], other[0][1][0])


def test_drawings_are_placed_on_the_canvas(tmp_path):
    random = np.random.default_rng(3)
    for _, strokes in draw_samples(LETTER, 20, random, tmp_path):
        placed = np.concatenate(place(normalize(strokes), 0.8, 0.1, random))
        assert placed.min() >= 0.05 - 1e-9
        assert placed.max() <= 0.95 + 1e-9
        assert np.ptp(placed, axis=0).max() == pytest.approx(0.8)


def test_digits_are_traced_from_the_validation_split_where_mnist_is(tmp_path):
    assert TRACED not in kinds(tmp_path)
    folder = tmp_path / "MNIST" / "raw"
    folder.mkdir(parents=True)
    images = np.zeros((40, 28, 28), np.uint8)
    images[:, 5:23, 13:16] = 255
    labels = np.arange(40, dtype=np.uint8) % 10
    for prefix in ("train", "t10k"):
        write_idx(folder / f"{prefix}-images-idx3-ubyte", images)
        write_idx(folder / f"{prefix}-labels-idx1-ubyte", labels)
    assert kinds(tmp_path)[0] == TRACED
    drawings = draw_samples(TRACED, 3, np.random.default_rng(0), tmp_path)
    assert len(drawings) == 3
    assert all(np.ptp(strokes[0][:, 1]) > 12 for _, strokes in drawings)
