"""Whatever the files of settings and state hold, the window opens, works, closes and names them."""

import pytest

from tests.attacks.settings import attack

WINDOWS = 3
# A lock that is a link to itself made the window look for its state elsewhere, without a word.
FOUND = [70]


def test_windows_over_damaged_files(qapp, tmp_path):
    assert attack(WINDOWS, 1, tmp_path) == []


@pytest.mark.parametrize("seed", FOUND)
def test_what_failed_once(qapp, tmp_path, seed):
    assert attack(1, seed, tmp_path) == []
