"""The benchmark of the nearest training samples, with few of them."""

from itertools import chain, repeat

import pytest

from studio.bench.workers import nearest
from studio.bench.workload import Workload


def test_each_search_is_timed(tmp_path, monkeypatch):
    monkeypatch.setattr(nearest, "MAX_SAMPLES", 2_000)
    monkeypatch.setattr(nearest, "SEARCHES", 3)
    requests = chain([None], repeat(SystemExit))

    def wait():
        if (error := next(requests)) is not None:
            raise error

    monkeypatch.setattr(nearest, "wait_for_request", wait)
    sent = []
    workload = Workload("digits-quickstart", tmp_path / "data", tmp_path / "runs")
    with pytest.raises(SystemExit):
        nearest.search(workload, sent.append)
    conditions, measured = sent
    assert conditions["dimensions"] == 256
    assert len(measured["searches"]) == 3
    assert min(measured["searches"]) > 0
