"""The fastest arithmetic for one network on this processor, by a short measurement."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from statistics import median

from studio.callbacks import OnProgress, ShouldStop
from studio.config import EngineConfig, TrainConfig
from studio.data import ImageDataset
from studio.errors import Stopped
from studio.models import summarize
from studio.training.backend.calibration_cache import recall, remember
from studio.training.backend.devices import most_threads, multiplies_bfloat16
from studio.training.backend.engine import Engine
from studio.training.backend.trial import Trial

# Seconds of one step, its way back included; the first ones of an engine are longer.
TimeStep = Callable[[Engine], float]

# Multiply-adds a second of an ordinary core: good enough to guess how long a training takes.
_SPEED = 3e10
_WORTH_SECONDS = 120.0
# Of the training, and in seconds.
_SHARE, _LEAST, _LONGEST = 0.001, 3.0, 20.0
# A rival has to be plainly faster, so that noise does not choose.
_GAIN = 1.1
_HOPELESS = 0.5
_FEWEST, _MOST_ROUNDS = 3, 9


def choose_engine(
    config: TrainConfig,
    image_set: ImageDataset,
    default: Engine,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> Engine:
    """`default`, or where the training is long, what this network is fastest with.

    What the user set stays. What was found is remembered for this machine, network and batch.
    Raises Stopped.
    """
    expected = _guess_seconds(config, len(image_set.splits["train"]))
    if expected < _WORTH_SECONDS or not Trial.fits(config, default.threads):
        return default
    fixed = default.overlaps(config.model)
    rivals = list(list_rivals(config.engine, default, most_threads(), fixed))
    if not rivals:
        return default
    known = recall(config, default, rivals)
    if known is None:
        allowed = min(max(_SHARE * expected, _LEAST), _LONGEST)
        with closing(Trial(config, default.threads)) as trial:
            known, complete = calibrate(default, rivals, trial, allowed, on_progress, should_stop)
        if complete:
            remember(config, default, rivals, known)
    return known


def list_rivals(
    config: EngineConfig, default: Engine, most_threads: int, keeps_threads: bool = False
) -> Iterator[Engine]:
    """What else could be faster, each differing from `default` in one thing.

    Threads that overlap are kept: during the training they find out themselves when one is faster,
    and a measurement beside another program would be remembered for ever.
    """
    if config.precision == "auto" and multiplies_bfloat16():
        other = "bfloat16" if default.precision == "float32" else "float32"
        yield replace(default, precision=other)
    if config.memory_format == "auto":
        other = "contiguous" if default.memory_format == "channels_last" else "channels_last"
        yield replace(default, memory_format=other)
    if not (config.threads or keeps_threads):
        if most_threads > default.threads:
            yield replace(default, threads=most_threads)
        # A small network has too little to share among many.
        yield from (replace(default, threads=2**n) for n in range(6) if 2**n < default.threads)


def calibrate(
    default: Engine,
    rivals: list[Engine],
    time_step: TimeStep,
    seconds: float,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[Engine, bool]:
    """The fastest of each kind of rivals, put together, and whether all could be compared.

    Takes little longer than `seconds`: what is undecided by then stays as it is. Raises Stopped.
    """

    def step(engine: Engine) -> float:
        if should_stop():
            raise Stopped
        return time_step(engine)

    best, end, complete = default, clock() + seconds, True
    for done, rival in enumerate(rivals):
        on_progress(done / len(rivals), "Issue what this network computes fastest with")
        rival = _apply(best, rival, default)
        now = clock()
        until = now + (end - now) / (len(rivals) - done)
        faster = _is_faster(rival, best, step, until, clock)
        best = rival if faster else best
        complete &= faster is not None
    return replace(best, reason="calibrated"), complete


def _apply(best: Engine, rival: Engine, default: Engine) -> Engine:
    """What `rival` changes of `default`, changed of `best`."""
    changes = {
        name: getattr(rival, name)
        for name in ("precision", "memory_format", "threads")
        if getattr(rival, name) != getattr(default, name)
    }
    return replace(best, **changes)


def _is_faster(
    rival: Engine, best: Engine, time_step: TimeStep, end: float, clock: Callable[[], float]
) -> bool | None:
    """By steps in turns: what disturbs the machine disturbs both. None where there is no time."""
    # The first step of each prepares its kernels.
    if clock() + 2 * _FEWEST * time_step(best) > end:
        return None
    time_step(rival)
    ratios: list[float] = []
    while len(ratios) < _MOST_ROUNDS and clock() < end:
        ratios.append(time_step(best) / time_step(rival))
        if ratios[-1] < _HOPELESS:
            return False
    return median(ratios) >= _GAIN if len(ratios) >= _FEWEST else None


def _guess_seconds(config: TrainConfig, images: int) -> float:
    seen = images * config.optim.epochs
    if config.engine.max_steps:
        seen = min(seen, config.engine.max_steps * config.optim.batch_size)
    # The way back costs twice the way there.
    return 3 * summarize(config.model).multiply_adds * seen / _SPEED
