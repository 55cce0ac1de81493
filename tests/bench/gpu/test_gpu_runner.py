"""Parts in processes of their own: one that crashes or hangs leaves the others alone."""

import json
import threading
import time
from contextlib import suppress

import psutil
import pytest

from studio.bench.gpu import runner as runner_module
from studio.bench.gpu.context import Task
from studio.bench.gpu.plan import select_gpu_benchmarks
from studio.bench.gpu.process import run_python
from studio.bench.gpu.results import GpuResults
from studio.bench.gpu.runner import GpuRunner, environment_of, probe
from studio.runtime import default_openmp_environment

SAY = "import json, sys; say = lambda **m: print(json.dumps(m), flush=True)\n"


@pytest.fixture
def run(tmp_path):
    """Run code in a process; returns how it ended, what it said and its log."""

    def call(code, limit_s=60.0, started=lambda kill: None):
        said, log = [], tmp_path / "gpu.log"
        words = ["-c", SAY + code]
        ended = run_python(words, limit_s, log, said.append, default_openmp_environment(), started)
        return ended, said, log.read_text()

    return call


def test_what_it_says_arrives_and_the_rest_goes_to_the_log(run):
    ended, said, log = run("say(a=1); print('no JSON'); print('an error', file=sys.stderr)")
    assert (ended, said) == ("", [{"a": 1}])
    assert "an error" in log


def test_one_that_crashes_is_told_with_what_it_had_said(run):
    ended, said, log = run("say(a=1); import faulthandler; faulthandler._sigsegv()")
    assert ended == "exit code -11"
    assert said == [{"a": 1}]
    assert "Segmentation fault" in log


def test_one_that_hangs_is_killed_with_all_it_started(run):
    code = """
import subprocess, time
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'],
                         start_new_session=True)
say(child=child.pid)
time.sleep(600)
"""
    ended, said, _ = run(code, limit_s=2.0)
    assert ended == "timed out"
    with suppress(psutil.NoSuchProcess):  # nobody may have waited for it yet
        assert psutil.Process(said[0]["child"]).status() == psutil.STATUS_ZOMBIE


def test_it_can_be_killed_from_another_thread(run):
    ready = threading.Event()

    def kill_soon(kill):
        threading.Timer(0.2, lambda: (kill(), ready.set())).start()

    began = time.monotonic()
    ended, _, _ = run("import time; time.sleep(600)", started=kill_soon)
    assert ready.wait(10)
    assert ended == "exit code -9"
    assert time.monotonic() - began < 60


@pytest.fixture
def played(tmp_path, monkeypatch):
    """Runs parts whose processes are played: by name, what each says and how it ends."""

    def play(endings, seconds=600.0, rehearsal=True):
        parts = select_gpu_benchmarks(list(endings))
        results = GpuResults(tmp_path / "gpu.json", parts, {"minutes": seconds / 60})
        seen = []

        def act(words, limit_s, log, on_message, environment, started):
            task = Task.from_json(words[2])
            assert task.scratch.is_dir()
            messages, ended = endings[task.part]
            for message in messages:
                on_message(message)
                seen.append(json.loads((tmp_path / "gpu.json").read_text())["parts"][task.part])
            return ended

        monkeypatch.setattr(runner_module, "run_python", act)
        told = []
        GpuRunner(results, "cpu", tmp_path, tmp_path / "gpu.log", time.time() + seconds, rehearsal,
               lambda result: told.append((result.name, result.status))).run_all(parts)  # fmt: skip
        return results, seen, told

    return play


def figure(met, check=True):
    return {"figure": {"what": "it", "figure": "1", "goal": "2", "met": met, "check": check}}


def test_everything_is_in_the_file_as_soon_as_it_is_known(played):
    messages = [{"values": {"losses": [1.0, float("nan")]}}, figure(True), {"status": "done"}]
    results, seen, _ = played({"graph": (messages, "")})
    assert [part["status"] for part in seen] == ["running", "running", "done"]
    assert seen[0]["values"] == {"losses": [1.0, "nan"]}
    assert seen[1]["figures"][0]["met"] is True
    assert not results.failed


def test_what_goes_wrong_in_one_part_leaves_the_others_alone(played):
    results, _, told = played(
        {
            "gradients": ([{"values": {"a": 1}}], "exit code -11"),
            "memory": ([], "timed out"),
            "resume": ([{"status": "failed", "reason": "RuntimeError: no"}], ""),
            "graph": ([{"status": "skipped", "reason": "not here"}], ""),
            "streaming": ([figure(True), {"status": "done"}], ""),
        }
    )
    assert dict(told) == {
        "gradients": "crashed",
        "memory": "timed out",
        "resume": "failed",
        "graph": "skipped",
        "streaming": "done",
    }
    assert results.failed
    assert results.parts["gradients"].values == {"a": 1}
    assert "exit code -11" in results.parts["gradients"].reason


@pytest.mark.parametrize(
    ("message", "failed"),
    [
        (figure(False), True),
        (figure(False, check=False), False),
        ({"status": "skipped", "reason": "no data"}, False),
    ],
)
def test_a_check_that_fails_is_a_failure_and_a_missed_goal_is_none(played, message, failed):
    results, _, _ = played({"graph": ([message, {"status": "done"}], "")})
    assert results.failed is failed


def test_a_part_without_enough_time_says_so(played):
    results, _, told = played({"tests": ([{"status": "done"}], ""), "cifar": ([], "")}, 30.0)
    assert told[1] == ("cifar", "skipped")
    assert "it needs 30 s" in results.parts["cifar"].reason


def test_products_of_float32_are_exact_in_the_checks(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    (graph,), (fashion,) = select_gpu_benchmarks(["graph"]), select_gpu_benchmarks(["fashion"])
    assert environment_of(graph)["NVIDIA_TF32_OVERRIDE"] == "0"
    assert "NVIDIA_TF32_OVERRIDE" not in environment_of(fashion)
    assert environment_of(fashion)["QT_QPA_PLATFORM"] == "offscreen"
    assert environment_of(fashion)["PYTHONPATH"].endswith("/elsewhere")


def test_the_device_is_asked_in_a_process_of_its_own(tmp_path):
    found = probe(tmp_path / "gpu.log")
    assert isinstance(found["available"], bool)
    assert found["available"] or found["reason"]


def test_a_torch_that_does_not_load_is_no_device(tmp_path, monkeypatch):
    monkeypatch.setattr(runner_module, "run_python", lambda *words: "exit code 1")
    found = probe(tmp_path / "gpu.log")
    assert not found["available"]
    assert "exit code 1, see gpu.log" in found["reason"]
