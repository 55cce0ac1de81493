"""Freed memory stays while a network trains, and goes back to the system afterwards."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from studio import runtime

# In a process of its own: what glibc does depends on all that was allocated before.
PROGRAM = """
import psutil, resource, sys, threading
from studio.runtime import release_memory, keep_freed_memory

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def work():
    before = faults()
    for _ in range(20):
        blocks = [bytearray(1_500_000) for _ in range(20)]
        del blocks
    return faults() - before

def main():
    usual = work()
    keep_freed_memory()
    work()
    kept = work()
    full = psutil.Process().memory_info().rss
    release_memory()
    print(usual, kept, full - psutil.Process().memory_info().rss)

if sys.argv[1] == "thread":
    thread = threading.Thread(target=main)
    thread.start()
    thread.join()
else:
    main()
"""


@pytest.mark.skipif(runtime._glibc() is None, reason="no glibc")
@pytest.mark.parametrize("where", ["main", "thread"])
def test_pages_are_kept_and_given_back(where):
    command = [sys.executable, "-c", PROGRAM, where]
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    usual, kept, given_back = map(int, words)
    assert kept < usual / 10, f"{usual} page faults, then {kept}"
    assert given_back > 10_000_000


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(runtime, "_glibc", lambda: None)
    runtime.keep_freed_memory()
    runtime.release_memory()


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems_are_not_asked(monkeypatch, system):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(runtime.ctypes, "CDLL", None)  # calling it would fail
    assert runtime._glibc.__wrapped__() is None


def test_a_library_without_these_settings_is_none(monkeypatch):
    """As musl's."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(runtime.ctypes, "CDLL", lambda name: object())
    assert runtime._glibc.__wrapped__() is None


def test_an_older_glibc_takes_its_own_limit(monkeypatch):
    taken = {}

    def mallopt(what, value):
        fits = what == -1 or value <= 32 << 20
        taken.update({what: value} if fits else {})
        return fits

    monkeypatch.setattr(runtime, "_glibc", lambda: SimpleNamespace(mallopt=mallopt))
    runtime.keep_freed_memory()
    assert taken == {-3: 32 << 20, -1: 2**31 - 1}
