"""GPU benchmarks run in processes: a crash or a hang of one does not affect the others."""

import json
import threading
import time
from contextlib import suppress

import psutil
import pytest

from studio.bench.gpu import runner as runner_module
from studio.bench.gpu.context import RunContext
from studio.bench.gpu.plan import select_gpu_benchmarks
from studio.bench.gpu.results import GpuResults
from studio.bench.gpu.runner import GpuRunner, create_environment, probe, run_python
from studio.runtime import default_openmp_environment

SEND = "import json, sys; send = lambda **m: print(json.dumps(m), flush=True)\n"


@pytest.fixture
def run(tmp_path):
    """Runs code in a process; returns how it failed, its messages and its log."""

    def call(code, limit_s=60.0, on_start=lambda kill: None):
        messages, log = [], tmp_path / "gpu.log"
        environment = default_openmp_environment()
        arguments = ["-c", SEND + code]
        failure = run_python(arguments, limit_s, log, messages.append, environment, on_start)
        return failure, messages, log.read_text()

    return call


def test_messages_are_received_and_other_output_is_logged(run):
    failure, messages, log = run("send(a=1); print('no JSON'); print('an error', file=sys.stderr)")
    assert (failure, messages) == ("", [{"a": 1}])
    assert "an error" in log


def test_a_crash_keeps_earlier_messages(run):
    failure, messages, log = run(
        "send(a=1); import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    )
    assert failure == "exit code -11"
    assert messages == [{"a": 1}]
    assert "Segmentation fault" in log


def test_a_hanging_process_is_killed_with_its_children(run):
    code = """
import subprocess, time
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'],
                         start_new_session=True)
send(child=child.pid)
time.sleep(600)
"""
    failure, messages, _ = run(code, limit_s=2.0)
    assert failure == "timed out"
    with suppress(psutil.NoSuchProcess):
        # A signal takes effect later than it is sent. `wait` would also wait until init has
        # reaped the process, which some containers never do.
        child = psutil.Process(messages[0]["child"])
        deadline = time.monotonic() + 30
        while child.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
            time.sleep(0.01)
        assert child.status() == psutil.STATUS_ZOMBIE


def test_another_thread_can_kill_the_process(run):
    killed = threading.Event()

    def kill_soon(kill):
        threading.Timer(0.2, lambda: (kill(), killed.set())).start()

    started = time.monotonic()
    failure, _, _ = run("import time; time.sleep(600)", on_start=kill_soon)
    assert killed.wait(10)
    assert failure == "exit code -9"
    assert time.monotonic() - started < 60


@pytest.fixture
def run_fake(tmp_path, monkeypatch):
    """Runs benchmarks whose processes are replaced: by name, their messages and their failure."""

    def run_all(processes, total_s=600.0):
        benchmarks = select_gpu_benchmarks(list(processes))
        path, log = tmp_path / "gpu.json", tmp_path / "gpu.log"
        results = GpuResults(path, benchmarks, {"minutes": total_s / 60})
        written, ended = [], []

        def run_fake_python(arguments, limit_s, log, on_message, environment, on_start):
            context = RunContext.from_json(arguments[2])
            assert context.scratch.is_dir()
            messages, failure = processes[context.benchmark]
            for message in messages:
                on_message(message)
                written.append(json.loads(path.read_text())["parts"][context.benchmark])
            return failure

        def on_end(result):
            ended.append((result.name, result.status))

        monkeypatch.setattr(runner_module, "run_python", run_fake_python)
        deadline = time.time() + total_s
        runner = GpuRunner(results, "cpu", tmp_path, log, deadline, rehearsal=True, on_end=on_end)
        runner.run_all(benchmarks)
        return results, written, ended

    return run_all


def figure(met, check=True):
    return {"figure": {"what": "it", "figure": "1", "goal": "2", "met": met, "check": check}}


def test_each_message_is_written_at_once(run_fake):
    messages = [{"values": {"losses": [1.0, float("nan")]}}, figure(True), {"status": "done"}]
    results, written, _ = run_fake({"graph": (messages, "")})
    assert [part["status"] for part in written] == ["running", "running", "done"]
    assert written[0]["values"] == {"losses": [1.0, "nan"]}
    assert written[1]["figures"][0]["met"] is True
    assert not results.failed


def test_a_failure_does_not_affect_other_benchmarks(run_fake):
    results, _, ended = run_fake(
        {
            "gradients": ([{"values": {"a": 1}}], "exit code -11"),
            "memory": ([], "timed out"),
            "resume": ([{"status": "failed", "reason": "RuntimeError: no"}], ""),
            "graph": ([{"status": "skipped", "reason": "not here"}], ""),
            "streaming": ([figure(True), {"status": "done"}], ""),
        }
    )
    assert dict(ended) == {
        "gradients": "crashed",
        "memory": "timed out",
        "resume": "failed",
        "graph": "skipped",
        "streaming": "done",
    }
    assert results.failed
    assert results.benchmarks["gradients"].values == {"a": 1}
    assert "exit code -11" in results.benchmarks["gradients"].reason


@pytest.mark.parametrize(
    ("message", "failed"),
    [
        (figure(False), True),
        (figure(False, check=False), False),
        ({"status": "skipped", "reason": "no data"}, False),
    ],
)
def test_a_failed_check_is_a_failure_but_a_missed_goal_is_not(run_fake, message, failed):
    results, _, _ = run_fake({"graph": ([message, {"status": "done"}], "")})
    assert results.failed is failed


def test_without_enough_time_a_benchmark_is_skipped(run_fake):
    results, _, ended = run_fake({"tests": ([{"status": "done"}], ""), "cifar": ([], "")}, 30.0)
    assert ended[1] == ("cifar", "skipped")
    assert "at least 30 s needed" in results.benchmarks["cifar"].reason


def test_checks_compute_float32_exactly(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    (graph,), (fashion,) = select_gpu_benchmarks(["graph"]), select_gpu_benchmarks(["fashion"])
    assert create_environment(graph)["NVIDIA_TF32_OVERRIDE"] == "0"
    environment = create_environment(fashion)
    assert "NVIDIA_TF32_OVERRIDE" not in environment
    assert environment["QT_QPA_PLATFORM"] == "offscreen"
    assert environment["PYTHONPATH"].endswith("/elsewhere")


def test_cuda_is_probed_in_a_process(tmp_path):
    found = probe(tmp_path / "gpu.log")
    assert isinstance(found["available"], bool)
    assert found["available"] or found["reason"]


def test_if_torch_does_not_load_there_is_no_device(tmp_path, monkeypatch):
    monkeypatch.setattr(runner_module, "run_python", lambda *arguments: "exit code 1")
    found = probe(tmp_path / "gpu.log")
    assert not found["available"]
    assert "exit code 1, see gpu.log" in found["reason"]
