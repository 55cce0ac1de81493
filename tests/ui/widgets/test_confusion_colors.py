import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from studio.ui.widgets import confusion_colors as mc
from studio.ui.widgets.theme_colors import DARK, LIGHT

MATRIX = np.array([[90, 0, 10], [1, 99, 0], [0, 0, 0]])


def test_shares_are_per_row_and_an_empty_row_is_zero():
    assert mc.shares(MATRIX).tolist() == [[0.9, 0.0, 0.1], [0.01, 0.99, 0.0], [0.0, 0.0, 0.0]]


def test_the_scale_of_mistakes_leaves_the_diagonal_out():
    depth = mc.mistake_depth(MATRIX.astype(float))
    assert depth[0, 2] == 1.0
    assert mc.FAINTEST < depth[1, 0] < 1.0
    assert depth[0, 0] == depth[0, 1] == 0.0


def test_a_matrix_without_mistakes_has_no_depth_anywhere():
    assert not mc.mistake_depth(np.eye(4) * 9).any()


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_mistakes_and_right_answers_differ_in_hue(colors):
    fill = mc.cell_colors(MATRIX, False, colors).astype(int)
    red, _, blue = range(3)
    assert fill[0, 2, red] > fill[0, 2, blue]
    assert fill[0, 0, blue] > fill[0, 0, red]


@pytest.mark.parametrize("colors", [LIGHT, DARK])
@given(matrix=arrays(np.int64, (5, 5), elements=st.integers(0, 5000)), by_share=st.booleans())
def test_text_on_every_cell_has_enough_contrast(colors, matrix, by_share):
    fill = mc.cell_colors(matrix, by_share, colors)
    ink = np.where(mc.dark_ink_on(fill), 0.0, 1.0)
    assert mc.contrast(mc.luminance(fill), ink).min() >= 4.5


def test_luminance_and_contrast_are_those_of_wcag():
    white, black = mc.luminance(mc.rgb("#FFFFFF")), mc.luminance(mc.rgb("#000000"))
    assert mc.contrast(white, black) == pytest.approx(21)
    assert mc.contrast(mc.luminance(mc.rgb("#767676")), white) == pytest.approx(4.54, abs=0.01)
