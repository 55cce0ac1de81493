"""A data set read, checked and sampled."""

import numpy as np
import pytest
from PIL import Image

from studio.config import DataConfig
from studio.errors import Stopped
from studio.ui.train.data.preview import BATCH_SIZE, Preview, make_preview
from studio.ui.train.data.preview_samples import WALL_COLUMNS
from tests.ui.train.own_dataset import preview as own_preview


@pytest.fixture(scope="module")
def preview(tmp_path_factory) -> Preview:
    return make_preview(DataConfig(source="digits"), tmp_path_factory.mktemp("data"))


def test_it_counts_the_digits(preview) -> None:
    assert preview.shape.count == 1797
    assert sum(preview.splits.values()) == 1797
    assert len(preview.samples) == len(preview.class_names) == 10
    assert max(preview.shares) == 1.0
    assert min(preview.shares) > 0.9
    assert preview.shape.title == "Digits"
    assert preview.shape.class_names == preview.originals == preview.class_names


def test_it_reports_every_class_of_a_known_set_and_finds_nothing(preview) -> None:
    assert [row.name for row in preview.report.classes] == list("0123456789")
    assert sum(row.count for row in preview.report.classes) == 1797
    assert preview.report.issues == ()
    assert preview.file_sizes is None


def test_the_samples_of_a_class_are_all_of_it(preview) -> None:
    rows = preview.samples_of_class(3)
    assert set(preview.dataset.labels[rows]) == {3}
    assert len(rows) == preview.report.classes[3].count


def test_the_wall_holds_one_class_a_column(preview) -> None:
    labels = np.array(preview.wall_labels).reshape(-1, WALL_COLUMNS)
    assert (labels == labels[0]).all()
    assert set(labels[0]) == set(preview.class_names)
    assert len(np.unique(preview.wall.reshape(len(preview.wall), -1), axis=0)) > 90


def test_the_batch_has_training_samples(preview) -> None:
    train = preview.dataset.splits["train"][:BATCH_SIZE]
    assert np.array_equal(preview.batch, preview.dataset.images[train])


def test_classes_are_renamed_and_the_own_names_stay_known(tmp_path) -> None:
    config = DataConfig(source="digits", rename=(("0", "zero"), ("1", "stroke"), ("7", "stroke")))
    preview = make_preview(config, tmp_path)
    assert len(preview.class_names) == len(preview.samples) == len(preview.tiles) == 9
    assert {"zero", "stroke"} < set(preview.class_names)
    assert preview.originals == tuple("0123456789")


def test_progress_never_goes_back(tmp_path) -> None:
    shares = []
    make_preview(DataConfig(source="digits"), tmp_path, lambda share, text: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_class_without_training_samples_shifts_no_other() -> None:
    preview = own_preview(no_training=(1,))
    levels = preview.samples[:, 1, 0, 0]
    assert levels.tolist() == [20, 60, 100]
    assert [len(tiles) for tiles in preview.tiles] == [6, 0, 2]
    assert preview.shares[1] == 0
    assert preview.means[1].max() == 0
    assert set(preview.wall_labels) == {"cat", "ship"}


def test_the_splits_that_a_dataset_defines_are_known(preview) -> None:
    assert preview.given == frozenset()
    assert own_preview().given == frozenset()


@pytest.fixture
def own_folder(tmp_path):
    """Two classes, one of which has all its pictures in the test part, and a broken file."""
    rng = np.random.default_rng(0)
    for name, part, count in (("cats", "train", 12), ("cats", "test", 3), ("dogs", "test", 2)):
        folder = tmp_path / "mine" / part / name
        folder.mkdir(parents=True)
        for number in range(count):
            pixels = rng.integers(0, 256, (20, 30, 3), np.uint8)
            Image.fromarray(pixels).save(folder / f"{number}.png")
    (tmp_path / "mine" / "train" / "cats" / "broken.png").write_bytes(b"no picture")
    return tmp_path / "mine"


def test_own_images_are_read_checked_and_named(own_folder, tmp_path) -> None:
    config = DataConfig(source="folder", path=str(own_folder), image_size=16)
    shares = []
    preview = make_preview(config, tmp_path, lambda share, text: shares.append(share))
    assert preview.shape.title == "mine"
    assert preview.class_names == preview.originals == ("cats", "dogs")
    assert preview.given == {"test"}
    assert preview.shape.count == 17
    assert preview.file_sizes.tolist() == [[30, 20]] * 17
    unreadable = next(f for f in preview.report.issues if f.code == "unreadable")
    assert [stray.file for stray in unreadable.files] == ["train/cats/broken.png"]
    assert len(preview.tiles[1]) == 0
    dog = preview.samples_of_class(1)[0]
    assert np.array_equal(preview.samples[1], preview.dataset.images[dog])
    assert preview.dataset.files[dog] == "test/dogs/0.png"
    assert shares == sorted(shares)


def test_reading_own_images_can_be_stopped(own_folder, tmp_path) -> None:
    config = DataConfig(source="folder", path=str(own_folder), image_size=16)
    with pytest.raises(Stopped):
        make_preview(config, tmp_path, should_stop=lambda: True)
