"""Pipes, devices, folders and impossible names on the command line: one line, and no waiting."""

import json
import os
import shutil
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[1] / "fixtures" / "version_0_1"
RUN = FIXTURES / "runs" / "20251126-090001-digits-quickstart-f101"
LONG = "y" * 5000


def make_pipe(path):
    os.mkfifo(path)


def link_to_zeros(path):
    path.symlink_to("/dev/zero")


KINDS = [Path.mkdir, *([make_pipe, link_to_zeros] if hasattr(os, "mkfifo") else [])]


def assert_one_line(answer):
    code, _, err = answer
    assert code in (1, 2), err[:1000]  # failed, or wrong usage
    lines = [line for line in err.splitlines() if line]
    assert len(lines) == 1, err[:1000]
    assert lines[0].startswith("vgg-studio: ")
    assert "weights_only" not in err


@pytest.fixture
def runs_dir(tmp_path):
    """A good run, and one whose files are to be replaced."""
    for name in ("good", "bad"):
        shutil.copytree(RUN, tmp_path / "runs" / name)
    return tmp_path / "runs"


@pytest.mark.parametrize("make", KINDS)
def test_a_run_of_special_files_is_listed_and_refused(cli, runs_dir, make):
    files = ("config.toml", "status.json", "metrics.jsonl", "state.pt", "weights/best.safetensors")
    for name in (*files, "run.lock", "manifest.json", "predictions/test.npz"):
        (runs_dir / "bad" / name).unlink(missing_ok=True)
        make(runs_dir / "bad" / name)
    code, out, _ = cli("runs", "list", "--json")
    assert code == 0
    assert {run["run"] for run in json.loads(out)["runs"]} == {"good", "bad"}
    for words in (["runs", "show", "bad"], ["evaluate", "bad"], ["train", "--resume", "bad"]):
        assert_one_line(cli(*words))


@pytest.mark.parametrize("make", KINDS)
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("recipe.toml", ["train"]),
        ("image.png", ["predict", "bundled"]),
        ("labels.csv", ["data", "check"]),
        (
            "weights.pth",
            ["train", "vgg16-transfer-mnist", "--set", "data.source=digits", "--set"],
        ),
    ],
)
def test_a_special_file_is_one_error(cli, tmp_path, make, name, words):
    path = tmp_path / name
    make(path)
    if make is Path.mkdir and name == "labels.csv":
        return  # an empty folder of images, which is explained at length
    word = f"model.backbone={path}" if name.endswith("pth") else path
    assert_one_line(cli(*words, word))


@pytest.mark.parametrize(
    "words",
    [
        ["runs", "list", "--runs-dir", f"/tmp/{LONG}"],
        ["runs", "list", "--runs-dir", RUN / "config.toml"],
        ["runs", "show", LONG],
        ["evaluate", LONG],
        ["predict", LONG, "image.png"],
        ["predict", "bundled", LONG],
        ["compare", LONG, LONG],
        ["train", LONG],
        ["data", "check", LONG],
        ["train", "digits-quickstart", "--runs-dir", f"/tmp/{LONG}"],
    ],
)
def test_an_impossible_name_is_one_error(cli, words):
    assert_one_line(cli(*words))


def test_numbers_that_are_not_finite_are_null_in_json(cli, runs_dir):
    config = runs_dir / "good" / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("[run]\n", "[run]\nloss = nan\nday = 2026-01-02\n"))
    code, out, _ = cli("runs", "show", "good", "--json")
    assert code == 0
    record = json.loads(out, parse_constant=pytest.fail)["record"]
    assert (record["loss"], record["day"]) == (None, "2026-01-02")
