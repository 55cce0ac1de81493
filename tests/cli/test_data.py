"""vgg-studio data check and data export on folders of images."""

import csv

import numpy as np
import pytest
from PIL import Image

from tests.fixed_engine import FIXED_ENGINE, to_options

COUNT = 16  # images of each class


def paint(path, seed, size=40):
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(coarse).resize((size, size), Image.Resampling.BICUBIC).save(path)


@pytest.fixture
def pets(tmp_path):
    """Two classes of images without issues."""
    folder = tmp_path / "my pets"
    for k in range(COUNT):
        paint(folder / "cats" / f"{k:02}.png", k)
        paint(folder / "=dogs" / f"{k:02}.png", 100 + k)
    return folder


def kinds(checked):
    return {finding["kind"]: finding for finding in checked["findings"]}


def test_images_without_issues_pass(ask, pets):
    code, checked = ask("data", "check", pets, "--set", "data.image_size=24")
    assert (code, checked["ok"], checked["findings"]) == (0, True, [])
    assert checked["path"] == str(pets)
    assert (checked["pictures"], checked["image_size"], checked["channels"]) == (2 * COUNT, 24, 3)
    assert [row["name"] for row in checked["classes"]] == ["=dogs", "cats"]
    for row in checked["classes"]:
        assert row["count"] == row["train"] + row["val"] + row["test"] == COUNT
        assert row["val"] > 0 < row["test"]


def test_all_issues_are_listed_with_their_files(ask, cli, pets):
    (pets / "cats" / "bad.png").write_bytes(b"no picture")
    (pets / "stray.png").write_bytes((pets / "cats" / "00.png").read_bytes())
    (pets / "empty").mkdir()
    (pets / "=dogs" / "copy.png").write_bytes((pets / "cats" / "03.png").read_bytes())
    Image.new("RGB", (40, 40), "grey").save(pets / "cats" / "blank.png")
    code, checked = ask("data", "check", pets)
    found = kinds(checked)
    assert code == 0
    assert {"unreadable", "outside", "empty_class", "duplicates", "label_conflict", "blank"} <= set(
        found
    )
    assert [file["file"] for file in found["unreadable"]["files"]] == ["cats/bad.png"]
    assert found["unreadable"]["files"][0]["reason"]
    assert "stray.png" in [file["file"] for file in found["outside"]["files"]]
    assert [file["file"] for file in found["duplicates"]["files"]] == [
        "=dogs/copy.png",
        "cats/03.png",
    ]
    code, out, _ = cli("data", "check", pets)
    assert code == 0
    assert "warn: 1 file cannot be read" in out
    assert "cats/bad.png (" in out
    assert "Training can start" in out


def test_only_five_files_of_an_issue_are_printed(ask, cli, pets):
    for k in range(8):
        (pets / "cats" / f"bad {k}.png").write_bytes(b"no picture")
    _, out, _ = cli("data", "check", pets)
    assert out.count("cats/bad ") == 5
    assert "and 3 more" in out
    assert len(kinds(ask("data", "check", pets)[1])["unreadable"]["files"]) == 8


def test_one_class_cannot_be_trained_on(ask, cli, pets):
    (pets / "=dogs").rename(pets.parent / "elsewhere")
    code, checked = ask("data", "check", pets)
    assert (code, checked["ok"]) == (1, False)
    assert kinds(checked)["single_class"]["severity"] == "stop"
    code, out, _ = cli("data", "check", pets)
    assert code == 1
    assert "stop: " in out
    assert "Training cannot start yet" in out


def test_an_unknown_layout_is_explained_with_the_supported_ones(ask, cli, pets, tmp_path):
    flat = tmp_path / "flat"
    flat.mkdir()
    for path in (pets / "cats").iterdir():
        path.rename(flat / path.name)
    code, out, err = cli("data", "check", flat)
    assert (code, out) == (1, "")
    assert err.startswith("vgg-studio: ")
    assert "cats/" in err
    assert "16" in err  # what was found instead
    code, failed = ask("data", "check", flat)
    assert code == 1
    assert failed["status"] == "failed"
    assert failed["hint"]


def test_names_with_markup_or_control_characters_are_shown_as_text(cli, pets):
    (pets / "=dogs").rename(pets / "[red]d[bold]")
    (pets / "cats" / "\x1b[2Jx.png").write_bytes(b"no picture")
    code, out, _ = cli("data", "check", pets)
    assert code == 0
    assert "[red]d[bold]" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["data", "check", "nowhere"], 1, "nowhere"),
        (["data", "check", ".", "--set", "optim.epochs=3"], 2, "optim.epochs"),
        (["data", "check", ".", "--set", "data.size=3"], 2, "data.size"),
        (["data", "export", "mnits", "--out", "a.csv"], 2, "mnist"),
        (["data", "export", "digits", "--out", "a.txt"], 1, "a.txt"),
    ],
)
def test_errors_are_one_line(cli, words, code, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended, _, err = cli(*words)
    assert ended == code
    lines = [line for line in err.splitlines() if line.strip()]
    assert len(lines) == 1
    assert said in lines[0]


def test_a_known_dataset_is_exported_by_index(ask, tmp_path):
    code, told = ask("data", "export", "digits", "--out", tmp_path / "digits.csv")
    assert (code, told["pictures"]) == (0, 1797)
    with (tmp_path / "digits.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["index"] for row in rows] == [str(k) for k in range(1797)]
    assert {row["split"] for row in rows} == {"train", "val", "test"}
    assert {row["label"] for row in rows} == set("0123456789")


def test_an_export_can_be_imported_with_the_same_labels_and_splits(ask, pets):
    (pets / "cats" / "00.png").rename(pets / "cats" / "-1, “one”.png")
    (pets / "cats" / "01.png").rename(pets / "cats" / "'=2.png")
    (pets / "=dogs" / "01.png").rename(pets / "=dogs" / "=1.png")
    first = pets / "labels.csv"
    rename = ["--set", 'data.rename=[["cats", "-cat"]]']
    code, told = ask("data", "export", pets, "--out", first, *rename)
    assert (code, told["pictures"], told["classes"]) == (0, 2 * COUNT, ["=dogs", "-cat"])
    second = pets / "again.csv"
    assert ask("data", "export", first, "--out", second)[0] == 0
    assert read(second) == read(first)
    assert len(read(first)) == 1 + 2 * COUNT
    code, checked = ask("data", "check", first)
    assert code == 0
    assert {row["name"] for row in checked["classes"]} == {"=dogs", "-cat"}
    assert "unreadable" not in kinds(checked)


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sorted(map(tuple, csv.reader(file)))


def test_mistakes_on_own_pictures_are_named_by_their_files(ask, cli, pets, tmp_path):
    wanted = [("data.source", "folder"), ("data.path", f'"{pets}"'), ("data.image_size", 16)]
    settings = to_options(dict(wanted) | {"optim.epochs": 1} | FIXED_ENGINE)
    code, ended = ask("train", "digits-quickstart", *settings)
    assert code == 0
    # Swap the labels after the training, so that correct predictions become mistakes.
    (pets / "cats").rename(tmp_path / "kept")
    (pets / "=dogs").rename(pets / "cats")
    (tmp_path / "kept").rename(pets / "=dogs")
    rows = ask("mistakes", ended["run"], "--split", "train")[1]["mistakes"]
    assert rows
    for row in rows:
        assert row["file"].startswith(f"{row['true']}/")
        assert (pets / row["file"]).is_file()
    _, out, _ = cli("mistakes", ended["run"], "--split", "train")
    assert rows[0]["file"] in out
