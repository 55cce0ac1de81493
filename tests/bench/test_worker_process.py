"""Worker processes measure on request, end with the process that asks, and report errors."""

import subprocess
from pathlib import Path

import psutil
import pytest

from studio.bench import worker_process
from studio.bench.worker_process import WorkerProcess, kill_worker_processes, measure_in_rounds
from studio.bench.workload import Workload
from studio.callbacks import ignore_progress
from studio.errors import StudioError

WORKLOAD = Workload("tiny-vgg-fashion", Path("data"), Path("runs"), 0.5, {"optim.epochs": 3})


@pytest.fixture
def start_worker(monkeypatch, tmp_path):
    """Starts a worker that runs the given code; `start_worker.processes` are those started."""
    processes = []
    popen = subprocess.Popen

    def popen_in_tmp_path(command, **options):
        processes.append(popen(command, **options, cwd=tmp_path))
        return processes[-1]

    monkeypatch.setattr(worker_process.subprocess, "Popen", popen_in_tmp_path)

    def start(code):
        (tmp_path / "test_worker_module.py").write_text(code)
        return WorkerProcess("test_worker_module", "name", WORKLOAD)

    start.processes = processes
    return start


COUNTING_WORKER = """
import sys
from studio.bench.workers.protocol import open_pipe, wait_for_request
from studio.bench.workload import Workload
send = open_pipe()
print("this is no message")
send({"settings": Workload.from_json(sys.argv[2]).settings})
number = 0
while True:
    wait_for_request()
    number += 1
    send({"number": number})
"""


def test_a_workload_survives_its_json():
    assert Workload.from_json(WORKLOAD.to_json()) == WORKLOAD
    assert WORKLOAD.config.optim.epochs == 3


def test_all_child_processes_can_be_killed(start_worker):
    with start_worker(COUNTING_WORKER):
        (process,) = start_worker.processes
        kill_worker_processes()
        assert not psutil.pid_exists(process.pid)


def test_it_measures_on_request_and_ends_with_the_block(start_worker):
    with start_worker(COUNTING_WORKER) as worker:
        assert worker.read() == {"settings": {"optim.epochs": 3}}
        reports = []
        measured = measure_in_rounds({"one": worker}, 2, lambda *report: reports.append(report))
        assert measured == {"one": [{"number": 1}, {"number": 2}]}
        assert reports == [(0.0, "one, 1 of 2"), (0.5, "one, 2 of 2")]
    (process,) = start_worker.processes
    assert process.returncode is not None
    assert not psutil.pid_exists(process.pid)


def test_workers_alternate():
    class FakeWorker:
        def __init__(self, name):
            self.name = name

        def measure(self):
            order.append(self.name)
            return {}

    order = []
    measure_in_rounds({name: FakeWorker(name) for name in "AB"}, 3, ignore_progress)
    assert order == list("ABABAB")


def test_an_expected_error_is_passed_on(start_worker):
    code = "from studio.bench.workers.protocol import *\nsend = open_pipe()\n"
    code += "with report_errors(send):\n"
    code += "    raise StudioError('No CUDA device was found.', 'Choose cpu.')\n"
    with (
        start_worker(code) as worker,
        pytest.raises(StudioError, match=r"No CUDA .* Choose cpu\."),
    ):
        worker.read()


def test_a_crash_is_described_by_the_last_line_of_stderr(start_worker):
    with start_worker("raise ValueError('out of paper')") as worker:
        with pytest.raises(StudioError, match="ended with code 1: ValueError: out of paper"):
            worker.read()
        with pytest.raises(StudioError, match="out of paper"):
            worker.measure()


def test_it_ends_when_its_input_is_closed(start_worker):
    with start_worker(COUNTING_WORKER) as worker:
        worker.read()
        (process,) = start_worker.processes
        process.stdin.close()
        assert process.wait(10) == 0
