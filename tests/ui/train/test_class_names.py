"""The overlay of class names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.train.class_names import change_words, origin_words, originals_by_name, with_name

OWN = ("cat", "dog", "ship")


def test_a_name_is_changed():
    assert with_name("dog", "hound", OWN, ()) == (("dog", "hound"),)


def test_a_changed_name_is_changed_again():
    assert with_name("hound", "wolf", OWN, (("dog", "hound"),)) == (("dog", "wolf"),)


def test_two_classes_become_one_and_are_renamed_together():
    merged = with_name("dog", "cat", OWN, ())
    assert originals_by_name(OWN, merged) == {"cat": ["cat", "dog"], "ship": ["ship"]}
    assert with_name("cat", "pet", OWN, merged) == (("cat", "pet"), ("dog", "pet"))


@pytest.mark.parametrize("rename", [(("dog", "cat"),), (("cat", "pet"), ("dog", "pet"))])
def test_nothing_typed_brings_back_the_sets_own_names(rename):
    name = next(name for name, old in originals_by_name(OWN, rename).items() if "dog" in old)
    assert with_name(name, "", OWN, rename) == ()


def test_a_class_left_out_stays_so():
    assert with_name("cat", "tom", OWN, (("dog", ""),)) == (("cat", "tom"), ("dog", ""))


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["a", "b", "cat", "dog", ""]))))
def test_pairs_are_about_own_names_and_change_something(steps):
    rename = ()
    for place, typed in steps:
        names = list(originals_by_name(OWN, rename))
        rename = with_name(names[place % len(names)], typed, OWN, rename)
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
