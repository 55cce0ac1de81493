"""vgg-studio data fixes, and trainings with the current fixes."""

from pathlib import Path

import pytest

from studio.data.overlay import Overlay, load_overlay, save_overlay
from tests.data.image_folder.make_files import as_folder, pets
from tests.fixed_engine import FIXED_ENGINE, to_options

SMALL = to_options(FIXED_ENGINE | {"data.subset": 200, "data.test_subset": 50})


@pytest.fixture
def fixes(tmp_path):
    path = tmp_path / "fixes.csv"
    path.write_text("sample,label,action,note\nall:0,1,relabel,a note\nall:1,,exclude,\n")
    return path


def test_fixes_are_imported_listed_and_exported(cli, ask, fixes, tmp_path):
    assert cli("data", "fixes", "digits")[1].startswith("No label fixes")
    code, values = ask("data", "fixes", "digits", "--import", fixes)
    assert (code, values["changed"], values["count"]) == (0, 2, 2)
    assert values["fixes"]["all:0"] == {"label": "1", "note": "a note"}
    assert load_overlay(Path(values["path"])).content_hash == values["hash"]
    table = cli("data", "fixes", "digits")[1].splitlines()
    assert table[1].split() == ["all:0", "0", "relabeled", "1", "a", "note"]
    out = tmp_path / "out.csv"
    assert "2 fixed samples" in cli("data", "fixes", "digits", "--export", out)[1]
    assert out.read_text("utf-8-sig") == fixes.read_text()


def test_what_an_import_skips_is_said(cli, fixes):
    with fixes.open("a") as file:
        file.write("all:9999,1,relabel,\nall:2,cat,relabel,\nall:2,,burn,\n")
    out = cli("data", "fixes", "digits", "--import", fixes)[1]
    assert "Imported changes of 2 samples" in out
    for text in ("samples: all:9999", "classes: cat", "actions: burn"):
        assert f"skipped unknown {text}" in out


def test_own_images_have_fixes_by_file(ask, tmp_path):
    folder = as_folder(tmp_path / "pets", pets())
    (tmp_path / "f.csv").write_text("file,label\ncats/1.png,dogs\n")
    code, values = ask("data", "fixes", folder, "--import", tmp_path / "f.csv")
    assert (code, values["fixes"]) == (0, {"cats/1.png": {"label": "dogs"}})


def test_wrong_usage_is_explained(cli, fixes, tmp_path):
    code, _, err = cli("data", "fixes", "digits", "--import", fixes, "--export", fixes)
    assert (code, "cannot be combined" in err) == (2, True)
    code, _, err = cli("data", "fixes", "digits", "--export", tmp_path / "f.txt")
    assert (code, "does not end in" in err) == (1, True)
    assert cli("data", "fixes", "nothing")[0] == 2


@pytest.mark.numeric
def test_a_training_uses_the_current_fixes_and_records_them(ask, fixes):
    path = Path(ask("data", "fixes", "digits", "--import", fixes)[1]["path"])
    overlay = load_overlay(path)
    train = ("train", "digits-quickstart", "--max-steps", 2, *SMALL)
    code, ended = ask(*train, "--set", "data.overlay=current")
    assert code == 0
    code, values = ask("evaluate", ended["run"])
    assert (code, values["overlay"]) == (0, overlay.content_hash)
    again = ask(*train, "--set", f"data.overlay={overlay.content_hash}")[1]
    save_overlay(path, Overlay())
    assert ask("evaluate", again["run"])[1]["overlay"] == overlay.content_hash
    code, _ = ask(*train, "--set", "data.overlay=unknown")
    assert code == 2
