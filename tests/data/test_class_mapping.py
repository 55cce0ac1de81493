"""The overlay of class names."""

import pytest

from studio.data.class_mapping import LEFT_OUT, rename_classes
from studio.errors import ConfigError

NAMES = ("cat", "dog", "horse", "ship")


@pytest.mark.parametrize(
    ("rename", "names", "labels"),
    [
        ((), NAMES, [0, 1, 2, 3]),
        ((("dog", "hound"),), ("cat", "hound", "horse", "ship"), [0, 1, 2, 3]),
        # One new name merges, also with a class that has it already.
        ((("cat", "pet"), ("dog", "pet")), ("pet", "horse", "ship"), [0, 0, 1, 2]),
        ((("ship", "cat"),), ("cat", "dog", "horse"), [0, 1, 2, 0]),
        # The pairs speak of the old names only, so that names can be exchanged.
        ((("cat", "dog"), ("dog", "cat")), ("dog", "cat", "horse", "ship"), [0, 1, 2, 3]),
        ((("dog", ""),), ("cat", "horse", "ship"), [0, LEFT_OUT, 1, 2]),
        ((("dog", " "),), ("cat", "horse", "ship"), [0, LEFT_OUT, 1, 2]),
    ],
)
def test_names_and_labels(rename, names, labels):
    found, changes = rename_classes(NAMES, rename)
    assert found == names
    assert changes.tolist() == labels


def test_a_class_that_is_not_there_names_the_nearest():
    with pytest.raises(ConfigError, match="horse") as caught:
        rename_classes(NAMES, [("hors", "pony")])
    assert caught.value.field == "data.rename"
