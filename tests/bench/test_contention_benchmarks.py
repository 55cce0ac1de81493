"""Numbers of threads are compared beside busy processes, which always end."""

import subprocess
import sys

import psutil
import pytest

from studio.bench import contention_benchmarks
from studio.bench.benchmarks import BENCHMARKS, run_benchmarks
from studio.bench.contention_benchmarks import run_busy_processes
from studio.bench.session import BenchmarkSession
from studio.bench.worker_process import WorkerProcess

SMALL = {
    "model.variant": "custom",
    "model.filters": [[4]],
    "model.hidden": [8],
    "engine.log_every": 1,
    "engine.precision": "float32",
    "data.source": "digits",
    "data.subset": 200,
}


def child_pids():
    return {child.pid for child in psutil.Process().children(recursive=True)}


def test_busy_processes_compute_and_end_with_the_block():
    before = child_pids()
    with run_busy_processes(2):
        busy = child_pids() - before
        assert len(busy) == 2
    assert not any(psutil.pid_exists(pid) for pid in busy)


def test_busy_processes_end_with_an_error():
    before, busy = child_pids(), set()

    def fail():
        with run_busy_processes(1):
            busy.update(child_pids() - before)
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert len(busy) == 1
    assert not any(psutil.pid_exists(pid) for pid in busy)


def test_busy_processes_end_when_their_parent_is_killed():
    code = (
        "import sys, psutil\n"
        "from studio.bench.contention_benchmarks import run_busy_processes\n"
        "with run_busy_processes(1):\n"
        "    print(psutil.Process().children()[0].pid, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe) as parent:
        busy = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    busy.wait(20)
    assert not busy.is_running()


class SharedWorkers:
    """Starts one process per worker, which measures for all numbers of threads."""

    def __init__(self):
        self.started, self.threads = {}, {}

    def __call__(self, module, name, workload):
        threads = workload.settings["engine.threads"]
        self.threads.setdefault(name, []).append(threads)
        if name not in self.started:
            self.started[name] = WorkerProcess(module, name, workload)
            self.started[name].conditions = self.started[name].read()
        return SharedWorker(self.started[name])

    def kill(self):
        for worker in self.started.values():
            worker.__exit__()


class SharedWorker:
    """A worker that others use too: it ends with the last one."""

    def __init__(self, worker):
        self.read, self.measure = lambda: worker.conditions, worker.measure

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass


@pytest.fixture
def shared_workers(monkeypatch):
    """Processes that load torch once per worker: nine of them take too long for a test."""
    shared = SharedWorkers()
    monkeypatch.setattr(contention_benchmarks, "WorkerProcess", shared)
    yield shared
    shared.kill()


def test_the_automatic_choice_is_compared_with_one_and_two_threads(
    tmp_path, monkeypatch, shared_workers
):
    trainings = (("Small", "tiny-vgg-fashion", SMALL),)
    monkeypatch.setattr(contention_benchmarks, "_TRAININGS", trainings)
    monkeypatch.setattr(contention_benchmarks, "_SETTINGS", {"optim.epochs": 10_000, **SMALL})
    monkeypatch.setattr(contention_benchmarks, "_BUSY_COUNTS", (0, 1))
    session = BenchmarkSession(tmp_path / "data", tmp_path, repeats=1, seconds=0.0)
    results = list(run_benchmarks([BENCHMARKS["contention"]], session))
    assert not [result.failure for result in results if result.failure]
    assert [result.label for result in results[:4:2]] == [
        "Small, beside 0 busy processes",
        "Small, beside 1 busy process",
    ]
    assert [result.baseline for result in results] == ["1 thread", "2 threads"] * 8
    assert all(result.value > 0 and result.baseline_value >= 0 for result in results)
    workers = ("training", "evaluation", "evaluation-and-training")
    assert shared_workers.threads == {name: [0, 1, 2] for name in workers}
