"""Importing images: the same table from any source, read once."""

import hashlib
import os
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from studio.config import DataConfig
from studio.data.image_folder.decoding import difference_hash
from studio.data.image_folder.importing import import_images
from studio.data.image_resizing import resize_to_square
from studio.data.pixel_cache import open_pixels, pixel_cache_dir
from studio.errors import ConfigError, DatasetError, LayoutError, Stopped
from tests.data.image_folder.make_files import (
    as_folder,
    as_tar,
    as_zip,
    config,
    encoded,
    make_image,
    pets,
    reasons,
    table_here,
    table_of,
)


def entries():
    return list(pixel_cache_dir().iterdir()) if pixel_cache_dir().exists() else []


def as_plain(table):
    """All that must not depend on where the images came from."""
    return {
        "class_names": table.class_names,
        "files": table.files,
        "parts": table.splits,
        "unreadable": table.unreadable,
        "empty": table.empty_classes,
        "key": table.key,
        **{
            name: getattr(table, name).tolist()
            for name in (
                "pixels", "labels", "widths", "heights", "grey_means", "grey_stds", "file_hashes",
                "image_hashes",
            )
        },
    }  # fmt: skip


def test_every_column_of_the_table(tmp_path):
    images = {
        "train/b/wide.png": make_image(1, (40, 20)),
        "train/a/flat.png": Image.new("RGB", (16, 16), (50, 50, 50)),
        "test/b/grey.png": make_image(2, (8, 8), "L"),
        "test/b/copy.png": make_image(2, (8, 8), "L"),
    }
    root = as_folder(tmp_path / "set", {name: encoded(image) for name, image in images.items()})
    table = table_of(root)
    assert table.path == root
    assert table.files == tuple(sorted(images))
    assert table.class_names == ("a", "b")
    assert table.labels.tolist() == [1, 1, 0, 1]
    assert table.splits == ("test", "test", "train", "train")
    assert table.widths.tolist() == [8, 8, 16, 40]
    assert table.heights.tolist() == [8, 8, 16, 20]
    for row, name in enumerate(table.files):
        image = images[name]
        assert np.array_equal(table.pixels[row], resize_to_square(image, 8, "crop", 3))
        grey = np.asarray(image.convert("L"), np.float64)
        assert table.grey_means[row] == pytest.approx(grey.mean(), abs=1e-3)
        assert table.grey_stds[row] == pytest.approx(grey.std(), abs=1e-3)
        file_digest = hashlib.blake2b((root / name).read_bytes(), digest_size=8).digest()
        assert int(table.file_hashes[row]) == int.from_bytes(file_digest)
        assert int(table.image_hashes[row]) == difference_hash(image.convert("L"))
    kinds = {
        "labels": np.int64, "widths": np.int32, "heights": np.int32, "grey_means": np.float32,
        "grey_stds": np.float32, "file_hashes": np.uint64, "image_hashes": np.uint64,
        "pixels": np.uint8,
    }  # fmt: skip
    for name, kind in kinds.items():
        assert getattr(table, name).dtype == kind
    assert isinstance(table.pixels, np.memmap)
    assert table.unreadable == table.outside == table.empty_classes == ()


def test_similar_images_have_close_hashes():
    image = make_image(3, (9, 8), "L").resize((90, 80), Image.Resampling.BICUBIC)
    again = image.resize((70, 60)).point(lambda level: 0.8 * level + 10)
    other = make_image(4, (9, 8), "L").resize((90, 80), Image.Resampling.BICUBIC)
    assert (difference_hash(image) ^ difference_hash(again)).bit_count() <= 4
    assert (difference_hash(image) ^ difference_hash(other)).bit_count() > 16


