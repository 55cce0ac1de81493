"""The documentation names files that exist, and a decision record has its three sections."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / ".github").rglob("*.md"))]
RECORDS = sorted((ROOT / ".github" / "decisions").glob("*.md"))

PATH = re.compile(r"`((?:studio|tests|packaging|resources|\.github)/[\w./-]*)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)]+)\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_named_file_exists(document):
    text = document.read_text(encoding="utf-8")
    named = [ROOT / path for path in PATH.findall(text)]
    linked = [document.parent / path for path in LINK.findall(text)]
    missing = [str(path) for path in named + linked if not path.exists()]
    assert not missing


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.name)
def test_a_decision_has_context_decision_and_consequences(record):
    text = record.read_text(encoding="utf-8")
    assert text.startswith(f"# {record.name[:3]}. ")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_the_changelog_has_a_dated_release_and_an_open_one():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in text
    assert re.search(r"^## \[0\.1\.0\] - \d{4}-\d{2}-\d{2}$", text, re.MULTILINE)
