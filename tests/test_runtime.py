"""The process-wide switches: each changes what it should, and can be undone."""

import os
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace

import pytest

from studio import runtime
from studio.runtime import default_openmp_environment, limit_openmp_spinning, suppress_warnings

OPENMP_VARIABLES = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")


@pytest.mark.parametrize(
    ("given", "policy", "spin_count"),
    [
        ({}, "passive", "3000"),
        ({"GOMP_SPINCOUNT": "7"}, "passive", "7"),
        ({"OMP_WAIT_POLICY": "active"}, "active", None),
        ({"OMP_WAIT_POLICY": "PASSIVE"}, "PASSIVE", None),
    ],
)
def test_openmp_settings_of_the_user_take_precedence(monkeypatch, given, policy, spin_count):
    for name in OPENMP_VARIABLES:
        monkeypatch.setenv(name, "")  # so that the test restores what is set here
        monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    limit_openmp_spinning()
    assert os.environ["OMP_WAIT_POLICY"] == policy
    assert os.environ.get("GOMP_SPINCOUNT") == spin_count
    assert not default_openmp_environment().keys() & set(OPENMP_VARIABLES)


@pytest.mark.skipif(sys.platform != "linux", reason="torch ships GNU OpenMP on Linux")
def test_torch_uses_the_openmp_settings():
    code = (
        "from studio.runtime import limit_openmp_spinning; limit_openmp_spinning()\n"
        "import torch; torch.set_num_threads(2); torch.rand(1 << 20).sum()"
    )
    environment = default_openmp_environment() | {"OMP_DISPLAY_ENV": "verbose"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert "GOMP_SPINCOUNT = '3000'" in done.stderr


# In a separate process: the behavior of glibc depends on all earlier allocations.
PAGE_FAULTS = """
import psutil, resource, sys, threading
from studio.runtime import keep_freed_memory, release_memory

def count_page_faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def allocate():
    before = count_page_faults()
    for _ in range(20):
        blocks = [bytearray(1_500_000) for _ in range(20)]
        del blocks
    return count_page_faults() - before

def main():
    default = allocate()
    keep_freed_memory()
    allocate()
    kept = allocate()
    full = psutil.Process().memory_info().rss
    release_memory()
    print(default, kept, full - psutil.Process().memory_info().rss)

if sys.argv[1] == "thread":
    thread = threading.Thread(target=main)
    thread.start()
    thread.join()
else:
    main()
"""


@pytest.mark.skipif(runtime.find_glibc() is None, reason="no glibc")
@pytest.mark.parametrize("where", ["main", "thread"])
def test_freed_memory_is_kept_and_released(where):
    command = [sys.executable, "-c", PAGE_FAULTS, where]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    default, kept, released_bytes = map(int, output.split())
    assert kept < default / 10, f"{default} page faults, then {kept}"
    assert released_bytes > 10_000_000


def test_without_glibc_nothing_happens(monkeypatch):
    monkeypatch.setattr(runtime, "find_glibc", lambda: None)
    runtime.keep_freed_memory()
    runtime.release_memory()


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems_have_no_glibc(monkeypatch, system):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(runtime.ctypes, "CDLL", None)  # calling it would fail
    assert runtime.find_glibc.__wrapped__() is None


def test_a_library_without_the_functions_is_not_glibc(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(runtime.ctypes, "CDLL", lambda name: object())  # as musl
    assert runtime.find_glibc.__wrapped__() is None


def test_an_older_glibc_gets_its_own_limit(monkeypatch):
    accepted = {}

    def mallopt(parameter, value):
        is_valid = parameter == -1 or value <= 32 << 20
        accepted.update({parameter: value} if is_valid else {})
        return is_valid

    monkeypatch.setattr(runtime, "find_glibc", lambda: SimpleNamespace(mallopt=mallopt))
    runtime.keep_freed_memory()
    assert accepted == {-3: 32 << 20, -1: 2**31 - 1}


def test_overlapping_threads_suppress_warnings_and_restore_the_filters():
    all_inside, filters = Barrier(4, timeout=10), list(warnings.filters)

    def warn(number):
        with suppress_warnings():
            all_inside.wait()
            warnings.warn("not shown", UserWarning, stacklevel=1)
        return number

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(warn, range(8))) == list(range(8))
    assert warnings.filters == filters
    with pytest.warns(UserWarning, match="shown"):
        warnings.warn("shown", UserWarning, stacklevel=1)


def test_the_import_function_is_preserved():
    code = (
        "import builtins; original = builtins.__import__\n"
        "import studio.ui\n"
        "assert builtins.__import__ is original"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