@settings(max_examples=12)
@given(
    order=st.permutations(sorted(pets())),
    greys=st.sets(st.sampled_from(sorted(pets()))),
    broken=st.sets(st.sampled_from(sorted(pets())), max_size=2),
    color=st.sampled_from(["own", "grey", "rgb"]),
    kind=st.sampled_from(["", "gz", "bz2", "xz"]),
    parts=st.booleans(),
)
def test_folder_zip_and_tar_give_the_same_table(
    tmp_path_factory, order, greys, broken, color, kind, parts
):
    tmp_path = tmp_path_factory.mktemp("set")
    files = {}
    for name in order:
        image = make_image(len(name) + ord(name[0]), mode="L" if name in greys else "RGB")
        data = b"broken" if name in broken else encoded(image)
        files[f"train/{name}" if parts else name] = data
        if parts:
            files[f"test/{name}"] = data + b"\0"
    folder = as_folder(tmp_path / "pets", files)
    try:
        tables = [
            table_of(folder, color=color),
            table_of(as_zip(tmp_path / "pets.zip", files), color=color),
            table_of(as_tar(tmp_path / "pets.tar", files, f"w:{kind}"), color=color),
        ]
    except DatasetError as error:
        pytest.fail(str(error))
    assert as_plain(tables[0]) == as_plain(tables[1]) == as_plain(tables[2])
    readable = set(order) - broken
    grey = color == "grey" or (color == "own" and readable <= greys)
    assert tables[0].pixels.shape[1] == (1 if grey else 3)


def test_only_readable_images_of_a_class_decide_the_channels(tmp_path):
    files = {**pets("L"), "color.png": encoded(), "cats/broken.png": encoded()[:60]}
    assert table_of(as_tar(tmp_path / "pets.tar", files)).pixels.shape == (4, 1, 8, 8)


def test_the_default_size_is_64_pixels(tmp_path):
    table = table_of(as_folder(tmp_path / "pets", pets()), size=None)
    assert table.pixels.shape == (4, 3, 64, 64)


def test_classes_without_a_readable_image_are_listed_as_empty(tmp_path):
    root = as_folder(tmp_path / "pets", {**pets(), "birds/1.png": b"not an image"})
    (root / "fish").mkdir()
    table = table_of(root)
    assert table.class_names == ("cats", "dogs")
    assert table.empty_classes == ("birds", "fish")
    assert reasons(table.unreadable) == {"birds/1.png": "not an image the studio can read"}


def test_cached_images_are_not_decoded_again(tmp_path, monkeypatch):
    for source in (
        as_folder(tmp_path / "pets", pets()),
        as_zip(tmp_path / "pets.zip", pets()),
        as_tar(tmp_path / "pets.tar.gz", pets(), "w:gz"),
    ):
        first = table_of(source)
        with monkeypatch.context() as patch:
            patch.setattr("studio.data.image_folder.table_building.DecodePool", None)
            assert as_plain(table_here(source)) == as_plain(first)


def test_a_changed_file_is_read_again(tmp_path):
    root = as_folder(tmp_path / "pets", pets())
    first = table_of(root)
    (root / "cats/1.png").write_bytes(encoded(make_image(77)))
    second = table_of(root)
    assert second.key != first.key
    assert not np.array_equal(second.pixels[0], first.pixels[0])
    (root / "dogs/2.png").unlink()
    assert table_of(root).files == ("cats/1.png", "cats/2.png", "dogs/1.png")
    (root / "dogs/1.png").rename(root / "cats/3.png")
    assert table_of(root).class_names == ("cats",)


@pytest.mark.parametrize("other", [{"size": 9}, {"fit": "stretch"}, {"color": "grey"}])
def test_other_settings_make_another_cache_entry(tmp_path, other):
    root = as_folder(tmp_path / "pets", pets())
    first, second = table_of(root), table_of(root, **other)
    assert first.key != second.key
    assert len(entries()) == 2


def test_a_damaged_cache_entry_is_rebuilt(tmp_path):
    root = as_folder(tmp_path / "pets", pets())
    first = as_plain(table_of(root))
    (entry,) = entries()
    entry.write_bytes(entry.read_bytes()[:-5])
    assert as_plain(table_of(root)) == first
    assert open_pixels(entry.stem) is not None


def test_progress_grows_and_names_the_source(tmp_path):
    files = {f"c{number % 2}/{number}.png": encoded(make_image(number)) for number in range(120)}
    for source in (
        as_folder(tmp_path / "dots", files),
        as_zip(tmp_path / "dots.zip", files),
        as_tar(tmp_path / "dots.tar.gz", files, "w:gz"),
    ):
        told = []
        import_images(config(source), lambda share, text, told=told: told.append((share, text)))
        shares = [share for share, _ in told]
        assert shares == sorted(shares)
        assert shares[0] == 0
        assert shares[-1] == 1
        assert f"Reading {source.name}: 120 images" in [text for _, text in told]


