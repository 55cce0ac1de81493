"""Kill trainings at random moments, resume them, and compare what they end with bit by bit.

    python -m tests.training.kill_trainings --kills 200 --seed 7

Each training is killed with SIGKILL at a random time, or before or shortly after a random file
operation, which is inside a save; then it is resumed, killed again, and at last trained to its end.
Weights, training state, history, predictions and log must then be those of a training that was
never killed. POSIX only: the processes are forked, so that torch is loaded once.
"""

import argparse
import math
import os
import random
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from studio.recipes import load_recipe
from studio.runs import Run, RunStatus, RunStore
from studio.runs.checkpoints import load_model, load_state
from studio.runs.finite import flatten_values
from studio.training import Trainer, loop
from studio.training.live_settings import SettingsMailbox
from studio.training.train_step import TrainStep
from tests.fixed_engine import FIXED_ENGINE
from tests.training.fitting import same_history, same_weights

# A checkpoint at nearly every step, so that most kills are near one.
CHECKPOINT_INTERVAL_S = 0.01
KILLS_PER_RUN = 5
DELAY_S = 0.004  # at most, between a file operation and the kill: a save takes about as long
FILE_OPERATIONS = ("fsync", "replace", "rename", "link", "unlink", "open")
# Besides times, `reason` says that compute settings are those of a resumed training.
TIMES = {"reason", "seconds", "images_per_second", "rate_seconds", "validation_seconds"}
RECORDED = ("StepEnd", "EpochEnd", "ModelChecked", "SettingsChanged", "RolledBack", "FitEnded")

BASE = FIXED_ENGINE | {
    "data.subset": 300,
    "data.test_subset": 60,
    "optim.epochs": 3,
    "optim.batch_size": 64,
    "optim.ema": 0.9,
    "optim.schedule": "onecycle",
    "optim.label_smoothing": 0.1,
    "model.filters": [[4], [8]],
    "model.hidden": [16],
    "model.norm": "batch",
    "model.dropout": 0.4,
    "augment.rotate": 10,
    "augment.thickness": 0.3,
    "augment.noise": 0.1,
    "augment.erase": 0.3,
    "engine.log_every": 2,
    "engine.keep_weights": "every",
}


@dataclass(frozen=True)
class Scenario:
    """A configuration, and settings changed while it trains, by the steps done before them."""

    name: str
    values: dict[str, object]
    changes: dict[int, dict[str, float]] = field(default_factory=dict)
    diverges: bool = False  # at step 9, while its learning rate is that of the configuration


SCENARIOS = (
    Scenario(
        "AdamW with mixup and gradient clipping",
        {"optim.optimizer": "adamw", "optim.mixup": 0.3, "optim.clip_norm": 0.5},
    ),
    Scenario(
        "SGD, hand-written layers, bfloat16, settings changed while it trains",
        {
            "optim.optimizer": "sgd",
            "optim.lr": 0.05,
            "model.layers": "scratch",
            "engine.precision": "bfloat16",
        },
        {
            3: {"optim.lr": 0.02, "optim.weight_decay": 0.1},
            7: {"model.dropout": 0.1, "augment.strength": 0.4},
            11: {"optim.weight_decay": 0.0, "optim.lr": 0.03},
        },
    ),
    Scenario(
        "Muon, early stopping, rolled back after it diverged",
        {
            "optim.optimizer": "muon",
            "optim.schedule": "constant",
            "optim.on_divergence": "roll_back",
            "optim.patience": 2,
        },
        {6: {"optim.weight_decay": 0.05}, 8: {"optim.weight_decay": 0.0}},
        diverges=True,
    ),
    Scenario("a head on a frozen backbone", {"model.unfrozen": 0, "model.views": 2}),
)


