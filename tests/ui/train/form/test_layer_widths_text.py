"""Blocks of filters written as a line of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import ConfigError
from studio.models import VARIANTS
from studio.ui.train.form.layer_widths_text import (
    MAX_BLOCK_LAYERS,
    MAX_BLOCKS,
    add_block,
    blocks_text,
    parse_blocks,
    parse_widths,
    step_at,
    widths_text,
)

widths = st.lists(st.integers(1, 4096), min_size=1, max_size=MAX_BLOCK_LAYERS).map(tuple)


@given(st.lists(widths, min_size=1, max_size=MAX_BLOCKS).map(tuple))
def test_what_is_written_is_read_again(blocks) -> None:
    assert parse_blocks(blocks_text(blocks)) == blocks


@given(widths)
def test_hidden_layers_are_read_again(units) -> None:
    assert parse_widths(widths_text(units), "model.hidden") == units


@given(st.text(alphabet="0123456789 |/;,x×*+-ab", max_size=40))
def test_any_text_is_blocks_or_an_error_about_filters(text: str) -> None:
    try:
        blocks = parse_blocks(text)
    except ConfigError as error:
        field, count = error.field, 1
    else:
        field, count = "model.filters", len(blocks)
    assert field == "model.filters"
    assert 1 <= count <= MAX_BLOCKS


def test_the_table_of_the_paper_fits_a_line() -> None:
    assert blocks_text(VARIANTS["vgg16"].filters) == "64×2 | 128×2 | 256×3 | 512×3 | 512×3"


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("32 | 64 | 128", ((32,), (64,), (128,))),
        ("64-64, 128 / 256x2", ((64, 64, 128), (256, 256))),
        ("64 * 2 ; 8", ((64, 64), (8,))),
        ("32 |", ((32,),)),  # the next block is still to be typed
        ("32 | 64×", ((32,), (64,))),
        ("32 || 64", ((32,), (), (64,))),  # refused where networks are planned
    ],
)
def test_people_write_it_in_many_ways(text: str, blocks) -> None:
    assert parse_blocks(text) == blocks


@pytest.mark.parametrize(
    "text", ["", " | ", "many", "64×99", "1 " * 17, "8|" * 9, "9999999", "64×0x"]
)
def test_invalid_text_raises_an_error_that_names_it(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_blocks(text)
    assert caught.value.hint


def test_a_block_more_doubles_the_filters_up_to_what_is_published() -> None:
    assert add_block(((32, 32),)) == ((32, 32), (64, 64))
    assert add_block(((512,),))[-1] == (512,)
    assert add_block(((1000,),))[-1] == (1000,)


@pytest.mark.parametrize(
    ("text", "caret", "steps", "expected"),
    [
        ("32 | 64", 1, 1, ("48 | 64", 2)),
        ("32 | 64", 7, -1, ("32 | 48", 7)),
        ("64×2", 4, 1, ("64×3", 4)),
        ("64×1", 4, -1, ("64×1", 4)),
        ("100", 3, 1, ("128", 3)),
        ("8", 1, -1, ("8", 1)),
        ("32 | 64", 4, 1, ("32 | 64", 4)),  # between numbers
        ("", 0, 1, ("", 0)),
    ],
)
def test_arrow_keys_move_the_number_at_the_caret(text, caret, steps, expected) -> None:
    assert step_at(text, caret, steps) == expected
