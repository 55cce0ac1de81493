"""`bench gpu`: the plan without a GPU, the table, the file and the exit codes."""

import json

import pytest

from studio.cli import bench_gpu

FIGURES = [
    {"what": "it", "figure": "7", "goal": "≤ 6 s", "met": False, "check": False},
    {"what": "other", "figure": "x" * 400, "goal": "", "met": None, "check": False},
]


@pytest.fixture
def no_cuda(monkeypatch):
    found = {"available": False, "reason": "this torch was built without CUDA"}
    monkeypatch.setattr(bench_gpu, "probe", lambda log: found)


@pytest.fixture
def measured(monkeypatch):
    """Makes the command measure what a test says, by part."""

    def measure(**endings):
        def run_all(runner, parts):
            for part in parts:
                runner.results.take(part.name, endings.get(part.name, {"status": "done"}))
                runner.on_end(runner.results.parts[part.name])

        monkeypatch.setattr(bench_gpu, "probe", lambda log: {"available": True, "reason": ""})
        monkeypatch.setattr(bench_gpu.GpuRunner, "run_all", run_all)

    return measure


def test_without_cuda_it_says_why_and_what_it_would_do(cli, ask, no_cuda, tmp_path):
    code, out, _ = cli("bench", "gpu", "--minutes", "10", "--out", tmp_path)
    assert code == 0
    assert "No CUDA device was found: this torch was built without CUDA." in out
    assert "CUDA graph against eager" in out
    assert "10 minutes" in out
    code, told = ask("bench", "gpu", "--out", tmp_path)
    assert (code, told["status"]) == (0, "planned")
    assert len(told["parts"]) == 12
    assert all(part["limit_s"] > 0 for part in told["parts"])
    assert not (tmp_path / "gpu.json").exists()


def test_the_table_and_the_file(cli, measured, tmp_path):
    measured(fashion={"figure": FIGURES[0]}, recipes={"figure": FIGURES[1]})
    code, out, err = cli("bench", "gpu", "--out", tmp_path / "new", "--data-dir", tmp_path)
    assert code == 0  # a missed goal is no failure
    assert "MISSED" in out
    assert "x" * 400 not in out
    assert "fashion: waiting" in err
    told = json.loads((tmp_path / "new" / "gpu.json").read_text())
    assert told["status"] == "done"
    assert told["machine"]["torch"]
    assert told["parts"]["recipes"]["figures"][0]["figure"] == "x" * 400


def test_a_check_that_fails_is_an_exit_code(cli, ask, measured, tmp_path):
    measured(graph={"figure": FIGURES[0] | {"check": True}})
    code, out, _ = cli("bench", "gpu", "graph", "--out", tmp_path)
    assert code == 1
    assert "FAILED" in out
    code, told = ask("bench", "gpu", "graph", "--out", tmp_path)
    assert (code, told["status"]) == (1, "failed")
    assert list(told["parts"]) == ["graph"]


def test_ctrl_c_keeps_what_was_measured(cli, measured, tmp_path, monkeypatch):
    measured()

    def interrupted(runner, parts):
        runner.results.take("tests", {"values": {"a": 1}})
        raise KeyboardInterrupt

    monkeypatch.setattr(bench_gpu.GpuRunner, "run_all", interrupted)
    code, _, _ = cli("bench", "gpu", "--out", tmp_path)
    assert code == 130
    told = json.loads((tmp_path / "gpu.json").read_text())
    assert told["status"] == "stopped"
    assert told["parts"]["tests"]["values"] == {"a": 1}


def test_its_own_options_and_those_of_bench(cli, tmp_path):
    code, out, _ = cli("bench", "gpu", "--help")
    assert code == 0
    assert "--minutes" in out
    code, out, _ = cli("bench", "--help")
    assert "--repeats" in out
    assert "--minutes" not in out
    code, _, err = cli("bench", "gpu", "speed", "--out", tmp_path)
    assert code == 2
    assert "streaming" in err


@pytest.mark.timeout(300)
def test_a_real_rehearsal_of_one_part(ask, tmp_path):
    words = ["gpu", "graph", "--device", "cpu", "--minutes", "3", "--out", tmp_path]
    code, told = ask("bench", *words)
    assert code == 0
    assert told["rehearsal"]
    assert told["parts"]["graph"]["status"] == "done"
    assert (tmp_path / "gpu.log").exists()
