"""2,000 damaged variants of the files that the program reads: none gives a traceback."""

import pytest

from tests.attacks.mutations import attack

SEED = 14


@pytest.mark.numeric
def test_every_damaged_file_works_or_is_one_clear_error(tmp_path):
    outcome = attack(tmp_path, 2000, SEED)
    assert not outcome.failures, "\n".join(outcome.failures[:3])
    assert {result for _, result in outcome.counts} == {"works", "refused"}
