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
    """Replaces the measurements by known messages, by benchmark."""

    def measure(**messages):
        def run_all(runner, benchmarks):
            for benchmark in benchmarks:
                runner.results.add_message(
                    benchmark.name, messages.get(benchmark.name, {"status": "done"})
                )
                runner.on_end(runner.results.benchmarks[benchmark.name])

        monkeypatch.setattr(bench_gpu, "probe", lambda log: {"available": True, "reason": ""})
        monkeypatch.setattr(bench_gpu.GpuRunner, "run_all", run_all)

    return measure


def test_without_cuda_the_reason_and_the_plan_are_printed(cli, ask, no_cuda, tmp_path):
    code, out, _ = cli("bench", "gpu", "--minutes", "10", "--out", tmp_path)
    assert code == 0
    assert "No CUDA device was found: this torch was built without CUDA." in out
    assert "CUDA graph against eager" in out
    assert "10 minutes" in out
    code, report = ask("bench", "gpu", "--out", tmp_path)
    assert (code, report["status"]) == (0, "planned")
    assert len(report["parts"]) == 12
    assert all(part["limit_s"] > 0 for part in report["parts"])
    assert not (tmp_path / "gpu.json").exists()


def test_the_table_and_the_file(cli, measured, tmp_path):
    measured(fashion={"figure": FIGURES[0]}, recipes={"figure": FIGURES[1]})
    code, out, err = cli("bench", "gpu", "--out", tmp_path / "new", "--data-dir", tmp_path)
    assert code == 0  # a missed goal is no failure
    assert "MISSED" in out
    assert "x" * 400 not in out
    assert "fashion: waiting" in err
    report = json.loads((tmp_path / "new" / "gpu.json").read_text())
    assert report["status"] == "done"
    assert report["machine"]["torch"]
    assert report["parts"]["recipes"]["figures"][0]["figure"] == "x" * 400


def test_a_failed_check_gives_an_exit_code(cli, ask, measured, tmp_path):
    measured(graph={"figure": FIGURES[0] | {"check": True}})
    code, out, _ = cli("bench", "gpu", "graph", "--out", tmp_path)
    assert code == 1
    assert "FAILED" in out
    code, report = ask("bench", "gpu", "graph", "--out", tmp_path)
    assert (code, report["status"]) == (1, "failed")
    assert list(report["parts"]) == ["graph"]


def test_ctrl_c_keeps_what_was_measured(cli, measured, tmp_path, monkeypatch):
    measured()

    def interrupted(runner, benchmarks):
        runner.results.add_message("tests", {"values": {"a": 1}})
        raise KeyboardInterrupt

    monkeypatch.setattr(bench_gpu.GpuRunner, "run_all", interrupted)
    code, _, _ = cli("bench", "gpu", "--out", tmp_path)
    assert code == 130
    report = json.loads((tmp_path / "gpu.json").read_text())
    assert report["status"] == "stopped"
    assert report["parts"]["tests"]["values"] == {"a": 1}


def test_bench_and_bench_gpu_have_different_options(cli, tmp_path):
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
def test_a_real_rehearsal_of_one_benchmark(ask, tmp_path):
    arguments = ["gpu", "graph", "--device", "cpu", "--minutes", "3", "--out", tmp_path]
    code, report = ask("bench", *arguments)
    assert code == 0
    assert report["rehearsal"]
    assert report["parts"]["graph"]["status"] == "done"
    assert (tmp_path / "gpu.log").exists()
