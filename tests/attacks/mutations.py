"""Damaged and hostile variants of every file that the program reads.

Each variant is loaded through public functions, and either works or raises StudioError with one
clear sentence in reasonable time. At full size:

    python -m tests.attacks.mutations --count 20000 --seed 1 [--only state] [--keep FOLDER]
"""

import argparse
import dataclasses
import hashlib
import json
import random
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from studio.config import DataConfig, ModelConfig
from studio.data import load_dataset
from studio.data.formats.cifar import read_batch
from studio.data.overlay import (
    Overlay,
    export_csv,
    import_csv,
    load_overlay,
    load_snapshot,
    save_overlay,
    save_snapshot,
)
from studio.data.sample_ids import published_ids
from studio.errors import StudioError
from studio.export.report.contents import read_epoch_metrics
from studio.inference import Predictor
from studio.insight.features import read_arrays, write_arrays
from studio.insight.label_issues.cache import read_report
from studio.insight.prediction_cache import read_probabilities, write_probabilities
from studio.json_text import to_json
from studio.models.weights import read_torchvision
from studio.recipes import load_recipe, read_recipe
from studio.runs import Run, RunStore
from studio.runs.checkpoints import weights_path
from studio.runs.history import load_history
from studio.runs.manifest import verify_file
from studio.runs.recovery import restore_previous
from studio.runs.summary import summarize_run
from studio.training import Trainer
from studio.training.events import from_dict
from studio.training.saved_state import read_saved_state
from studio.ui.shared.run_curves import RunCurves
from tests.attacks import mutators
from tests.attacks.mutators import BYTES, Mutator
from tests.data.make_dataset_files import cifar_files, make_mnist
from tests.fixed_engine import FIXED_ENGINE

FIXTURES = Path(__file__).parents[1] / "fixtures" / "version_0_1"
# Far more than any of these small files takes, also on a busy machine.
SLOW_S = 10.0
SLOW_TARGET_ROUNDS = 10  # resuming a training takes a tenth of a second
# What belongs to programmers, or tells a person to trust a stranger's file.
FORBIDDEN_WORDS = ("weights_only", "torch.load", "Traceback", "SafetensorError", "add_safe_globals")

NARROW = ModelConfig(
    variant="vgg11", in_channels=3, image_size=32, filters=((4,), (4,), (4, 4), (4, 4), (4, 4))
)


@dataclass(frozen=True)
class Target:
    """A file, the changes that make sense for it, and what loads it."""

    name: str
    path: Path
    load: Callable[[], object]
    mutators: Sequence[Mutator] = ()
    is_slow: bool = False


