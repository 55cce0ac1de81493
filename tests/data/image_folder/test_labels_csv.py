"""Label lists in CSV files: accepted dialects and errors."""

import pytest

from studio.errors import DatasetError
from tests.data.image_folder.make_files import (
    as_folder,
    config,
    encoded,
    make_image,
    pets,
    reasons,
    table_of,
)


def listed(tmp_path, text, encoding="utf-8", files=None):
    as_folder(tmp_path, pets() if files is None else files)
    path = tmp_path / "labels.csv"
    path.write_bytes(text.encode(encoding))
    return path


def refused(path):
    with pytest.raises(DatasetError) as caught:
        table_of(path)
    return caught.value


def test_files_labels_and_splits(tmp_path):
    text = (
        "file,label,split\n"
        "dogs/2.png, big cat ,Training\n"
        "cats/1.png,dog,validation\n"
        "./cats/2.png,dog,\n"
        "dogs\\1.png,dog,test\n"
    )
    table = table_of(listed(tmp_path, text))
    assert table.files == ("cats/1.png", "cats/2.png", "dogs/1.png", "dogs/2.png")
    assert table.class_names == ("big cat", "dog")
    assert table.labels.tolist() == [1, 1, 1, 0]
    assert table.splits == ("val", "", "test", "train")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("file,label\ncats/1.png,Kätzchen\n", "utf-8"),
        ("file,label\r\ncats/1.png,Kätzchen\r\n", "utf-8-sig"),
        ("FILE;Label\ncats/1.png;Kätzchen\n", "utf-8"),
        ('"id","Class","Filename"\n1,Kätzchen,cats/1.png\n\n\n', "utf-8"),
        ("label,file,split\nKätzchen,cats/1.png\n", "utf-8"),
    ],
)
def test_dialects_of_label_lists(tmp_path, text, encoding):
    table = table_of(listed(tmp_path, text, encoding))
    assert table.files == ("cats/1.png",)
    assert table.class_names == ("Kätzchen",)


def test_rows_that_cannot_be_used(tmp_path):
    root = tmp_path / "set"
    as_folder(tmp_path, {"secret.png": encoded()})
    rows = [
        "cats/1.png,cat", "cats/1.png,dog", "cats/gone.png,cat", "../secret.png,cat",
        f"{tmp_path}/secret.png,cat", "cats,cat", "dogs/1.png,", ",dog", "cats/bad.png,bird",
    ]  # fmt: skip
    path = listed(root, "\n".join(["file,label", *rows]), files={**pets(), "cats/bad.png": b"x"})
    table = table_of(path)
    assert table.files == ("cats/1.png",)
    assert table.class_names == ("cat",)
    outside = "is outside the folder of the list"
    assert reasons(table.outside) == {
        "cats/1.png": "listed a second time",
        "cats/gone.png": "not found",
        "../secret.png": outside,
        f"{tmp_path}/secret.png": outside,
        "cats": "not a regular file",
        "dogs/1.png": "has no label",
        "line 9": "names no file",
    }
    assert set(reasons(table.unreadable)) == {"cats/bad.png"}
    assert table.empty_classes == ("bird", "dog")


@pytest.mark.parametrize("text", ["", "\n", "name,kind\n1.png,cat\n", "cats/1.png,cat\n", "\0\0"])
def test_other_columns_are_explained_with_an_example(tmp_path, text):
    error = refused(listed(tmp_path, text))
    assert "columns file and label" in error.message
    assert "file,label,split" in error.hint


def test_an_unknown_split_names_its_line(tmp_path):
    error = refused(listed(tmp_path, "file,label,split\ncats/1.png,cat,holdout\n"))
    assert "Line 2" in error.message
    assert "holdout" in error.message


def test_another_encoding(tmp_path):
    error = refused(listed(tmp_path, "file,label\ncats/1.png,Kätzchen\n", "latin-1"))
    assert "UTF-8" in error.message


def test_no_file_is_there(tmp_path):
    error = refused(listed(tmp_path, "file,label\nfoo/1.png,cat\n"))
    assert "None of the files" in error.message
    assert "foo/1.png" in error.hint


def test_a_new_label_or_a_new_image_is_noticed(tmp_path):
    path = listed(tmp_path, "file,label\ncats/1.png,cat\ncats/2.png,cat\n")
    keys = {table_of(path).key}
    path.write_text("file,label\ncats/1.png,cat\ncats/2.png,dog\n")
    keys.add(table_of(path).key)
    (tmp_path / "cats/1.png").write_bytes(encoded(make_image(66)))
    keys.add(table_of(path).key)
    assert len(keys) == 3
    assert config(path).path == str(path)
