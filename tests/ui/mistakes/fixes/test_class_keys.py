import pytest

from studio.ui.mistakes.fixes.class_keys import classes_of_key

CLOTHES = ("T-shirt", "Trouser", "Pullover", "Dress", "Sandal", "Shirt", "Ankle boot")


@pytest.mark.parametrize(
    ("key", "names", "expected"),
    [
        ("9", tuple("0123456789"), [9]),
        ("1", ("10", "1", "2"), [1]),  # a name comes before the number of a class
        ("2", CLOTHES, [2]),
        ("7", CLOTHES, []),
        ("d", CLOTHES, [3]),
        ("D", CLOTHES, [3]),
        ("s", CLOTHES, [4, 5]),
        ("a", CLOTHES, []),  # a command
        ("t", CLOTHES, []),
        ("z", CLOTHES, []),
        ("a", tuple("ABC"), [0]),  # the name of a class comes before a command
        ("ä", ("Äpfel", "Birnen"), [0]),
        (" ", CLOTHES, []),
        ("²", CLOTHES, []),
    ],
)
def test_a_key_stands_for_classes(key, names, expected):
    assert classes_of_key(key, names, {"A", "T", "X"}) == expected
