"""The overlay of class names."""

from hypothesis import given
from hypothesis import strategies as st

from studio.ui.train.data.class_names import (
    change_words,
    left_out_words,
    origin_words,
    originals_by_name,
    with_all,
    with_name,
    without,
)

OWN = ("cat", "dog", "ship")


def test_a_name_is_changed_and_changed_again():
    hound = with_name("hound", ["dog"], OWN, ())
    assert hound == (("dog", "hound"),)
    assert with_name("wolf", ["dog"], OWN, hound) == (("dog", "wolf"),)


def test_two_classes_become_one_and_are_renamed_together():
    merged = with_name("cat", ["dog"], OWN, ())
    assert originals_by_name(OWN, merged) == {"cat": ["cat", "dog"], "ship": ["ship"]}
    assert with_name("pet", ["cat", "dog"], OWN, merged) == (("cat", "pet"), ("dog", "pet"))


def test_nothing_typed_brings_back_the_sets_own_names():
    assert with_name("", ["cat", "dog"], OWN, (("cat", "pet"), ("dog", "pet"))) == ()


def test_a_class_is_left_out_until_all_are_put_back():
    left_out = without(["dog"], OWN, (("cat", "tom"),))
    assert left_out == (("cat", "tom"), ("dog", ""))
    assert with_name("kit", ["cat"], OWN, left_out) == (("cat", "kit"), ("dog", ""))
    assert left_out_words(OWN, left_out) == "Left out: “dog”"
    assert with_all(left_out) == (("cat", "tom"),)
    assert left_out_words(OWN, with_all(left_out)) == ""


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["a", "b", "cat", "dog", ""]))))
def test_pairs_are_about_own_names_and_change_something(steps):
    rename = ()
    for place, typed in steps:
        named = list(originals_by_name(OWN, rename).values())
        rename = with_name(typed, named[place % len(named)], OWN, rename)
        assert all(old in OWN and old != new for old, new in rename)
        assert len({old for old, _ in rename}) == len(rename)


def test_where_a_class_comes_from():
    assert origin_words("cat", ["cat"]) == ""
    assert origin_words("tom", ["cat"]) == "was cat"
    assert origin_words("pet", ["cat", "dog"]) == "cat + dog"


def test_what_a_change_did():
    assert "is called “tom” now" in change_words("cat", "tom", ["cat"], ["dog"])
    assert "are one class now" in change_words("cat", "dog", ["cat"], ["dog"])
    assert "again" in change_words("pet", "", ["cat", "dog"], [])
