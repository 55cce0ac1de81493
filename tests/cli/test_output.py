"""What names of files, runs and classes may contain: nothing of it controls the terminal."""

import functools
import json
import os
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.progress import Progress

from studio.cli.output import err, out, print_error, print_json, print_table, progress_bar
from studio.errors import StudioError

# Title of the window, color, 8-bit CSI, right-to-left override, cursor up, a byte that is no UTF-8.
HOSTILE = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202e\x1b[A\udcff[red]x[/red] :smile: \u2066"


DIRECTION = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def assert_harmless(text):
    bad = [c for c in text if unicodedata.category(c) in ("Cc", "Cs") or c in DIRECTION]
    assert set(bad) <= {"\n"}


def test_text_errors_and_tables_are_free_of_escape_sequences(capsys):
    out.print(f"A run named {HOSTILE}\nand a second line")
    err.print(f"A warning of {HOSTILE}", markup=False)
    print_error(StudioError(f"“{HOSTILE}” is damaged.", f"Delete {HOSTILE}."))
    print_table(["name", f"#{HOSTILE}"], [[HOSTILE, HOSTILE]])
    printed, errors = capsys.readouterr()
    for text in (printed, errors):
        assert_harmless(text)
        assert "[red]x[/red] :smile:" in text  # neither swallowed as markup nor made an emoji
        assert text.encode()
    assert printed.startswith("A run named")
    assert printed.splitlines()[1] == "and a second line"
    assert len(errors.splitlines()) == 2


def test_json_is_exact_and_harmless(capsys):
    print_json({"file": HOSTILE, "value": float("nan")})
    text = capsys.readouterr().out
    assert_harmless(text)
    assert json.loads(text) == {"file": HOSTILE, "value": None}


@pytest.mark.skipif(sys.platform == "win32", reason="file names are bytes on POSIX only")
def test_json_leads_back_to_a_file_whose_name_is_not_utf8(capsys):
    name = os.fsdecode(b"caf\xe9.png")
    print_json({"file": name})
    assert os.fsencode(json.loads(capsys.readouterr().out)["file"]) == b"caf\xe9.png"


@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_any_text_in_json_is_read_back(text):
    from studio.json_text import to_json

    line = to_json({"name": text})
    assert_harmless(line)
    # An escaped pair of surrogates is one character, as the standard says.
    assert json.loads(line)["name"] == text.encode("utf-16", "surrogatepass").decode(
        "utf-16", "surrogatepass"
    )


def test_progress_shows_names_as_they_are(monkeypatch, capsys):
    monkeypatch.setattr(err, "_force_terminal", True)
    monkeypatch.setattr(err, "is_interactive", True)
    monkeypatch.setattr(err, "_width", 200)
    monkeypatch.setenv("TERM", "xterm")
    update = functools.partialmethod(Progress.update, refresh=True)  # not ten times a second
    monkeypatch.setattr(Progress, "update", update)
    with progress_bar() as on_progress:
        on_progress(0.5, f"Reading {HOSTILE}")
    printed = capsys.readouterr().err
    assert "]0;owned" in printed
    assert "\x1b]0" not in printed
    assert "\x9b" not in printed
    assert "[red]x[/red]" in printed
