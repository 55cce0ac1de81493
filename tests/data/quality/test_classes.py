import numpy as np

from studio.data.class_mapping import LEFT_OUT
from studio.data.quality import check_images, count_classes
from studio.data.quality.report import ClassCount
from tests.data.quality.conftest import HELD, make, photo


def kinds(images, **changes):
    return {issue.code: issue for issue in check_images(*make(images, **changes)).issues}


def test_counts_are_by_class_and_split():
    images = [photo(k) for k in range(7)]
    parts = ["train", "train", "val", "test", "train", "test", "left out"]
    _, dataset = make(images, ("cat", "cow", "dog"), labels=[0, 0, 0, 0, 2, 2, 2], parts=parts)
    assert count_classes(dataset) == (
        ClassCount("cat", 4, 2, 1, 1),
        ClassCount("cow", 0, 0, 0, 0),
        ClassCount("dog", 3, 1, 0, 1),
    )


def test_a_good_dataset_has_no_issues(many):
    assert kinds(many) == {}


def test_no_images_at_all_stop_training():
    report = check_images(*make([], empty_classes=("cat", "dog")))
    assert [(issue.code, issue.severity) for issue in report.issues] == [
        ("no_pictures", "stop"),
        ("empty_class", "warn"),
    ]
    assert [row.count for row in report.classes] == [0, 0]


def test_one_class_stops_training(many):
    found = kinds(many, labels=[1] * 40)
    assert found["single_class"].severity == "stop"
    assert "“dog”" in found["single_class"].title
    assert [stray.file for stray in found["empty_class"].files] == ["cat"]


def test_a_class_without_training_images_does_not_count(many):
    labels = [0] * 30 + [1] * 10
    found = kinds(many, labels=labels, parts=["train"] * 30 + ["test"] * 10)
    assert "“cat”" in found["single_class"].title


def test_empty_classes_are_named_once(many):
    found = kinds(
        many, names=("cat", "dog", "emu"), labels=[0, 1] * 20, empty_classes=("emu", "fox")
    )
    assert found["empty_class"].title == "2 classes have no readable image"
    assert "“emu” and “fox”" in found["empty_class"].advice
    assert "tiny_class" not in found


def test_fewer_than_ten_training_images_are_too_few():
    images = [photo(k) for k in range(21)]
    found = kinds(images, labels=[0] * 12 + [1] * 9)
    assert found["tiny_class"].title == "1 class has fewer than 10 images in training"
    assert "“dog”" in found["tiny_class"].advice
    assert found["tiny_class"].samples == tuple(range(12, 21))


def test_more_than_ten_to_one_is_imbalanced():
    images = [photo(k) for k in range(113)]
    assert "imbalance" not in kinds(images[:112], labels=[0] * 102 + [1] * 10)
    found = kinds(images, labels=[1] * 103 + [0] * 10)["imbalance"]
    assert "101" in found.advice
    assert "“cat” 10" in found.advice
    assert found.samples == tuple(range(103, 113))


def test_names_and_labels_are_those_after_renaming(many):
    table, _ = make(many, ("cat", "dog", "puppy"), labels=[k % 3 for k in range(40)])
    _, dataset = make(many, ("cat", "dog"), labels=[min(k % 3, 1) for k in range(40)])
    report = check_images(table, dataset)
    assert [row.name for row in report.classes] == ["cat", "dog"]
    assert report.issues == ()
    assert np.array_equal([row.count for row in report.classes], [14, 26])


def test_an_empty_split_stops_training(many):
    found = kinds(many, parts=["train"] * 39 + ["val"])
    assert found["empty_part"].severity == "stop"
    assert found["empty_part"].title == "There are no images for test"


def test_a_class_that_is_left_out_is_not_checked():
    images = [photo(k) for k in range(40)]
    images[30:] = [np.zeros((1, 32, 32), np.uint8)] * 10
    table, _ = make(images, ("cat", "dog", "blank"), labels=[k % 2 for k in range(30)] + [2] * 10)
    parts = [HELD.get(k, "train") for k in range(30)] + [""] * 10
    _, dataset = make(images, labels=[k % 2 for k in range(30)] + [LEFT_OUT] * 10, parts=parts)
    report = check_images(table, dataset)
    assert report.issues == ()
    assert [row.count for row in report.classes] == [15, 15]
