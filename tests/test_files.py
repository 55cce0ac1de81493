"""Atomic writing: the old file or the whole new one, never a piece."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from studio.files import write_atomic, write_text


def test_a_write_that_fails_leaves_the_old_file_and_no_rest(tmp_path):
    path = tmp_path / "notes.md"
    write_text(path, "old")

    def half(partial):
        partial.write_text("ne")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_atomic(path, half)
    assert path.read_text() == "old"
    assert list(tmp_path.glob(".notes*")) == []


def test_text_is_utf8_with_plain_line_ends(tmp_path):
    write_text(tmp_path / "a", "ä\nb")
    assert (tmp_path / "a").read_bytes() == "ä\nb".encode()


@pytest.mark.parametrize("system", ["nt", "posix"])
def test_a_file_that_is_read_just_now_is_replaced_a_moment_later(tmp_path, monkeypatch, system):
    path = tmp_path / "status.json"
    path.write_text("old")
    refusals = iter([PermissionError("in use"), PermissionError("in use")])
    replace = Path.replace

    def refuse_at_first(partial, target):
        for refusal in refusals:
            raise refusal
        return replace(partial, target)

    monkeypatch.setattr("studio.files.os", SimpleNamespace(**vars(os) | {"name": system}))
    monkeypatch.setattr(Path, "replace", refuse_at_first)
    if system == "posix":  # where nobody's reading stands in the way, it is no matter of waiting
        with pytest.raises(PermissionError):
            write_text(path, "new")
        return
    write_text(path, "new")
    assert path.read_text() == "new"
