"""What is said of each picture of a set."""

import dataclasses

import numpy as np

from studio.ui.train.data.sample_tiles import SampleTiles, part_codes
from tests.ui.train.own_dataset import image_set, preview


def test_a_file_is_called_by_its_bare_name_and_in_full_in_the_sentence():
    tiles = SampleTiles(preview())
    assert tiles.caption(13) == "013.png"
    assert tiles.details(13) == ("training",)
    assert tiles.description(13) == "dog/013.png: dog, training"


def test_pictures_of_several_classes_say_which():
    assert SampleTiles(preview(), with_class=True).details(11) == ("cat · test",)


def test_a_set_without_files_counts_its_pictures():
    known = preview()
    bare = dataclasses.replace(known, image_set=dataclasses.replace(known.image_set, files=()))
    tiles = SampleTiles(bare)
    assert tiles.caption(13) == "No. 13"
    assert tiles.description(13) == "No. 13: dog, training"


def test_every_part_is_known_also_none():
    pictures = image_set()
    splits = {**pictures.splits, "test": pictures.splits["test"][1:]}
    codes = part_codes(dataclasses.replace(pictures, splits=splits))
    left_out = pictures.splits["test"][0]
    assert codes[left_out] == 3
    assert np.bincount(codes).sum() == len(pictures.labels)
    tiles = SampleTiles(
        dataclasses.replace(preview(), image_set=dataclasses.replace(pictures, splits=splits))
    )
    assert tiles.part(left_out) == "not used"


def test_a_class_left_out_has_no_name():
    known = preview()
    labels = known.image_set.labels.copy()
    labels[0] = -1
    changed = dataclasses.replace(known.image_set, labels=labels)
    assert SampleTiles(dataclasses.replace(known, image_set=changed)).class_name(0) == "left out"
