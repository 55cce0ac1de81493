"""Atomic writing: either the old file or the complete new one."""

import errno
import os
import shutil
import socket
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import SafetensorError
from safetensors.torch import save_file

from studio.errors import DiskFullError, StudioError
from studio.files import (
    open_regular,
    read_regular,
    write_atomic,
    write_text,
)
from studio.partial_files import remove_stale_partials


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


WRITERS = {
    "torch": lambda path: torch.save({"a": torch.rand(1000, 1000)}, path),
    "safetensors": lambda path: save_file({"a": torch.rand(1000, 1000)}, path),
    "numpy": lambda path: np.random.default_rng(0).random((1000, 500)).tofile(path),
    "npz": lambda path: np.savez(path.open("wb"), a=np.random.default_rng(0).random((1000, 500))),
    "pillow": lambda path: Image.effect_noise((2000, 2000), 90).save(path, "PNG"),
    "tiff": lambda path: Image.effect_noise((2000, 2000), 90).save(
        path, "TIFF", compression="tiff_lzw"
    ),
    "text": lambda path: path.write_text("a" * 4_000_000),
}


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.parametrize("library", WRITERS)
def test_a_full_disk_is_recognized_whichever_library_writes(small_disk, library):
    path = small_disk / "weights.bin"
    path.write_bytes(b"old")
    with pytest.raises(DiskFullError, match=r"no room for “weights\.bin”") as caught:
        write_atomic(path, WRITERS[library], 4_000_000)
    # The error is kept, as the window does: the file that failed takes no space any more.
    assert shutil.disk_usage(small_disk).free > 1_900_000
    assert caught.value.needed_bytes == 4_000_000
    assert caught.value.free_bytes == shutil.disk_usage(small_disk).free
    assert "4 MB needed" in str(caught.value)
    assert path.read_bytes() == b"old"
    assert list(small_disk.iterdir()) == [path]


FULL_ERRORS = {
    "posix": OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    "quota": OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)),
    "safetensors": SafetensorError("I/O error: No space left on device (os error 28)"),
}


@pytest.mark.parametrize("name", FULL_ERRORS)
def test_the_errors_of_a_full_disk_are_recognized(tmp_path, name):
    def fail(partial):
        partial.write_bytes(b"12345678")
        raise FULL_ERRORS[name]

    with pytest.raises(DiskFullError) as caught:
        write_atomic(tmp_path / "a", fail)
    assert caught.value.needed_bytes == 8  # at least what was written
    assert isinstance(caught.value, OSError)
    assert caught.value.errno == errno.ENOSPC
    assert isinstance(caught.value, StudioError)
    assert "disk is full" in caught.value.strerror
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "error",
    [
        PermissionError(errno.EACCES, "denied"),
        ValueError("no image"),
        RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 1 vs 2"),
    ],
)
def test_other_errors_are_not_taken_for_a_full_disk(tmp_path, error):
    def fail(_partial):
        raise error

    with pytest.raises(type(error)) as caught:
        write_atomic(tmp_path / "a", fail)
    assert caught.value is error


def test_an_error_that_is_handled_already_is_no_reason_and_keeps_its_traceback(tmp_path):
    def deny(_partial):
        raise PermissionError(errno.EACCES, "denied")

    def write_while_handling():
        try:
            raise FULL_ERRORS["posix"]
        except OSError:
            write_atomic(tmp_path / "a", deny)

    with pytest.raises(PermissionError) as caught:
        write_while_handling()
    assert caught.value.__context__ is FULL_ERRORS["posix"]
    assert FULL_ERRORS["posix"].__traceback__ is not None


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
@pytest.mark.parametrize("library", ["torch", "safetensors", "text"])
def test_every_file_gets_the_permissions_of_any_new_file(tmp_path, library):
    before = os.umask(0o027)
    try:
        write_atomic(tmp_path / "a", WRITERS[library])
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


@pytest.mark.skipif(os.name == "nt", reason="Windows logs renames itself")
def test_a_file_and_then_its_folder_are_flushed(tmp_path, monkeypatch):
    flushed, fsync = [], os.fsync

    def record(descriptor):
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        flushed.append((is_folder, (tmp_path / "a").exists()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    write_text(tmp_path / "a", "new")
    assert flushed == [(False, False), (True, True)]  # the rename is between them


def test_a_name_of_full_length_can_be_written(tmp_path):
    path = tmp_path / ("ü" * 125)
    write_text(path, "new")
    assert path.read_text() == "new"


KILLED = """
import os, signal, sys
from pathlib import Path
from studio.files import write_atomic

def write(partial):
    partial.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)

write_atomic(Path(sys.argv[1]), write)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_the_partial_files_of_a_killed_process_are_removed(tmp_path):
    path = tmp_path / "weights" / "last.safetensors"
    path.parent.mkdir()
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    (partial,) = path.parent.iterdir()
    assert remove_stale_partials(tmp_path) == 0  # not in subfolders, unless asked to
    assert remove_stale_partials(tmp_path, depth=1) == 1
    assert not partial.exists()


def test_partial_files_of_living_processes_and_other_files_are_kept(tmp_path):
    host = socket.gethostname().replace(".", "_")
    names = [
        f".a.{host}-{os.getpid()}-1.partial",  # this process
        ".a.elsewhere-999999999-1.partial",  # another machine's, just written
        ".a.999999999-1.partial",  # of an earlier version, which did not record the machine
        ".tmpAb12Cd",  # anyone's
        "mnist.gz.partial",  # a download that can go on
        "a.txt",
    ]
    for name in names:
        (tmp_path / name).write_text("")
    assert remove_stale_partials(tmp_path) == 0
    for name in names:
        os.utime(tmp_path / name, (0, 0))
    assert remove_stale_partials(tmp_path) == 3  # the ids are of no process that ran in 1970
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names[3:])


def test_temporary_files_of_safetensors_are_removed_where_nobody_else_writes(tmp_path):
    weights = tmp_path / "weights"
    weights.mkdir()
    (weights / ".tmpAb12Cd").write_text("")
    assert remove_stale_partials(tmp_path, depth=1) == 0
    assert remove_stale_partials(tmp_path, depth=1, is_only_writer=True) == 1
    assert list(weights.iterdir()) == []


def test_a_folder_that_is_missing_has_no_partial_files(tmp_path):
    assert remove_stale_partials(tmp_path / "missing", depth=3) == 0