@pytest.mark.parametrize("kind", ["folder", "zip", "tar"])
@pytest.mark.parametrize("after", [0, 1, 3, 8])
def test_stopped_at_any_moment_leaves_nothing(tmp_path, kind, after):
    files = {f"c{number % 2}/{number}.png": encoded(make_image(number)) for number in range(400)}
    make = {"folder": as_folder, "zip": as_zip, "tar": as_tar}[kind]
    source = make(tmp_path / f"dots.{kind}", files)
    asked = []

    def should_stop():
        asked.append(None)
        return len(asked) > after

    with pytest.raises(Stopped):
        table_here(source, should_stop=should_stop)
    assert len(asked) == after + 1
    assert entries() == []


def test_stopped_while_the_cache_is_written_leaves_nothing(tmp_path):
    source = as_folder(tmp_path / "pets", pets())
    texts = []
    with pytest.raises(Stopped):
        table_here(
            source,
            lambda share, text: texts.append(text),
            lambda: any("4 images" in text for text in texts),
        )
    assert entries() == []


def test_two_imports_at_once_decode_once(tmp_path):
    source = as_folder(tmp_path / "pets", pets())
    inside, go_on, tables = threading.Event(), threading.Event(), []

    def slow(share, text):
        if "images" in text:
            inside.set()
            assert go_on.wait(10)

    first = threading.Thread(target=lambda: tables.append(import_images(config(source), slow)))
    first.start()
    assert inside.wait(10)
    with pytest.raises(Stopped):  # who waits can be stopped
        import_images(config(source), should_stop=lambda: True)
    second = threading.Thread(target=lambda: tables.append(table_of(source)))
    second.start()
    go_on.set()
    first.join()
    second.join()
    assert as_plain(tables[0]) == as_plain(tables[1])
    assert len(entries()) == 1


def test_a_full_disk_is_a_clear_error(tmp_path):
    resource = pytest.importorskip("resource")
    source = as_folder(tmp_path / "pets", pets())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(DatasetError) as caught:
            table_here(source, size=64)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "Free some space" in caught.value.hint
    assert entries() == []


def test_no_path():
    with pytest.raises(ConfigError) as caught:
        import_images(DataConfig(source="folder"))
    assert caught.value.field == "data.path"


def test_a_missing_path(tmp_path):
    for name in ("gone", "gone.zip", "gone.csv"):
        with pytest.raises(DatasetError, match="was not found"):
            table_of(tmp_path / name)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_path_without_permission(tmp_path):
    root = as_folder(tmp_path / "pets", pets())
    root.chmod(0)
    try:
        with pytest.raises(DatasetError, match="cannot be opened"):
            table_of(root)
    finally:
        root.chmod(0o700)


def test_a_file_of_another_kind(tmp_path):
    path = tmp_path / "pets.rar"
    path.write_bytes(b"Rar!\x1a\x07\x00 and so on")
    with pytest.raises(DatasetError) as caught:
        table_of(path)
    assert "not a folder, archive or label list" in caught.value.message
    assert ".zip" in caught.value.hint


def test_no_readable_image_at_all(tmp_path):
    root = as_folder(tmp_path / "pets", dict.fromkeys(pets(), b"broken"))
    with pytest.raises(DatasetError) as caught:
        table_of(root)
    assert "None of the 4 images can be read" in caught.value.message
    assert "cats/1.png" in caught.value.hint


@pytest.mark.parametrize("make", [as_folder, as_zip, as_tar])
def test_images_without_class_folders(tmp_path, make):
    files = {"1.png": encoded(), "2.png": encoded(), "notes.txt": b"x"}
    with pytest.raises(LayoutError) as caught:
        table_of(make(tmp_path / "flat", files))
    assert "are not in class folders" in caught.value.message
    assert "flat/cats/1.jpg" in caught.value.hint
    assert "images in the top folder: 2 (1.png, 2.png)" in caught.value.found
    assert "other files: 1 (notes.txt)" in caught.value.found
    assert entries() == []


def test_no_image_at_all(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(LayoutError) as caught:
        table_of(tmp_path / "empty")
    assert "contains no images" in caught.value.message
    assert caught.value.found == ("nothing at all",)


def test_a_label_list_beside_flat_images_is_suggested(tmp_path):
    files = {"1.png": encoded(), "a.csv": b"x,y\n", "my labels.csv": b"File;Label\n1.png;cat\n"}
    with pytest.raises(LayoutError) as caught:
        table_of(as_folder(tmp_path / "flat", files))
    assert "“my labels.csv”" in caught.value.hint
