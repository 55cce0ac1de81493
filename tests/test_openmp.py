"""The policy reaches torch's threads, and only those that want it."""

import os
import subprocess
import sys

import pytest

from studio.runtime import default_openmp_environment, limit_openmp_spinning

NAMES = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")


@pytest.mark.parametrize(
    ("given", "policy", "spins"),
    [
        ({}, "passive", "3000"),
        ({"GOMP_SPINCOUNT": "7"}, "passive", "7"),
        ({"OMP_WAIT_POLICY": "active"}, "active", None),
        ({"OMP_WAIT_POLICY": "PASSIVE"}, "PASSIVE", None),
    ],
)
def test_the_user_has_the_last_word(monkeypatch, given, policy, spins):
    for name in NAMES:
        monkeypatch.setenv(name, "")  # so that what is set here is gone after the test
        monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    limit_openmp_spinning()
    assert os.environ["OMP_WAIT_POLICY"] == policy
    assert os.environ.get("GOMP_SPINCOUNT") == spins
    assert not default_openmp_environment().keys() & set(NAMES)


@pytest.mark.skipif(sys.platform != "linux", reason="torch brings GNU's OpenMP on Linux")
def test_torch_hears_of_it():
    code = (
        "from studio.runtime import limit_openmp_spinning; limit_openmp_spinning()\n"
        "import torch; torch.set_num_threads(2); torch.rand(1 << 20).sum()"
    )
    environ = default_openmp_environment() | {"OMP_DISPLAY_ENV": "verbose"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    assert "GOMP_SPINCOUNT = '3000'" in done.stderr
