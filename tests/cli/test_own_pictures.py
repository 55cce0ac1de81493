"""Own pictures from the command line: train, ask, and what is wrong in one line."""

import json
import shutil
import signal

import pytest

from studio.data import load_dataset
from tests.data.make_pictures import COLOURS, make_folder, save_picture
from tests.fixed_engine import FIXED_ENGINE, setting_words

# Small and quick: the recipe's own size and epochs are for real pictures.
QUICK = ["--set", "data.image_size=16", "--set", "optim.epochs=3"]
QUICK += ["--set", "model.filters=[[8],[16]]", *setting_words(FIXED_ENGINE)]


def train(cli, folder, *more):
    return cli("train", "my-pictures", "--set", f"data.path={folder}", *QUICK, *more)


def last_line(out):
    return json.loads(out.splitlines()[-1])


@pytest.mark.numeric
def test_from_a_folder_to_answers(cli, tmp_path):
    folder = make_folder(tmp_path / "fruit", count=20)
    code, out, _ = train(cli, folder, "--json")
    assert code == 0
    assert last_line(out)["test_accuracy"] == 1.0
    code, out, _ = cli("evaluate", "last", "--json")
    found = last_line(out)
    assert (code, found["samples"], found["test_accuracy"]) == (0, 12, 1.0)
    assert cli("mistakes", "last", "--out", tmp_path / "mistakes.csv")[0] == 0
    picture = save_picture(tmp_path / "new.jpg", COLOURS["leaf"], 99, (300, 200))
    code, out, _ = cli("predict", "last", picture, "--json")
    assert (code, last_line(out)["predictions"][0]["label"]) == (0, "leaf")


def test_pictures_that_have_gone_are_named_where_they_were(cli, tmp_path):
    folder = make_folder(tmp_path / "fruit")
    assert train(cli, folder)[0] == 0
    picture = shutil.move(folder / "sky" / "000.png", tmp_path / "sky.png")
    shutil.rmtree(folder)
    code, _, err = cli("evaluate", "last")
    assert (code, str(folder) in err) == (1, True)
    # The network needs its pictures no more.
    assert cli("predict", "last", picture)[0] == 0


def test_other_classes_than_those_learned_are_not_judged(cli, tmp_path):
    folder = make_folder(tmp_path / "fruit")
    assert train(cli, folder)[0] == 0
    (folder / "leaf").rename(folder / "ivy")
    code, _, err = cli("evaluate", "last")
    assert code == 1
    assert "“fruit” are no longer those of the network" in err


WRONG = [
    ([], 2, "--set data.path=FOLDER"),
    (["--set", "data.path=nowhere"], 1, "nowhere"),
    (["--set", "data.path={empty}"], 1, "empty"),
    (["--set", "data.path={single}"], 1, "only one class"),
    (["--set", "data.path={fruit}", "--set", 'data.rename=[["leave", "x"]]'], 2, "leaf"),
]


@pytest.mark.parametrize(("words", "exit_code", "said"), WRONG)
def test_what_is_wrong_is_said_before_there_is_a_run(cli, tmp_path, words, exit_code, said):
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


def test_ctrl_c_while_pictures_are_read_leaves_no_run(cli, monkeypatch, tmp_path):
    folder = make_folder(tmp_path / "fruit")

    def interrupted(config, data_dir, on_progress, should_stop):
        def tell(share, text):
            if should_stop() is False:
                signal.raise_signal(signal.SIGINT)
            on_progress(share, text)

        return load_dataset(config, data_dir, tell, should_stop)

    monkeypatch.setattr("studio.cli.download.load_dataset", interrupted)
    code, _, err = train(cli, folder)
    assert code == 130
    assert "Stopping" in err
    assert not (tmp_path / "runs").exists()
    assert not list(tmp_path.glob("home/**/*.pixels"))
