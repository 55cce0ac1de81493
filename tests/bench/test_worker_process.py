"""Processes that measure in turns, end with whoever asked, and say why they cannot."""

import subprocess
from pathlib import Path

import psutil
import pytest

from studio.bench import worker_process
from studio.bench.worker_process import Worker, kill_worker_processes, take_turns
from studio.bench.workload import Workload
from studio.errors import StudioError

JOB = Workload("tiny-vgg-fashion", Path("data"), Path("runs"), 0.5, {"optim.epochs": 3})


@pytest.fixture
def play(monkeypatch, tmp_path):
    """Starts workers of a module that a test writes."""
    started = []
    popen = subprocess.Popen

    def remember(command, **how):
        started.append(popen(command, **how, cwd=tmp_path))
        return started[-1]

    monkeypatch.setattr(worker_process.subprocess, "Popen", remember)

    def start(code):
        (tmp_path / "played.py").write_text(code)
        return Worker("played", "name", JOB)

    start.started = started
    return start


COUNTING = """
import sys
from studio.bench.workload import Workload
from studio.bench.workers.protocol import open_pipe, wait_for_turn
say = open_pipe()
print("this is no answer")
say({"workload": Workload.from_json(sys.argv[2]).settings})
number = 0
while True:
    wait_for_turn()
    number += 1
    say({"number": number})
"""


def test_a_job_arrives_as_it_was_sent():
    assert Workload.from_json(JOB.to_json()) == JOB
    assert JOB.config.optim.epochs == 3


def test_one_that_nothing_else_can_end_is_ended(play):
    with play(COUNTING):
        (process,) = play.started
        kill_worker_processes()
        assert not psutil.pid_exists(process.pid)


def test_it_answers_turn_by_turn_and_ends_with_the_block(play):
    with play(COUNTING) as counting:
        assert counting.read() == {"workload": {"optim.epochs": 3}}
        told = []
        answers = take_turns({"one": counting}, 2, lambda share, text: told.append((share, text)))
        assert answers == {"one": [{"number": 1}, {"number": 2}]}
        assert told == [(0.0, "one, 1 of 2"), (0.5, "one, 2 of 2")]
    assert play.started[0].returncode is not None
    assert not psutil.pid_exists(play.started[0].pid)


def test_turns_alternate(play):
    class Answers:
        def __init__(self, name):
            self.name = name

        def turn(self):
            order.append(self.name)
            return {}

    order = []
    take_turns({name: Answers(name) for name in "AB"}, 3, lambda share, text: None)
    assert order == list("ABABAB")


def test_what_it_says_of_an_error_is_passed_on(play):
    code = (
        "from studio.bench.workers.protocol import *\nsay = open_pipe()\nwith report_errors(say):\n"
    )
    code += "    raise StudioError('No CUDA device was found.', 'Choose cpu.')\n"
    with play(code) as failing, pytest.raises(StudioError, match=r"No CUDA .* Choose cpu\."):
        failing.read()


def test_one_that_dies_is_told_by_its_last_line(play):
    with play("raise ValueError('out of paper')") as dying:
        with pytest.raises(StudioError, match="ended with code 1: ValueError: out of paper"):
            dying.read()
        with pytest.raises(StudioError, match="out of paper"):
            dying.turn()


def test_without_an_asker_it_ends_by_itself(play):
    with play(COUNTING) as counting:
        counting.read()
        play.started[0].stdin.close()
        assert play.started[0].wait(10) == 0