def main() -> int:
    """Return 0 if every training ended as if it had not been killed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)  # forked processes would wait for the threads of this one
    loop.CHECKPOINT_INTERVAL_S = CHECKPOINT_INTERVAL_S
    killer, began = Killer(random.Random(options.seed)), time.monotonic()
    memory_disk = "/dev/shm" if Path("/dev/shm").is_dir() else None  # where fsync costs nothing
    with tempfile.TemporaryDirectory(prefix="vgg-studio-kills-", dir=memory_disk) as folder:
        store = RunStore(Path(folder) / "runs")
        backbone = train_backbone(store)
        for number, scenario in enumerate(SCENARIOS):
            values = BASE | scenario.values
            if "model.views" in values:
                values["model.backbone"] = f"run:{backbone.path}"
            share = options.kills * (number + 1) // len(SCENARIOS)
            problems = check_scenario(store, scenario, values, killer, share)
            if problems:
                report(f"{scenario.name}: {'; '.join(problems)}")
                return 1
    seconds = time.monotonic() - began
    inside = f"{killer.inside_saves} of them at a file operation"
    report(f"{killer.kills} kills, {inside}: the same bits each time ({seconds:.0f} s)")
    return 0


def report(text: str) -> None:
    """Write a line for the caller."""
    sys.stdout.write(f"{text}\n")


def train_backbone(store: RunStore) -> Run:
    """The run whose blocks are the frozen backbone."""
    values = BASE | {"optim.epochs": 1, "data.image_size": 16}
    run = store.create(load_recipe("digits-quickstart").config.with_values(values))
    Trainer(run.config, run).fit()  # here, so that the forked processes find all modules loaded
    return run


def check_scenario(
    store: RunStore, scenario: Scenario, values: dict[str, object], killer: "Killer", until: int
) -> list[str]:
    """Kill runs of a scenario until there were `until` kills; return what differs, if anything."""
    config = load_recipe("digits-quickstart").config.with_values(values)

    def train(run: Run) -> None:
        if scenario.diverges:
            make_diverge(config.optim.lr)
        Trainer(config, run, settings=SettingsMailbox(scenario.changes)).fit()

    whole, began = store.create(config), time.monotonic()
    wait_for(fork(lambda: train(whole)), "the training that is not killed")
    killer.duration_s = time.monotonic() - began
    while killer.kills < until:
        run = store.create(config)
        for _ in range(min(KILLS_PER_RUN, until - killer.kills)):
            if not killer.train_and_kill(lambda run=run: train(run)):
                break
            if problem := check_folder(run):
                return [problem]
        else:
            wait_for(fork(lambda run=run: train(run)), "the last part of a killed training")
        if problems := list(find_differences(run, whole)):
            return [f"{problem} of {run.path}" for problem in problems]
    return []


def make_diverge(lr: float) -> None:
    """Make a weight NaN in step 9 at the learning rate `lr`, but not at half of it."""
    original = TrainStep.step

    def step(self: TrainStep, images: torch.Tensor, labels: torch.Tensor) -> object:
        result = original(self, images, labels)
        if self.ema and self.ema.state_dict()["seen"] == 9 and self.lr > 0.75 * lr:
            next(self.model.parameters()).data.view(-1)[0] = math.nan
        return result

    TrainStep.step = step  # type: ignore[method-assign]  # only in this process


class Killer:
    """Kills child processes, each at another moment."""

    def __init__(self, rng: random.Random) -> None:
        self.kills = self.inside_saves = 0
        self.duration_s = 1.0  # of a training that is not killed
        self._rng = rng

    def train_and_kill(self, train: Callable[[], None]) -> bool:
        """Train in a child process and kill it; return False if it had ended before."""
        rng = self._rng
        at_operation = rng.random() < 0.6
        operation, delay_s = rng.randrange(1, 160), rng.choice((0.0, rng.uniform(0, DELAY_S)))

        def work() -> None:
            if at_operation:
                kill_at_operation(operation, delay_s)
            train()

        pid = fork(work)
        if not at_operation:
            time.sleep(rng.uniform(0, self.duration_s))
            os.kill(pid, signal.SIGKILL)
        status = os.waitpid(pid, 0)[1]
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            self.kills += 1
            self.inside_saves += at_operation
            return True
        if status:
            raise SystemExit("a training failed, see above")
        return False


def kill_at_operation(count: int, delay_s: float) -> None:
    """Kill this process at its file operation number `count`, or `delay_s` after its beginning."""
    left = iter(range(count, -1, -1))

    def count_down(operation: Callable[..., object]) -> Callable[..., object]:
        def counted(*args: object, **options: object) -> object:
            if next(left, 0) == 1:
                if not delay_s:
                    kill()
                threading.Timer(delay_s, kill).start()
            return operation(*args, **options)

        return counted

    for name in FILE_OPERATIONS:
        setattr(os, name, count_down(getattr(os, name)))


def kill() -> None:
    """End this process as a power failure of the program would."""
    os.kill(os.getpid(), signal.SIGKILL)


def fork(work: Callable[[], object]) -> int:
    """Run `work` in a child process; return its process id."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001  # reported by the exit code
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return pid


