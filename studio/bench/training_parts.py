"""How fast networks are trained, beside the plain loop and beside Keras."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec

from studio.bench.job import Job
from studio.bench.rows import Row
from studio.bench.session import RIVALS, Session
from studio.bench.worker import Answer, Worker

# A worker of studio.bench.rivals and its job.
Entry = tuple[str, Job]

TINY = "tiny-vgg-fashion"
ENDLESS = {"optim.epochs": 10_000, "engine.log_every": 10}
RATE = "images/s"
PLAIN = "plain loop"
_EPOCHS = 10


def measure_tiny_vgg(session: Session) -> Iterator[Row]:
    """Tiny VGG as its recipe says: batch 32, augmentation."""
    job, pictures = session.job(TINY, ENDLESS)
    row = Row("tiny-vgg", "Tiny VGG, batch 32", RATE, "≥ 5 ×")
    yield from _race(session, [(row, ("ours", job))], {PLAIN: ("plain", job)}, pictures)


def measure_mini_vgg(session: Session, part: str, version: int) -> Iterator[Row]:
    """A Mini VGG, batch 16, with torch's layers and with those written by hand."""
    what, recipe = f"Mini VGG {version}, batch 16", f"mini-vgg-v{version}-mnist"
    job, pictures = session.job(recipe, {**ENDLESS, "optim.batch_size": 16})
    by_hand = replace(job, settings={**job.settings, "model.layers": "scratch"})
    ours = [
        (Row(part, what, RATE, "≥ 2.5 ×"), ("ours", job)),
        (Row(part, f"{what}, layers by hand", RATE, "≥ 1 ×"), ("ours", by_hand)),
    ]
    yield from _race(session, ours, {PLAIN: ("plain", job)}, pictures)


def measure_keras(session: Session) -> Iterator[Row]:
    """Tiny VGG in Keras 3, in both of its precisions."""
    row = Row("keras", "Tiny VGG, batch 32", RATE, "≥ 1.3 ×")
    if find_spec("keras") is None:
        yield replace(row, setting="keras is not installed")
        return
    job, pictures = session.job(TINY, ENDLESS)
    rivals = {
        "Keras, float32": ("keras-float32", job),
        "Keras, mixed_bfloat16": ("keras-bfloat16", job),
    }
    yield from _race(session, [(row, ("ours", job))], rivals, pictures)


def measure_recipe(session: Session) -> Iterator[Row]:
    """The whole recipe of Tiny VGG beside as many epochs of the plain loop, of which one runs."""
    job, pictures = session.job(TINY, {"optim.epochs": _EPOCHS})
    workers = {"ours": _worker("ours-whole", job), PLAIN: _worker("plain-epochs", job)}
    facts, turns = session.take_turns(workers)
    scaled = f"{setting_words(facts, pictures)}; 1 epoch of the plain loop ran, times {_EPOCHS}"
    what = f"Tiny VGG, {_EPOCHS} epochs"
    row = Row("tiny-vgg-recipe", what, "s", "≥ 20 ×, ≤ 6 s on an H200", setting=scaled)
    ours = [answer["seconds"] for answer in turns["ours"]]
    theirs = [_EPOCHS * answer["seconds"] for answer in turns[PLAIN]]
    yield row.against(ours, theirs, PLAIN, "less")


def _race(
    session: Session,
    ours: Sequence[tuple[Row, Entry]],
    rivals: Mapping[str, Entry],
    pictures: str,
) -> Iterator[Row]:
    """Each of our rows against each rival, all of them taking turns."""
    entries = {row.what: entry for row, entry in ours} | dict(rivals)
    facts, turns = session.take_turns({name: _worker(*entry) for name, entry in entries.items()})
    rates = {name: [turn["images_per_second"] for turn in taken] for name, taken in turns.items()}
    for row, _ in ours:
        for rival in rivals:
            both = {"ours": facts[row.what], rival: facts[rival]}
            told = replace(row, setting=setting_words(both, pictures))
            yield told.against(rates[row.what], rates[rival], rival)


def _worker(name: str, job: Job) -> partial[Worker]:
    return partial(Worker, RIVALS, name, job)


def setting_words(facts: Mapping[str, Answer], pictures: str) -> str:
    """Which pictures, and with what each was measured."""
    return "; ".join([pictures, *(f"{name}: {_fact_words(fact)}" for name, fact in facts.items())])


def _fact_words(facts: Answer) -> str:
    threads = facts.get("threads")
    words = [facts.get("device_name"), facts.get("precision"), facts.get("backend")]
    words.append(threads and f"{threads} thread{'s' * (threads != 1)}")
    return ", ".join(str(word) for word in words if word)
