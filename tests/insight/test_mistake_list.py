"""The list of mistakes as rows and as a CSV file."""

import csv
import io

import numpy as np
import pytest

from studio.errors import Stopped, StudioError
from studio.insight import mistake_rows, write_mistakes


def test_rows_are_the_mistakes_highest_loss_first(evaluation):
    rows = mistake_rows(evaluation)
    assert [row["index"] for row in rows] == [30, 8]
    assert rows[1] == {
        "index": 8,
        "file": "",
        "split": "test",
        "true": "four",
        "predicted": "<b>nine</b>",
        "loss": pytest.approx(0.916291, abs=1e-5),
        "confidence": pytest.approx(0.6),
        "true_probability": pytest.approx(0.4),
        "sample": "test:3",
    }


def test_chosen_positions_keep_their_order(evaluation):
    rows = mistake_rows(evaluation, np.array([3, 0, 2]))
    assert [row["index"] for row in rows] == [31, 7, 30]


def test_the_csv_file_reads_back_as_written(evaluation, tmp_path):
    path = tmp_path / "list.csv"
    write_mistakes(evaluation, path)
    read = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    assert [row["index"] for row in read] == ["30", "8"]
    assert [row["sample"] for row in read] == ["test:25", "test:3"]
    assert read[0]["predicted"] == "<b>nine</b>"
    assert float(read[0]["loss"]) == pytest.approx(2.302585, abs=1e-5)


def test_another_suffix_is_refused(evaluation, tmp_path):
    with pytest.raises(StudioError, match=r"neither \.csv nor \.html"):
        write_mistakes(evaluation, tmp_path / "list.txt")
    assert not list(tmp_path.glob("list*"))


def test_a_path_that_cannot_be_written_is_named(evaluation, tmp_path):
    with pytest.raises(StudioError, match="cannot be written"):
        write_mistakes(evaluation, tmp_path / "nowhere" / "list.csv")


@pytest.mark.parametrize("name", ["list.csv", "list.html"])
def test_stopping_leaves_the_old_file(evaluation, tmp_path, name):
    (tmp_path / name).write_text("old")
    with pytest.raises(Stopped):
        write_mistakes(evaluation, tmp_path / name, should_stop=lambda: True)
    assert (tmp_path / name).read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [name]


def test_progress_is_reported(evaluation, tmp_path):
    fractions = []
    many = np.zeros(1000, np.int64)
    write_mistakes(
        evaluation, tmp_path / "a.csv", many, lambda fraction, _: fractions.append(fraction)
    )
    assert fractions == sorted(fractions)
    assert len(fractions) == 4


def test_no_mistakes_make_a_table_with_a_header_only(evaluation, tmp_path):
    write_mistakes(evaluation, tmp_path / "a.csv", np.zeros(0, np.int64))
    assert (tmp_path / "a.csv").read_text().startswith("index,file,split,true,predicted,loss")
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 1


def test_files_are_named_where_there_are_any(named, tmp_path):
    rows = mistake_rows(named)
    assert [row["file"] for row in rows] == ["<i>d</i>.png", "b,c.png"]


def test_samples_are_named_by_their_file_or_their_index_in_the_published_split(evaluation, named):
    assert evaluation.sample_name(2) == evaluation.sample_id(2) == "test:25"
    assert evaluation.image_path(2) is None
    assert named.sample_name(1) == "b,c.png"
    assert named.sample_id(1) == "b,c.png"
    assert named.image_path(1) is None  # the folder of the files is unknown


def test_names_are_no_formulas_in_the_csv_file(named, tmp_path):
    write_mistakes(named, tmp_path / "list.csv", np.arange(4))
    with (tmp_path / "list.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert [row["file"] for row in read] == ["'=a.png", "b,c.png", "<i>d</i>.png", "e.png"]
    assert read[1]["predicted"] == "'-9"
