"""vgg-studio label-issues on the digits."""

import pytest

from tests.fixed_engine import FIXED_ENGINE, to_options

pytestmark = pytest.mark.numeric

TRAIN = ("train", "digits-quickstart", "--max-steps", 40, *to_options(FIXED_ENGINE))


@pytest.fixture
def trained(cli):
    assert cli(*TRAIN)[0] == 0


def test_the_list_as_json_and_as_a_table(cli, ask, trained):
    code, found = ask("label-issues", "last")
    assert code == 0
    assert (found["split"], found["samples"], found["unjudged"]) == ("train", 1151 + 287, 0)
    issues = found["issues"]
    assert issues
    for issue in issues:
        assert issue["sample"] == f"all:{issue['index']}"
        assert issue["file"] == ""
        assert issue["label"] != issue["suggested"]
        assert issue["reason"]
    assert [issue["score"] for issue in issues] == sorted(
        (issue["score"] for issue in issues), reverse=True
    )
    code, out, _ = cli("label-issues", "last")
    assert code == 0
    assert out.startswith(f"{len(issues)} doubtful labels among 1,438 samples")
    assert issues[0]["sample"] in out


def test_a_split_without_cross_validation(ask, trained):
    code, found = ask("label-issues", "last", "--split", "test")
    assert (code, found["split"], found["samples"]) == (0, "test", 359)


def test_an_interrupted_search_ends_with_130(cli, trained, monkeypatch):
    monkeypatch.setattr("studio.cli.interrupt.Interrupt.is_requested", lambda _: True)
    assert cli("label-issues", "last")[0] == 130


def test_an_unknown_run(ask):
    code, found = ask("label-issues", "nothing")
    assert (code, found["status"]) == (1, "failed")