def wait_for(pid: int, name: str) -> None:
    """Wait for a child process. Raises SystemExit when it fails."""
    if os.waitpid(pid, 0)[1]:
        raise SystemExit(f"{name} failed, see above")


def check_folder(run: Run) -> str:
    """Return what is wrong with the folder of a killed run: it must be usable at every moment."""
    status = run.status
    was_begun = status is not None and status.pid != os.getpid()  # this process created the run
    if was_begun and status.observed not in (RunStatus.INTERRUPTED, RunStatus.FINISHED):
        return f"a killed run is {status.observed}"
    for path in (run.best_weights, run.last_weights):
        if path.exists():
            load_model(path)
    if run.state.exists():
        load_state(run.state)
    return ""


def find_differences(run: Run, whole: Run) -> Iterator[str]:
    """Yield the names of what is not the same, bit by bit."""
    weights = ["weights/best.safetensors", "weights/last.safetensors"]
    weights += [f"weights/epoch_{epoch:03}.safetensors" for epoch in (1, 2, 3)]
    for name in weights:
        if not same_weights(run.path / name, whole.path / name):
            yield name
    yield from differing_values(training_state(run), training_state(whole))
    if not same_history(run, whole):
        yield "the history"
    for epoch in (1, 2, 3):
        ours, theirs = read_predictions(run, epoch), read_predictions(whole, epoch)
        if not np.array_equal(ours, theirs):
            yield f"the predictions of epoch {epoch}"
    if read_log(run) != read_log(whole):
        yield "the log"


def read_predictions(run: Run, epoch: int) -> np.ndarray:
    """The validation logits of an epoch."""
    with np.load(run.predictions(epoch)) as file:
        return file["logits"]


def training_state(run: Run) -> dict[str, object]:
    """The training state by dotted names, without times and the length of the log."""
    state = {k: v for k, v in load_state(run.state).items() if k != "log_bytes"}
    values = dict(flatten_values(state))
    return {name: value for name, value in values.items() if not TIMES & set(name.split("."))}


def differing_values(ours: dict[str, object], theirs: dict[str, object]) -> Iterator[str]:
    """Yield the names of tensors and values that only one has, or that are not the same."""
    for name in sorted(ours.keys() | theirs.keys()):
        a, b = ours.get(name), theirs.get(name)
        both = isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor)
        if not (torch.equal(a, b) if both else a == b):
            yield f"“{name}” of the state, {a!r:.40} and {b!r:.40},"


def read_log(run: Run) -> list[dict[str, object]]:
    """The log without times, the run's name, and what an interruption adds."""
    lines = [line for line in run.metrics() if line["event"] in RECORDED]
    return [{k: v for k, v in line.items() if k not in TIMES | {"run"}} for line in lines]


if __name__ == "__main__":
    sys.exit(main())
