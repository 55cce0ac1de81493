"""Atomic writing: the old file or the whole new one, never a piece."""

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
