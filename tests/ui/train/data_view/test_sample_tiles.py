"""The texts of the samples of a dataset."""

import dataclasses

import numpy as np

from studio.ui.train.data_view.sample_tiles import SampleTiles, split_codes
from tests.ui.train.own_dataset import make_dataset, preview


def test_the_caption_is_the_file_name_and_the_description_the_whole_path():
    tiles = SampleTiles(preview())
    assert tiles.caption(13) == "013.png"
    assert tiles.details(13) == ("training",)
    assert tiles.description(13) == "dog/013.png: dog, training"


def test_samples_of_several_classes_name_their_class():
    assert SampleTiles(preview(), with_class=True).details(11) == ("cat · test",)


def test_a_dataset_without_files_counts_its_samples():
    known = preview()
    bare = dataclasses.replace(known, dataset=dataclasses.replace(known.dataset, files=()))
    tiles = SampleTiles(bare)
    assert tiles.caption(13) == "No. 13"
    assert tiles.description(13) == "No. 13: dog, training"


def test_every_sample_has_a_split_or_is_unused():
    dataset = make_dataset()
    splits = {**dataset.splits, "test": dataset.splits["test"][1:]}
    codes = split_codes(dataclasses.replace(dataset, splits=splits))
    unused = dataset.splits["test"][0]
    assert codes[unused] == 3
    assert np.bincount(codes).sum() == len(dataset.labels)
    tiles = SampleTiles(
        dataclasses.replace(preview(), dataset=dataclasses.replace(dataset, splits=splits))
    )
    assert tiles.split(unused) == "unused"


def test_an_excluded_class_has_no_name():
    known = preview()
    labels = known.dataset.labels.copy()
    labels[0] = -1
    changed = dataclasses.replace(known.dataset, labels=labels)
    assert SampleTiles(dataclasses.replace(known, dataset=changed)).class_name(0) == "excluded"
