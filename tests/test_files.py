"""Atomic writing: either the old file or the complete new one."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace

import pytest

from studio.files import open_regular, read_regular, write_atomic, write_text


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "missing", "large"])
def test_only_regular_files_of_limited_size_are_read(tmp_path, kind):
    path = tmp_path / "file"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    elif kind == "large":
        path.write_bytes(b"12345")
    with pytest.raises(OSError) as caught:  # noqa: PT011 - the words are checked below
        read_regular(path, 4)
    words = {"pipe": "regular", "device": "regular", "folder": "a folder", "large": "larger than 4"}
    assert words.get(kind, "No such file") in caught.value.strerror


def test_a_regular_file_is_read(tmp_path):
    (tmp_path / "file").write_bytes(b"1234")
    assert read_regular(tmp_path / "file", 4) == b"1234"
    with open_regular(tmp_path / "file") as handle:
        assert handle.read(2) == b"12"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "notes.md"
    write_text(path, "old")

    def fail(partial):
        partial.write_text("ne")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_atomic(path, fail)
    assert path.read_text() == "old"
    assert list(tmp_path.glob(".notes*")) == []


def test_two_threads_can_write_the_same_file_at_the_same_time(tmp_path):
    path, both_wrote = tmp_path / "pixels", Barrier(2)

    def write(text):
        def write_and_wait(partial):
            partial.write_text(text)
            both_wrote.wait(timeout=30)

        write_atomic(path, write_and_wait)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, ("first", "other")))
    assert path.read_text() in ("first", "other")
    assert list(tmp_path.iterdir()) == [path]


def test_text_is_utf8_with_unix_line_ends(tmp_path):
    write_text(tmp_path / "a", "ä\nb")
    assert (tmp_path / "a").read_bytes() == "ä\nb".encode()


@pytest.mark.parametrize("system", ["nt", "posix"])
def test_a_file_that_is_open_on_windows_is_replaced_a_moment_later(tmp_path, monkeypatch, system):
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
    if system == "posix":  # an open file can be replaced, so waiting would not help
        with pytest.raises(PermissionError):
            write_text(path, "new")
        return
    write_text(path, "new")
    assert path.read_text() == "new"
