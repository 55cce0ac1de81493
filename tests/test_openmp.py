"""The policy reaches torch's threads, and only those that want it."""

import os

import pytest

from studio.openmp import cores_are_shared, share_cores, usual_environment


@pytest.mark.parametrize(
    ("given", "policy", "shared"),
    [(None, "passive", True), ("active", "active", False), ("PASSIVE", "PASSIVE", True)],
)
def test_the_user_has_the_last_word(monkeypatch, given, policy, shared):
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    if given:
        monkeypatch.setenv("OMP_WAIT_POLICY", given)
    share_cores()
    assert os.environ["OMP_WAIT_POLICY"] == policy
    assert cores_are_shared() is shared
    assert "OMP_WAIT_POLICY" not in usual_environment()
