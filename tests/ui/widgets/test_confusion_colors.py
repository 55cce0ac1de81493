import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from studio.ui.widgets.confusion_colors import (
    MIN_INTENSITY,
    cell_colors,
    cell_values,
    contrast_ratio,
    error_intensity,
    needs_black_text,
    relative_luminance,
    to_rgb,
)
from studio.ui.widgets.theme_colors import DARK, LIGHT

UNITS = ("count", "true", "predicted")
MATRIX = np.array([[90, 0, 10], [1, 99, 0], [0, 0, 0]])


def test_rows_or_columns_sum_to_one_and_empty_ones_are_zero():
    assert cell_values(MATRIX, "count").tolist() == MATRIX.tolist()
    assert cell_values(MATRIX, "true").tolist() == [
        [0.9, 0.0, 0.1],
        [0.01, 0.99, 0.0],
        [0.0, 0.0, 0.0],
    ]
    assert cell_values(MATRIX, "predicted").sum(0).tolist() == [1, 1, 1]
    assert cell_values(MATRIX.T, "predicted")[:, 2].tolist() == [0, 0, 0]


def test_error_intensity_ignores_the_diagonal():
    intensity = error_intensity(MATRIX.astype(float))
    assert intensity[0, 2] == 1.0
    assert MIN_INTENSITY < intensity[1, 0] < 1.0
    assert intensity[0, 0] == intensity[0, 1] == 0.0


def test_a_matrix_without_errors_has_no_intensity():
    assert not error_intensity(np.eye(4) * 9).any()


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_errors_and_correct_predictions_differ_in_hue(colors):
    fill = cell_colors(MATRIX, "count", colors).astype(int)
    red, _, blue = range(3)
    assert fill[0, 2, red] > fill[0, 2, blue]
    assert fill[0, 0, blue] > fill[0, 0, red]


@pytest.mark.parametrize("colors", [LIGHT, DARK])
@given(
    matrix=arrays(np.int64, (5, 5), elements=st.integers(0, 5000)),
    unit=st.sampled_from(UNITS),
    hidden=st.booleans(),
)
def test_text_on_every_cell_has_enough_contrast(colors, matrix, unit, hidden):
    fill = cell_colors(matrix, unit, colors, hidden)
    text = np.where(needs_black_text(fill), 0.0, 1.0)
    assert contrast_ratio(relative_luminance(fill), text).min() >= 4.5


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_a_hidden_diagonal_is_as_empty_as_a_cell_without_samples(colors):
    fill = cell_colors(MATRIX, "true", colors, hides_diagonal=True)
    assert (fill[[0, 1, 2], [0, 1, 2]] == fill[0, 1]).all()
    assert (fill[0, 2] == cell_colors(MATRIX, "true", colors)[0, 2]).all()


def test_luminance_and_contrast_follow_wcag():
    white, black = (
        relative_luminance(to_rgb("#FFFFFF")),
        relative_luminance(to_rgb("#000000")),
    )
    assert contrast_ratio(white, black) == pytest.approx(21)
    assert contrast_ratio(relative_luminance(to_rgb("#767676")), white) == pytest.approx(
        4.54, abs=0.01
    )
