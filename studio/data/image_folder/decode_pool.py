"""Decode images in several child processes, within one budget of memory and with time limits."""

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from studio.callbacks import ShouldStop
from studio.data.image_folder.class_layout import SkippedFile
from studio.data.image_folder.decoding import Decoded, DeferredFile, TargetFormat, from_message
from studio.data.image_folder.sources import SourceFile
from studio.errors import IsolationError, Stopped
from studio.formatting import byte_size
from studio.isolation.idle_processes import keep_process, take_process
from studio.isolation.limits import CLOCK_FACTOR, Limits
from studio.isolation.pipes import wait_readable
from studio.isolation.process import ChildProcess, ProcessEnded
from studio.isolation.run import describe_end, describe_failure, make_call

_FUNCTION = "studio.data.image_folder.decoding:decode_files"

# What a process decodes at once: many small images, or one large one.
_BATCH_FILES, _BATCH_BYTES = 32, 1 << 20

# The memory that all processes together may take for decoding, on any number of cores. A decoder
# needs up to 12 bytes a pixel, for example for RGBA, its composition on white and the result.
_BUDGET_BYTES = 640_000_000
_BYTES_PER_PIXEL = 12
_CONTENT_COPIES = 4  # in this process, in the pipe, and in that of the decoder

# A larger image waits until it fits into the budget; smaller ones are decoded side by side.
_SMALL_PIXELS = 4_000_000

# Each process takes 50 MB, and four decode what one process can read.
_MAX_PROCESSES = 4

# Processor time. When a batch exceeds its limit, its files are decoded one by one.
_BATCH_SECONDS, FILE_SECONDS = 3.0, 10.0

_POLL_S = 0.05


@dataclass(frozen=True)
class _Job:
    """Files to decode in one call; a single large image is decoded without `defer_above`."""

    files: tuple[SourceFile, ...]
    cost_bytes: int
    defer_above: int | None = _SMALL_PIXELS

    @classmethod
    def of_files(cls, files: Iterable[SourceFile]) -> Self:
        """A job of images that are small or will be deferred."""
        chosen = tuple(files)
        return cls(chosen, _cost(_SMALL_PIXELS, chosen))

    @classmethod
    def of_large(cls, file: SourceFile, pixel_count: int) -> Self:
        """A job of one deferred image."""
        return cls((file,), _cost(pixel_count, (file,)), None)

    @property
    def limits(self) -> Limits:
        """Limits of the call."""
        seconds = FILE_SECONDS if len(self.files) == 1 else _BATCH_SECONDS
        return Limits(seconds, _BUDGET_BYTES)


def _cost(pixel_count: int, files: Iterable[SourceFile]) -> int:
    content_bytes = sum(len(file.content) for file in files)
    cost = _BYTES_PER_PIXEL * pixel_count + _CONTENT_COPIES * content_bytes
    return min(cost, _BUDGET_BYTES)


@dataclass(eq=False)
class _Decoder:
    """A child process, and the job it works on since `started`."""

    process: ChildProcess = field(default_factory=take_process)
    job: _Job | None = None
    started: float = 0.0

    def start(self, job: _Job, target: TargetFormat) -> None:
        """Send a job. Raises ProcessEnded."""
        self.job, self.started = job, time.monotonic()
        files = [[file.name, file.content] for file in job.files]
        arguments = {"files": files, "target": asdict(target), "defer_above": job.defer_above}
        self.process.send(make_call(_FUNCTION, arguments, job.limits))

    @property
    def is_overdue(self) -> bool:
        """Whether it waits for something, because the system ends what computes."""
        elapsed_s = time.monotonic() - self.started
        return self.job is not None and elapsed_s > CLOCK_FACTOR * (self.job.limits.seconds or 0)


