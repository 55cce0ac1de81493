"""Random lies of a server end in the published file or in one sentence."""

from tests.attacks.downloads import find_failures


def test_random_answers_end_in_the_file_or_in_one_sentence():
    assert list(find_failures(100, seed=1)) == []
