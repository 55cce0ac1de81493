import numpy as np
import pytest

from studio.data.quality import check_images
from studio.data.quality.duplicates import duplicate_groups, find_duplicates
from studio.errors import Stopped
from tests.data.quality.conftest import make, photo


def found_in(images, **changes):
    return {f.code: f for f in check_images(*make(images, **changes)).issues}


def toned(image):
    """The same photograph, paler and with some noise."""
    noise = np.random.default_rng(0).normal(0, 3, image.shape)
    return np.clip(image * 0.7 + 50 + noise, 0, 255).astype(np.uint8)


def test_exact_duplicates_are_listed_group_by_group(many):
    found = found_in([*many, many[3], many[7], many[3]], labels=[*[0, 1] * 20, 1, 1, 1])
    assert set(found) == {"duplicates"}
    assert found["duplicates"].severity == "warn"
    assert found["duplicates"].title == "5 images are exact duplicates, in 2 groups"
    assert found["duplicates"].samples == (3, 40, 42, 7, 41)


def test_near_duplicates_are_reported_apart_from_exact_ones(many):
    found = found_in([*many, toned(many[4]), many[11]], labels=[*[0, 1] * 20, 0, 1])
    assert found["near_duplicates"].severity == "note"
    assert sorted(found["near_duplicates"].samples) == [4, 40]
    assert found["near_duplicates"].title == "2 images are near-duplicates, in 1 group"
    assert sorted(found["duplicates"].samples) == [11, 41]


def test_duplicates_with_different_labels_are_a_conflict(many):
    found = found_in([*many, many[0]], labels=[*[0, 1] * 20, 1])
    assert found["label_conflict"].severity == "warn"
    assert found["label_conflict"].title == "1 image is in more than one class"
    assert sorted(found["label_conflict"].samples) == [0, 40]


@pytest.mark.parametrize("change", [lambda image: image, toned])
@pytest.mark.parametrize("part", ["val", "test"])
def test_a_training_image_in_another_split_is_a_leak(many, change, part):
    parts = ["train"] * 38 + ["val", "test", part, part]
    found = found_in([*many, change(many[2]), photo(99)], parts=parts, labels=[*[0, 1] * 20, 0, 1])
    assert found["leak"].severity == "warn"
    assert sorted(found["leak"].samples) == [2, 40]
    assert found["leak"].title.startswith("1 image of validation and test is also in training")


def test_duplicates_within_one_split_are_no_leak(many):
    parts = ["train"] * 37 + ["val", "test", "test", "test"]
    assert "leak" not in found_in([*many, many[39]], parts=parts, labels=[*[0, 1] * 20, 1])


def test_blank_images_are_no_near_duplicates(many):
    sheets = [np.full((1, 32, 32), level, np.uint8) for level in (250, 251, 252)]
    assert set(found_in([*many, *sheets])) == {"blank"}


def test_different_drawings_of_one_digit_are_no_duplicates():
    """Slanted strokes, as in a set of ones: alike to the eye, and yet each drawn by itself."""
    rng = np.random.default_rng(0)
    ones = []
    for _ in range(200):
        ink = np.zeros((1, 32, 32), np.uint8)
        slant, width, middle = rng.uniform(-0.4, 0.4), rng.integers(2, 6), rng.integers(13, 18)
        for row in range(rng.integers(2, 7), rng.integers(25, 31)):
            left = int(middle + (row - 16) * slant)
            ink[0, row, left : left + width] = rng.integers(150, 256)
        ones.append(ink)
    found = found_in([*ones, toned(ones[0]), ones[1] // 2 + 60])
    assert set(found) <= {"near_duplicates"}
    assert {1, 201} <= set(found["near_duplicates"].samples)
    assert len(found["near_duplicates"].samples) < 20


def test_a_chain_of_near_duplicates_is_one_group(many):
    table, _ = make(many)
    chain = [many[0]]
    for _ in range(3):
        chain.append(np.clip(chain[-1].astype(int) + 12, 0, 255).astype(np.uint8))
    table, _ = make([*many, *chain[1:]])
    found = find_duplicates(
        table.pixels, table.image_hashes, table.grey_stds < 2, lambda share: None, lambda: False
    )
    assert [rows.tolist() for rows in duplicate_groups(found.similar)] == [[0, 40, 41, 42]]
    assert duplicate_groups(found.exact) == []


def test_sixty_thousand_blank_images_are_one_group():
    pixels = np.broadcast_to(np.full((1, 1, 8, 8), 7, np.uint8), (60_000, 1, 8, 8))
    looks = np.zeros(60_000, np.uint64)
    for plain in (True, False):  # even if they did not count as plain
        found = find_duplicates(
            pixels, looks, np.full(60_000, plain), lambda share: None, lambda: False
        )
        assert [len(rows) for rows in duplicate_groups(found.similar)] == [60_000]


def test_progress_increases_and_a_stop_raises(many):
    told = []
    check_images(*make(many), lambda share, text: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1.0
    with pytest.raises(Stopped):
        check_images(*make(many[1:]), should_stop=lambda: True)


def test_the_same_images_are_compared_once_whatever_their_splits(many, monkeypatch):
    images = [*many, many[0]]
    first = found_in(images)
    assert set(first) == {"duplicates"}

    def compare(*_):
        raise AssertionError("compared again")

    monkeypatch.setattr("studio.data.quality.duplicates.find_duplicates", compare)
    assert found_in(images)["duplicates"].samples == first["duplicates"].samples == (0, 40)
    moved = ["train"] * 40 + ["test"]
    assert found_in(images, parts=moved)["leak"].samples == (0, 40)
    with pytest.raises(AssertionError, match="compared again"):
        found_in(many)