class DecodePool:
    """A context manager that decodes files in child processes; results come in any order.

    A file that takes too long or too much memory, or that makes its process crash, is skipped with
    the reason, and the process is replaced.
    """

    def __init__(self, target: TargetFormat, should_stop: ShouldStop) -> None:
        self._target = target
        self._should_stop = should_stop
        self._max_processes = min(_MAX_PROCESSES, max(2, os.cpu_count() or 2))
        self._decoders: list[_Decoder] = []
        self._pending: list[_Job] = []
        self._finished: list[Decoded] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for decoder in self._decoders:
            if decoder.process.is_ready:
                keep_process(decoder.process)
            else:
                decoder.process.kill()
        self._decoders = []

    def decode(self, files: Iterator[SourceFile]) -> Iterator[tuple[list[Decoded], float]]:
        """Yield results and the fraction of the files that has been read. Raises Stopped.

        Files are read as decoders become free, so that few of them are in memory.
        """
        fraction_read = 0.0
        for batch in _batch_files(files):
            fraction_read = batch[-1].fraction_read
            self._submit(batch)
            while self._pending:
                self._wait()
                yield self._take_finished(), fraction_read
        while self._pending or self._busy():
            self._wait()
            yield self._take_finished(), fraction_read
        yield self._take_finished(), 1.0

    def _submit(self, batch: list[SourceFile]) -> None:
        unread = [SkippedFile(file.name, file.error) for file in batch if file.error]
        self._finished += unread
        if readable := [file for file in batch if not file.error]:
            self._pending.append(_Job.of_files(readable))
        self._start_jobs()

    def _take_finished(self) -> list[Decoded]:
        finished, self._finished = self._finished, []
        return finished

    def _busy(self) -> list[_Decoder]:
        return [decoder for decoder in self._decoders if decoder.job]

    def _start_jobs(self) -> None:
        """Start the pending jobs for which there are a free process and memory."""
        for job in list(self._pending):
            used_bytes = sum(decoder.job.cost_bytes for decoder in self._busy() if decoder.job)
            if used_bytes and used_bytes + job.cost_bytes > _BUDGET_BYTES:
                continue
            decoder = self._find_free()
            if decoder is None:
                return
            self._pending.remove(job)
            try:
                decoder.start(job, self._target)
            except ProcessEnded as ended:
                self._fail(decoder, describe_end(ended, job.limits, ""))

    def _find_free(self) -> _Decoder | None:
        free = next((decoder for decoder in self._decoders if decoder.job is None), None)
        if free is None and len(self._decoders) < self._max_processes:
            self._decoders.append(free := _Decoder())
        return free

    def _wait(self) -> None:
        """Wait a moment for results, and give the processes that have finished new jobs."""
        if self._should_stop():
            raise Stopped
        busy = self._busy()
        wait_readable([pipe for decoder in busy for pipe in decoder.process.pipes()], _POLL_S)
        for decoder in busy:
            self._receive(decoder)
        self._start_jobs()

    def _receive(self, decoder: _Decoder) -> None:
        job = decoder.job
        assert job
        try:
            answer = decoder.process.receive(0)
        except ProcessEnded as ended:
            self._fail(decoder, describe_end(ended, job.limits, ""))
            return
        if answer is not None and "result" in answer:
            decoder.job = None
            self._add_results(job, answer["result"])
        elif answer is not None:
            self._fail(decoder, describe_failure(answer, job.limits, ""))
        elif decoder.is_overdue:
            self._fail(decoder, IsolationError("", "", "time"))

    def _add_results(self, job: _Job, messages: list[Any]) -> None:
        for file, message in zip(job.files, messages, strict=True):
            result = from_message(message)
            if isinstance(result, DeferredFile):
                self._pending.insert(0, _Job.of_large(file, result.pixel_count))
            elif isinstance(result, SkippedFile) and job.defer_above is None:
                # Some decoders report that they got no memory as a damaged file.
                reason = f"{_describe('memory')}, or is damaged"
                self._finished.append(SkippedFile(result.file, reason))
            else:
                self._finished.append(result)

    def _fail(self, decoder: _Decoder, error: Exception) -> None:
        """Replace a process; decode the files of its job one by one, or skip the only one."""
        job, decoder.job = decoder.job, None
        decoder.process.kill()
        self._decoders.remove(decoder)
        assert job
        if len(job.files) > 1:
            self._pending[:0] = [_Job.of_files([file]) for file in job.files]
        else:
            reason = error.reason if isinstance(error, IsolationError) else "crash"
            self._finished.append(SkippedFile(job.files[0].name, _describe(reason)))


def _describe(reason: str) -> str:
    """Return why a file is skipped, for the reason of an IsolationError."""
    match reason:
        case "time":
            return f"takes longer than {FILE_SECONDS:g} s to decode"
        case "memory":
            return f"needs more memory than {byte_size(_BUDGET_BYTES)} to decode"
    return "makes the image decoder crash"


def _batch_files(files: Iterator[SourceFile]) -> Iterator[list[SourceFile]]:
    batch: list[SourceFile] = []
    size_bytes = 0
    for file in files:
        batch.append(file)
        size_bytes += len(file.content)
        if len(batch) == _BATCH_FILES or size_bytes >= _BATCH_BYTES:
            yield batch
            batch, size_bytes = [], 0
    if batch:
        yield batch
