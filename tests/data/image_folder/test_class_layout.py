"""Classes and splits found from the names of folders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.image_folder.class_layout import (
    find_class_layout,
    parse_split,
    sort_class_names,
)

words = st.text(st.sampled_from("abcABC 0ä"), min_size=1, max_size=4).filter(
    lambda word: parse_split(word) is None
)
# Below the class folder: at times deeper.
inner = st.lists(words, max_size=2).map(lambda folders: "/".join([*folders, "1.png"]))


def places(*names, folders=()):
    return find_class_layout(names, folders).places


def test_class_folders():
    found = find_class_layout(
        ["cats/1.png", "dogs/x/2.png", "3.png"], ["cats", "dogs", "dogs/x", "birds"]
    )
    assert found.places == {"cats/1.png": ("", "cats"), "dogs/x/2.png": ("", "dogs")}
    assert found.classes == {"cats", "dogs", "birds"}
    assert [stray.file for stray in found.outside] == ["3.png"]


@pytest.mark.parametrize(
    ("word", "part"),
    [("train", "train"), ("Training", "train"), ("val", "val"), ("VALID", "val"), ("dev", "val"),
     ("validation", "val"), ("test", "test"), ("Testing", "test"), ("texts", None)],
)  # fmt: skip
def test_names_of_splits(word, part):
    assert parse_split(word) == part


def test_split_folders_with_class_folders():
    found = find_class_layout(
        ["Training/cats/1.png", "Training/dogs/1.png", "dev/cats/1.png", "test/dogs/a/1.png"],
        ["Training", "Training/cats", "test/birds", "dev"],
    )
    assert list(found.places.values()) == [
        ("train", "cats"), ("train", "dogs"), ("val", "cats"), ("test", "dogs"),
    ]  # fmt: skip
    assert found.classes == {"cats", "dogs", "birds"}


def test_a_test_folder_without_classes_is_skipped():
    found = find_class_layout(["train/a/1.png", "train/b/1.png", "test/1.png", "test/2.png"])
    assert set(found.places.values()) == {("train", "a"), ("train", "b")}
    assert [stray.file for stray in found.outside] == ["test/1.png", "test/2.png"]


def test_a_folder_beside_splits_is_not_a_class():
    found = find_class_layout(["train/a/1.png", "test/a/1.png", "docs/logo.png"])
    assert found.classes == {"a"}
    assert [stray.file for stray in found.outside] == ["docs/logo.png"]


def test_a_class_can_have_the_name_of_a_split():
    assert places("train/1.png", "plane/1.png", "car/1.png") == {
        "car/1.png": ("", "car"), "plane/1.png": ("", "plane"), "train/1.png": ("", "train"),
    }  # fmt: skip


def test_splits_without_training_are_used_as_training_data():
    assert set(places("val/a/1.png", "test/b/1.png").values()) == {("", "a"), ("", "b")}
    assert set(places("test/a/1.png", "test/b/1.png").values()) == {("", "a"), ("", "b")}


@pytest.mark.parametrize(
    "names", [(), ("1.png", "2.png"), ("train/1.png", "test/1.png"), ("test/1.png",)]
)
def test_without_class_folders_there_are_no_places(names):
    found = find_class_layout(names, ["empty"])
    assert found.places == {}
    assert found.classes == set()
    assert sorted(stray.file for stray in found.outside) == sorted(names)


def test_one_class_alone():
    assert places("cats/1.png", "cats/kittens/2.png", "notes.png") == {
        "cats/1.png": ("", "cats"),
        "cats/kittens/2.png": ("", "cats"),
    }


def test_numbers_are_sorted_by_value_only_if_all_are_numbers():
    assert sort_class_names({"10", "2", "1", "-3"}) == ("-3", "1", "2", "10")
    assert sort_class_names({"10", "2", "x"}) == ("10", "2", "x")
    assert sort_class_names(()) == ()


@given(
    classes=st.sets(words, min_size=2, max_size=4),
    wrapping=st.lists(words, max_size=3),
    parts=st.sampled_from([(), ("train",), ("train", "test"), ("Training", "valid", "testing")]),
    tail=inner,
    loose=st.booleans(),
)
def test_outer_folders_do_not_change_the_places(classes, wrapping, parts, tail, loose):
    inside = {
        "/".join(filter(None, (part, name, tail))): (parse_split(part) or "", name)
        for part in (parts or ("",))
        for name in classes
    }
    if parts == ("train",):  # a part alone is a wrapping
        inside = {file: ("", name) for file, (_, name) in inside.items()}
    wrap = "".join(f"{word}/" for word in wrapping)
    names = [wrap + file for file in inside] + ["loose.png"] * loose
    found = find_class_layout(names)
    assert found.places == {wrap + file: place for file, place in inside.items()}
    assert [stray.file for stray in found.outside] == ["loose.png"] * loose


@given(st.sets(st.lists(st.sampled_from(["a", "b", "train", "test", "1.png"]), min_size=1,
                        max_size=5).map("/".join), max_size=12))  # fmt: skip
def test_every_image_has_a_place_or_a_reason(names):
    found = find_class_layout(names)
    outside = {stray.file for stray in found.outside}
    assert outside | set(found.places) == names
    assert not outside & set(found.places)
    assert {name for _, name in found.places.values()} <= found.classes
