"""How fast networks are trained, beside the plain loop and beside Keras."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec

from studio.bench.results import BenchmarkResult
from studio.bench.session import WORKERS, BenchmarkSession
from studio.bench.worker_process import Answer, Worker
from studio.bench.workload import Workload

# A worker of studio.bench.baselines and its workload.
Entry = tuple[str, Workload]

TINY = "tiny-vgg-fashion"
ENDLESS = {"optim.epochs": 10_000, "engine.log_every": 10}
RATE = "images/s"
PLAIN = "plain loop"
_EPOCHS = 10


def measure_tiny_vgg(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Tiny VGG as its recipe says: batch 32, augmentation."""
    workload, pictures = session.workload(TINY, ENDLESS)
    row = BenchmarkResult("tiny-vgg", "Tiny VGG, batch 32", RATE, "≥ 5 ×")
    yield from _race(session, [(row, ("ours", workload))], {PLAIN: ("plain", workload)}, pictures)


def measure_mini_vgg(
    session: BenchmarkSession, part: str, version: int
) -> Iterator[BenchmarkResult]:
    """A Mini VGG, batch 16, with torch's layers and with those written by hand."""
    what, recipe = f"Mini VGG {version}, batch 16", f"mini-vgg-v{version}-mnist"
    workload, pictures = session.workload(recipe, {**ENDLESS, "optim.batch_size": 16})
    by_hand = replace(workload, settings={**workload.settings, "model.layers": "scratch"})
    ours = [
        (BenchmarkResult(part, what, RATE, "≥ 2.5 ×"), ("ours", workload)),
        (BenchmarkResult(part, f"{what}, layers by hand", RATE, "≥ 1 ×"), ("ours", by_hand)),
    ]
    yield from _race(session, ours, {PLAIN: ("plain", workload)}, pictures)


def measure_keras(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """Tiny VGG in Keras 3, in both of its precisions."""
    row = BenchmarkResult("keras", "Tiny VGG, batch 32", RATE, "≥ 1.3 ×")
    if find_spec("keras") is None:
        yield replace(row, setting="keras is not installed")
        return
    workload, pictures = session.workload(TINY, ENDLESS)
    rivals = {
        "Keras, float32": ("keras-float32", workload),
        "Keras, mixed_bfloat16": ("keras-bfloat16", workload),
    }
    yield from _race(session, [(row, ("ours", workload))], rivals, pictures)


def measure_recipe(session: BenchmarkSession) -> Iterator[BenchmarkResult]:
    """The whole recipe of Tiny VGG beside as many epochs of the plain loop, of which one runs."""
    workload, pictures = session.workload(TINY, {"optim.epochs": _EPOCHS})
    workers = {"ours": _worker("ours-whole", workload), PLAIN: _worker("plain-epochs", workload)}
    facts, turns = session.take_turns(workers)
    scaled = f"{setting_words(facts, pictures)}; 1 epoch of the plain loop ran, times {_EPOCHS}"
    what = f"Tiny VGG, {_EPOCHS} epochs"
    row = BenchmarkResult("tiny-vgg-recipe", what, "s", "≥ 20 ×, ≤ 6 s on an H200", setting=scaled)
    ours = [answer["seconds"] for answer in turns["ours"]]
    theirs = [_EPOCHS * answer["seconds"] for answer in turns[PLAIN]]
    yield row.against(ours, theirs, PLAIN, "less")


def _race(
    session: BenchmarkSession,
    ours: Sequence[tuple[BenchmarkResult, Entry]],
    rivals: Mapping[str, Entry],
    pictures: str,
) -> Iterator[BenchmarkResult]:
    """Each of our rows against each rival, all of them taking turns."""
    entries = {row.what: entry for row, entry in ours} | dict(rivals)
    facts, turns = session.take_turns({name: _worker(*entry) for name, entry in entries.items()})
    rates = {name: [turn["images_per_second"] for turn in taken] for name, taken in turns.items()}
    for row, _ in ours:
        for rival in rivals:
            both = {"ours": facts[row.what], rival: facts[rival]}
            told = replace(row, setting=setting_words(both, pictures))
            yield told.against(rates[row.what], rates[rival], rival)


def _worker(name: str, workload: Workload) -> partial[Worker]:
    return partial(Worker, WORKERS, name, workload)


def setting_words(facts: Mapping[str, Answer], pictures: str) -> str:
    """Which pictures, and with what each was measured."""
    return "; ".join([pictures, *(f"{name}: {_fact_words(fact)}" for name, fact in facts.items())])


def _fact_words(facts: Answer) -> str:
    threads = facts.get("threads")
    words = [facts.get("device_name"), facts.get("precision"), facts.get("backend")]
    words.append(threads and f"{threads} thread{'s' * (threads != 1)}")
    return ", ".join(str(word) for word in words if word)