@dataclass
class Outcome:
    """What happened: numbers by target and result, and the variants that failed."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    seconds: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0


def attack(
    folder: Path,
    count: int,
    seed: int,
    only: str = "",
    keep: Path | None = None,
) -> Outcome:
    """Load `count` variants, evenly distributed over the files; `folder` is for scratch files.

    `keep` is where the variants that failed are copied to.
    """
    outcome = Outcome()
    targets = [target for target in make_targets(folder) if only in ("", target.name)]
    for index in range(count):
        round_number, position = divmod(index, len(targets))
        target = targets[position]
        if target.is_slow and not only and round_number % SLOW_TARGET_ROUNDS:
            target = targets[round_number % len(targets)]
        rng = random.Random(f"{seed}-{index}")
        original = target.path.read_bytes()
        variant = _mutate(original, target, rng)
        target.path.write_bytes(variant)
        failure = _load(target, outcome)
        target.path.write_bytes(original)
        _remove_damaged_copies(target.path)
        if failure:
            outcome.failures.append(f"{target.name}, variant {index} of seed {seed}: {failure}")
            _keep(keep, f"{target.name}-{seed}-{index}{target.path.suffix}", variant)
    return outcome


def _mutate(original: bytes, target: Target, rng: random.Random) -> bytes:
    """Change a file once, sometimes several times."""
    choices = (*target.mutators, *target.mutators, *BYTES)
    variant = original
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        if variant:
            with suppress(Exception):  # what is damaged already may not be changed in this way
                variant = rng.choice(choices)(variant, rng)
    return variant


def _load(target: Target, outcome: Outcome) -> str:
    """Load a variant; returns what is wrong with how that ended."""
    began = time.perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            target.load()
            result, failure = "works", ""
        except StudioError as error:
            result, failure = "refused", _find_flaw(error)
        except Exception:  # noqa: BLE001 - these are what the attack looks for
            result, failure = "crashes", traceback.format_exc()
    seconds = time.perf_counter() - began
    outcome.slowest_s = max(outcome.slowest_s, seconds)
    outcome.seconds[target.name] += seconds
    if caught and not failure:
        failure = f"warning: {caught[0].message}"
    if seconds > SLOW_S and not failure:
        failure = f"took {seconds:.1f} s"
    outcome.counts[target.name, "fails" if failure else result] += 1
    return failure


def _find_flaw(error: StudioError) -> str:
    """What is wrong with the text of an error, empty for a good one."""
    text = str(error)
    words = [word for word in FORBIDDEN_WORDS if word in text]
    if words:
        return f"the error says {words}: {text}"
    if not error.message.strip() or "\n" in error.message or len(text) > 2000:
        return f"the error is not one clear sentence: {text[:2000]!r}"
    return ""


def _remove_damaged_copies(path: Path) -> None:
    for copy in path.parent.glob(f"{path.stem}.damaged-*"):
        copy.unlink()


def _keep(folder: Path | None, name: str, variant: bytes) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(variant)


def make_targets(folder: Path) -> list[Target]:
    """Write a run and data with every kind of file below `folder`, and return the targets."""
    listed = _train(folder / "runs")
    # Without a manifest, as runs of earlier versions: what it would refuse is loaded.
    run = Run(folder / "unlisted" / "20260101-000000-attacked-0000")
    shutil.copytree(listed.path, run.path)
    _remove_manifest(run)
    return [
        *_checkpoint_targets(run),
        *_record_targets(run),
        *_array_targets(run),
        *_listed_targets(listed),
        *_fix_targets(folder, run),
        *_dataset_targets(folder),
        *_other_targets(folder),
    ]


def _train(runs_dir: Path) -> Run:
    settings = {"model.filters": [[4]], "model.hidden": [], "data.subset": 100, "optim.epochs": 2}
    settings |= {"data.test_subset": 50, "engine.history": True, "optim.batch_size": 50}
    config = load_recipe("digits-quickstart").config.with_values(FIXED_ENGINE | settings)
    run = RunStore(runs_dir).create(config)
    Trainer(config, run).fit()
    return run


def _remove_manifest(run: Run) -> None:
    (run.path / "manifest.json").unlink(missing_ok=True)
    config = run.path / "config.toml"
    lines = config.read_text(encoding="utf-8").splitlines(keepends=True)
    config.write_text("".join(line for line in lines if not line.startswith("manifest")))


def _checkpoint_targets(run: Run) -> Iterable[Target]:
    store = RunStore(run.path.parent)

    def resume() -> None:
        with tempfile.TemporaryDirectory() as scratch:
            copy = Run(Path(scratch) / run.id)
            shutil.copytree(run.path, copy.path)
            config = run.config.with_values({"optim.epochs": 3})
            Trainer(config, copy).fit()

    def predict() -> None:
        predictor = Predictor.load(run.path)
        size = predictor.card.model.image_size
        shape = 1, predictor.card.model.in_channels, size, size
        probabilities = predictor.predict(np.zeros(shape, np.uint8))
        if not np.isfinite(probabilities).all():
            raise AssertionError("the probabilities are not finite")

    zipped = mutators.pickle_opcodes, mutators.pickle_splice, mutators.zip_fields
    zipped = (*zipped, mutators.zip_members)
    yield Target("state", run.state, lambda: read_saved_state(run), zipped)
    yield Target("resume", run.state, resume, zipped, is_slow=True)
    yield Target("weights", run.best_weights, predict, (mutators.safetensors_header,) * 3)
    yield Target("config", run.path / "config.toml", lambda: _open(store), (mutators.toml_values,))


def _open(store: RunStore) -> None:
    """List the runs, which always works, then open one."""
    (summary,) = store.list()
    run = Run(summary.path)
    to_json({"config": run.config.to_dict(), "record": run.record, "path": str(run.path)})


def _record_targets(run: Run) -> Iterable[Target]:
    store = RunStore(run.path.parent)

    def list_runs() -> None:
        (summary,) = store.list()
        text = to_json(dataclasses.asdict(summary) | {"path": "", "started": "", **_times(summary)})
        json.loads(text, parse_constant=_fail)
        summarize_run(run)

    def follow_metrics() -> None:
        events = run.metrics()
        for event in events:
            from_dict(event)
        to_json({"events": events})
        curves = RunCurves()
        curves.add_lines(run.metrics_path.read_bytes())
        curves.loss_by_step()
        curves.progress()
        read_epoch_metrics(run, lambda: False)

    json_only = (mutators.json_values,)
    yield Target("status", run.path / "status.json", list_runs, json_only)
    yield Target("metrics", run.metrics_path, follow_metrics, json_only)


def _times(summary: object) -> dict[str, str]:
    return {"last_heartbeat": str(getattr(summary, "last_heartbeat", ""))}


def _fail(constant: str) -> None:
    raise AssertionError(f"{constant} in JSON")


def _array_targets(run: Run) -> Iterable[Target]:
    dataset = load_dataset(run.config.data, run.path)
    weights = weights_path(run.path)
    shape = len(dataset.splits["test"]), len(dataset.class_names)
    write_probabilities(
        run.path, weights, dataset, "test", np.full(shape, 1 / shape[1], np.float32)
    )
    features = run.path / "features" / "test.npz"
    write_arrays(features, "key", values=np.zeros((20, 4), np.float32))
    report = run.path / "label_issues" / "test.json"
    report.parent.mkdir()
    report.write_text(json.dumps({"key": "key", "report": {"issues": [{"sample": 1}]}}))
    zipped = (mutators.zip_fields, mutators.zip_members)

    def read_logits() -> None:
        from studio.insight.label_issues.evidence import _validation_epochs

        _validation_epochs(run.path, dataset)

    yield Target(
        "probabilities",
        run.path / "predictions" / "test.npz",
        lambda: read_probabilities(run.path, weights, dataset, "test"),
        zipped,
    )
    yield Target("logits", run.predictions(1), read_logits, zipped)
    yield Target("features", features, lambda: read_arrays(features, "key"), zipped)
    yield Target("report", report, lambda: read_report(run.path, "test", "key"))
    for name in ("probability", "correct", "indices"):
        path = run.path / "history" / f"{name}.npy"
        yield Target(f"history {name}", path, lambda: load_history(run))


def _listed_targets(run: Run) -> Iterable[Target]:
    """A run with a manifest."""
    store = RunStore(run.path.parent)

    def open_and_verify() -> None:
        store.list()
        for path in (run.best_weights, run.state, run.metrics_path, run.path / "config.toml"):
            verify_file(path)
        Predictor.load(run.path)
        with tempfile.TemporaryDirectory() as scratch:
            copy = Run(Path(scratch) / run.id)
            shutil.copytree(run.path, copy.path)
            Trainer(copy.config, copy).fit()

    def restore() -> None:
        with tempfile.TemporaryDirectory() as scratch:
            outside = Path(scratch) / "outside"
            outside.write_text("kept")
            copy = Run(Path(scratch) / "runs" / run.id)
            shutil.copytree(run.path, copy.path)
            try:
                restore_previous(copy)
            finally:
                if outside.read_text() != "kept":
                    raise AssertionError("a file outside of the run was moved")

    manifest = run.path / "manifest.json"
    yield Target(
        "manifest",
        manifest,
        open_and_verify,
        (mutators.json_values, *(mutators.manifest_values,) * 3),
    )
    yield Target("restore", manifest, restore, (mutators.manifest_values,) * 4)
    yield Target("listed config", run.path / "config.toml", open_and_verify)


def _fix_targets(folder: Path, run: Run) -> Iterable[Target]:
    overlay = Overlay("Digits")
    overlay.relabel(["all:1", "all:2"], "3")
    overlay.set_note(["all:1"], "looks like a 3")
    overlay.add_tag(["all:5"], "odd")
    overlay.exclude(["all:6"])
    overlay.undo()
    path = folder / "overlays" / "digits.json"
    save_overlay(path, overlay)
    fixes_hash = save_snapshot(overlay.fixes, folder / "data", run.path)
    snapshot = run.path / "overlay.json"
    shutil.rmtree(folder / "data", ignore_errors=True)
    csv = folder / "fixes.csv"
    export_csv(overlay, csv)
    ids, classes = published_ids(100, 0), tuple("0123456789")
    values = (mutators.json_values,)

    def undo_and_redo() -> None:
        loaded = load_overlay(path)
        while loaded.can_undo:
            loaded.undo()
        while loaded.can_redo:
            loaded.redo()

    yield Target("overlay", path, undo_and_redo, values)
    yield Target(
        "snapshot", snapshot, lambda: load_snapshot(fixes_hash, folder / "data", run.path), values
    )
    yield Target(
        "fixes csv", csv, lambda: import_csv(Overlay(), csv, ids, classes), (mutators.csv_cells,)
    )


def _dataset_targets(folder: Path) -> Iterable[Target]:
    data_dir = folder / "datasets"
    raw = data_dir / "MNIST" / "raw"
    make_mnist(raw, packed=False)
    mnist = DataConfig(source="mnist")
    for name in ("train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"):
        yield Target(f"idx {name}", raw / name, lambda: load_dataset(mnist, data_dir))
    packed = folder / "packed" / "MNIST" / "raw"
    make_mnist(packed)
    yield Target(
        "idx gzip",
        packed / "train-images-idx3-ubyte.gz",
        lambda: load_dataset(mnist, folder / "packed"),
    )
    batch = folder / "data_batch_1"
    batch.write_bytes(cifar_files(3)["data_batch_1"])

    def read_with_its_own_checksum() -> None:
        digest = hashlib.md5(batch.read_bytes(), usedforsecurity=False).hexdigest()
        read_batch(batch, digest)

    yield Target("cifar", batch, read_with_its_own_checksum, (mutators.pickle_opcodes,))


def _other_targets(folder: Path) -> Iterable[Target]:
    recipe = folder / "recipe.toml"
    text = (Path(__file__).parents[2] / "resources/recipes/mini-vgg-v1-mnist.toml").read_bytes()
    recipe.write_bytes(text)
    yield Target("recipe", recipe, lambda: read_recipe(recipe), (mutators.toml_values,))
    zipped = mutators.pickle_opcodes, mutators.pickle_splice, mutators.zip_fields
    for name, changes in (
        ("vgg11-narrow.pth", (*zipped, mutators.zip_members)),
        ("vgg11-narrow.safetensors", (mutators.safetensors_header,)),
        ("old.pth", (mutators.pickle_opcodes, mutators.pickle_splice)),
    ):
        path = folder / name
        if name == "old.pth":
            _save_old(path)
        else:
            shutil.copyfile(FIXTURES / name, path)
        yield Target(name, path, lambda path=path: read_torchvision(path, NARROW), changes)


def _save_old(path: Path) -> None:
    import torch

    state = torch.load(FIXTURES / "vgg11-narrow.pth", weights_only=True)
    torch.save(state, path, _use_new_zipfile_serialization=False)


def main() -> int:
    """Attack at full size; the exit code is 1 if a variant failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="the name of one target")
    parser.add_argument("--keep", type=Path, help="a folder for the variants that failed")
    arguments = parser.parse_args()
    _print(f"seed {arguments.seed}")
    with tempfile.TemporaryDirectory() as folder:
        outcome = attack(
            Path(folder), arguments.count, arguments.seed, arguments.only, arguments.keep
        )
    for (target, result), number in sorted(outcome.counts.items()):
        _print(f"{target:28} {result:8} {number:6,}")
    for target, seconds in outcome.seconds.most_common(5):
        _print(f"{target:28} {seconds:6.1f} s in all")
    for failure in outcome.failures:
        _print(f"\n{failure}")
    _print(f"{len(outcome.failures)} failures, slowest {outcome.slowest_s:.2f} s")
    return 1 if outcome.failures else 0


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
