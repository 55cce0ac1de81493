"""The sentence about models that agree or disagree."""

import pytest

from studio.ui.draw.compare.agreement import find_agreement

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
