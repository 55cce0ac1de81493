"""A very long name does not hide what is wrong with it."""

import pytest

NAME = "x" * 5000


@pytest.mark.parametrize(
    "words",
    [
        ("train", NAME),
        ("train", "digits-quickstart", "--device", NAME),
        ("train", "digits-quickstart", "--set", f"{NAME}=1"),
        ("runs", "show", NAME),
        ("model", "show", NAME),
        ("settings", NAME),
    ],
)
def test_a_long_name_is_shortened_in_the_error(cli, words):
    code, _, err = cli(*words)
    assert code in (1, 2)
    assert "x" * 70 in err
    assert "x" * 80 not in err
    assert len(err) < 600
