"""Own images from the command line: training, prediction and errors."""

import io
import json
import shutil
import signal

import pytest

from studio.data import load_dataset
from tests.data.make_image_folder import COLOURS, make_folder, save_image
from tests.fixed_engine import FIXED_ENGINE, to_options

# Small and quick: the recipe's image size and epochs are meant for photographs.
QUICK = ["--set", "data.image_size=16", "--set", "optim.epochs=3"]
QUICK += ["--set", "model.filters=[[8],[16]]", *to_options(FIXED_ENGINE)]


def train(cli, folder, *more):
    return cli("train", "my-pictures", "--set", f"data.path={folder}", *QUICK, *more)


def last_line(out):
    return json.loads(out.splitlines()[-1])


@pytest.mark.numeric
def test_from_a_folder_to_predictions(cli, tmp_path):
    folder = make_folder(tmp_path / "fruit", count=20)
    code, out, _ = train(cli, folder, "--json")
    assert code == 0
    assert last_line(out)["test_accuracy"] == 1.0
    code, out, _ = cli("evaluate", "last", "--json")
    found = last_line(out)
    assert (code, found["samples"], found["test_accuracy"]) == (0, 12, 1.0)
    assert cli("mistakes", "last", "--out", tmp_path / "mistakes.csv")[0] == 0
    picture = save_image(tmp_path / "new.jpg", COLOURS["leaf"], 99, (300, 200))
    code, out, _ = cli("predict", "last", picture, "--json")
    assert (code, last_line(out)["predictions"][0]["label"]) == (0, "leaf")


def test_a_missing_folder_is_named_by_its_path(cli, tmp_path):
    folder = make_folder(tmp_path / "fruit")
    assert train(cli, folder)[0] == 0
    picture = shutil.move(folder / "sky" / "000.png", tmp_path / "sky.png")
    shutil.rmtree(folder)
    code, _, err = cli("evaluate", "last")
    assert (code, str(folder) in err) == (1, True)
    # Predictions do not need the training images.
    assert cli("predict", "last", picture)[0] == 0


def test_an_evaluation_needs_the_classes_of_the_training(cli, tmp_path):
    folder = make_folder(tmp_path / "fruit")
    assert train(cli, folder)[0] == 0
    (folder / "leaf").rename(folder / "ivy")
    code, _, err = cli("evaluate", "last")
    assert code == 1
    assert "“fruit” are no longer those of the model" in err


WRONG = [
    ([], 2, "--set data.path=FOLDER"),
    (["--set", "data.path=nowhere"], 1, "nowhere"),
    (["--set", "data.path={empty}"], 1, "empty"),
    (["--set", "data.path={single}"], 1, "only one class"),
    (["--set", "data.path={fruit}", "--set", 'data.rename=[["leave", "x"]]'], 2, "leaf"),
]


@pytest.mark.parametrize(("words", "exit_code", "said"), WRONG)
def test_errors_are_reported_before_a_run_is_created(cli, tmp_path, words, exit_code, said):
    places = {name: tmp_path / name for name in ("empty", "single", "fruit")}
    places["empty"].mkdir()
    make_folder(places["single"], classes=("sky",))
    make_folder(places["fruit"], count=3)
    words = [word.format(**places) for word in words]
    code, _, err = cli("train", "my-pictures", *words, *QUICK)
    assert code == exit_code
    assert said in err
    assert len([line for line in err.splitlines() if line.strip()]) == 1
    assert not (tmp_path / "runs").exists()


def test_ctrl_c_during_the_import_leaves_no_run(cli, monkeypatch, tmp_path):
    folder = make_folder(tmp_path / "fruit")

    def interrupted(config, data_dir, on_progress, should_stop):
        def report(fraction, message):
            if should_stop() is False:
                signal.raise_signal(signal.SIGINT)
            on_progress(fraction, message)

        return load_dataset(config, data_dir, report, should_stop)

    monkeypatch.setattr("studio.cli.data_preparation.load_dataset", interrupted)
    code, _, err = train(cli, folder)
    assert code == 130
    assert "Stopping" in err
    assert not (tmp_path / "runs").exists()
    # The child process may just have finished: a complete entry of the cache may stay.
    assert not list(tmp_path.glob("home/**/*.partial"))


@pytest.fixture
def partly_damaged(tmp_path):
    """18 images and 6 files that are none: a quarter."""
    folder = make_folder(tmp_path / "fruit", count=6)
    for number in range(6):
        (folder / "leaf" / f"torn{number}.png").write_bytes(b"torn")
    return folder


def test_many_unreadable_files_are_refused_unless_they_are_allowed(cli, tmp_path, partly_damaged):
    code, _, err = train(cli, partly_damaged)
    assert code == 1
    assert "6 of 24 files cannot be read" in err
    assert "--allow-unreadable" in err
    assert not (tmp_path / "runs").exists()
    assert train(cli, partly_damaged, "--max-steps", 1, "--allow-unreadable")[0] == 0


@pytest.mark.parametrize(("typed", "exit_code"), [("y\n", 0), ("\n", 1)])
def test_at_a_terminal_the_user_is_asked(cli, partly_damaged, monkeypatch, typed, exit_code):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    monkeypatch.setattr("studio.cli.data_preparation._is_at_terminal", lambda: True)
    code, _, err = train(cli, partly_damaged, "--max-steps", 1)
    assert "6 of 24 files cannot be read. Train without them? [y/N]" in err
    assert code == exit_code


def test_the_check_says_that_a_training_asks_first(cli, partly_damaged):
    code, out, _ = cli("data", "check", partly_damaged)
    assert code == 0
    assert "6 of 24 files cannot be read" in out
    assert "Training asks first, or needs --allow-unreadable" in out
    code, out, _ = cli("data", "check", partly_damaged, "--json")
    assert (last_line(out)["ok"], last_line(out)["asks_first"]) == (True, True)
