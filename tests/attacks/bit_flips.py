"""Single bits that flip in weights, training states and other files of a run.

`python -m tests.attacks.bit_flips --count 1000 --seed 1` trains a small run, flips one bit after
another in its files, loads each damaged file as the program does, and prints what went unnoticed.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from studio.errors import StudioError
from studio.recipes import load_recipe
from studio.runs import Run, RunStore
from studio.runs.checkpoints import load_model, load_state
from studio.runs.manifest import verify_file
from studio.training import Trainer
from tests.fixed_engine import FIXED_ENGINE

WEIGHTS_AND_STATES = ("state.pt", "weights/last.safetensors", "weights/best.safetensors")
OTHERS = (
    "manifest.json",
    "config.toml",
    "predictions/epoch_001.npz",
    "history/probability.npy",
    "history/correct.npy",
    "history/indices.npy",
)


@dataclass(frozen=True)
class Flip:
    """One changed bit: of which file, at which byte, and which of its bits."""

    name: str
    byte: int
    bit: int


def train_run(runs_dir: Path) -> Run:
    """A finished run of two epochs of a small network."""
    values = {"optim.epochs": 2, "optim.batch_size": 256, "model.filters": [[4]]}
    config = load_recipe("digits-quickstart").config.with_values(FIXED_ENGINE | values)
    run = RunStore(runs_dir).create(config)
    Trainer(config, run).fit()
    return run


def choose_flips(run: Run, names: tuple[str, ...], count: int, rng: Random) -> list[Flip]:
    """As many flips, each of a random bit of a random file."""
    sizes = {name: (run.path / name).stat().st_size for name in names}
    chosen = [rng.choice(names) for _ in range(count)]
    return [Flip(name, rng.randrange(sizes[name]), rng.randrange(8)) for name in chosen]


def find_unnoticed(run: Run, flips: list[Flip]) -> list[Flip]:
    """The flips after which the file was loaded without a StudioError. The run is left intact."""
    return [flip for flip in flips if not _is_noticed(run, flip)]


def _is_noticed(run: Run, flip: Flip) -> bool:
    path = run.path / flip.name
    _flip(path, flip)
    try:
        _loader(flip.name)(path)
    except StudioError:
        return True
    finally:
        _flip(path, flip)
    return False


def _flip(path: Path, flip: Flip) -> None:
    with path.open("rb+") as file:
        file.seek(flip.byte)
        (value,) = file.read(1)
        file.seek(flip.byte)
        file.write(bytes([value ^ 1 << flip.bit]))


def _loader(name: str) -> Callable[[Path], object]:
    if name == "state.pt":
        return load_state
    if name == "config.toml":
        return lambda path: Run(path.parent).config
    if name == "manifest.json":
        return lambda path: verify_file(path.parent / "state.pt")
    return load_model if name.endswith(".safetensors") else verify_file


def main() -> int:
    """Flip bits at full size. Return 1 if one went unnoticed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"seed {options.seed}")  # noqa: T201
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        run = train_run(Path(folder))
        for names in (WEIGHTS_AND_STATES, OTHERS):
            flips = choose_flips(run, names, options.count, Random(options.seed))
            unnoticed = find_unnoticed(run, flips)
            failed += len(unnoticed)
            for flip in unnoticed:
                print(f"unnoticed: {flip}")  # noqa: T201
            noticed = len(flips) - len(unnoticed)
            print(f"{noticed} of {len(flips)} noticed in {', '.join(names)}")  # noqa: T201
        load_state(run.state)
        load_model(run.best_weights)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
