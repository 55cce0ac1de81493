"""Comparison of models: the sentence about them, and how they are laid out."""

import pytest

from studio.ui.draw.compare.agreement import find_agreement
from studio.ui.draw.compare.arrangement import arrange

TITLES = "Tiny", "Simple", "Mini", "Bundled"


@pytest.mark.parametrize(
    ("classes", "text", "differing"),
    [
        (["7", "7", "7", "7"], "All 4 say 7.", set()),
        (["7", "7", None, None], "Both say 7.", set()),
        (["1", "7", "7", "7"], "3 of 4 say 7, Tiny says 1.", {0}),
        (["1", "7", "7", None], "2 of 3 say 7, Tiny says 1.", {0}),
        (["1", "7", "7", "2", "7"], "3 of 5 say 7, Tiny says 1, Bundled says 2.", {0, 3}),
        (["1", "7", None, None], "No majority: Tiny says 1, Simple says 7.", {0, 1}),
        (["7", None, None, None], "", set()),
        ([None] * 4, "", set()),
    ],
)
def test_agreement(classes, text, differing):
    titles = (*TITLES, "Fifth")[: len(classes)]
    found = find_agreement(titles, classes)
    assert (found.text, set(found.differing)) == (text, differing)


@pytest.mark.parametrize(
    ("count", "size", "expected"),
    [
        (2, (794, 640), (2, True, True)),  # a window of 1280 x 800
        (3, (794, 640), (3, False, True)),
        (4, (794, 640), (4, False, True)),
        (3, (552, 357), (3, False, True)),  # 960 x 510
        (4, (552, 357), (2, True, False)),
        (1, (552, 357), (1, True, True)),
        (4, (0, 0), (2, False, False)),  # before the first layout
    ],
)
def test_arrangement(count, size, expected):
    assert arrange(count, *size) == expected
