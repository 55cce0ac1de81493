import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.csv_cells import from_cell, to_cell


@given(st.text(st.sampled_from("'=+-@\t\r\nab") | st.characters()))
def test_every_name_comes_back(text):
    assert from_cell(to_cell(text)) == text


@pytest.mark.parametrize("text", ["=1+1", "+cat", "-5", "@dog", "\tx", "\rx", " cat", "'=1"])
def test_formulas_are_no_formulas_any_more(text):
    assert to_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "cat", "cats/=1.png", "'tis", "5", "'"])
def test_other_names_stay_as_they_are(text):
    assert to_cell(text) == from_cell(text) == text
