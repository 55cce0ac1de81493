"""Reads the events that another process appends to metrics.jsonl, each of them once."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from studio.files import open_regular

MAX_FILE_BYTES = 8 << 30  # fifty million steps; a file of holes could claim any size
CHUNK_BYTES = 1 << 16  # some hundred events
_CONTEXT_BYTES = 256  # bytes before the position, kept to notice that the file was replaced


@dataclass(frozen=True)
class MetricsChunk:
    """Complete lines that one call read.

    With `is_restarted` all earlier chunks are void: the file was cut back by a resumed training or
    replaced. With `has_more` further lines can be read at once.
    """

    lines: bytes = b""
    is_restarted: bool = False
    has_more: bool = False

    def events(self) -> list[dict[str, Any]]:
        """The events in these lines."""
        return parse_lines(self.lines)


class MetricsReader:
    """Follows one metrics.jsonl. The events do not depend on how the file is divided into chunks.

    A line is read once its end is written; a line that is no event is skipped.
    """

    def __init__(self, path: Path, chunk_bytes: int = CHUNK_BYTES) -> None:
        self._path = path
        self._chunk_bytes = chunk_bytes
        self._position = 0
        self._context = b""

    def read(self) -> MetricsChunk:
        """The next events, at most `chunk_bytes`; none while the file cannot be read."""
        try:
            with open_regular(self._path) as file:
                if os.fstat(file.fileno()).st_size > MAX_FILE_BYTES:
                    return MetricsChunk()
                is_restarted = not self._is_unchanged(file)
                start = 0 if is_restarted else self._position
                file.seek(start)
                block = file.read(self._chunk_bytes)
        except OSError:
            return MetricsChunk()
        lines = block[: block.rfind(b"\n") + 1]
        is_full = len(block) == self._chunk_bytes
        if is_full and not lines:
            lines = block  # no event is that long: skip the damage
        self._advance(start, lines)
        return MetricsChunk(lines, is_restarted, is_full)

    def read_all(self) -> Iterator[MetricsChunk]:
        """Read chunks up to the end of the file."""
        while True:
            chunk = self.read()
            yield chunk
            if not chunk.has_more:
                return

    def _is_unchanged(self, file: BinaryIO) -> bool:
        """Whether the bytes before the position are those that were read.

        Inode numbers do not tell: on network file systems they change for the same file.
        """
        file.seek(self._position - len(self._context))
        return file.read(len(self._context)) == self._context

    def _advance(self, start: int, read: bytes) -> None:
        before = self._context if start else b""
        self._position = start + len(read)
        self._context = (before + read)[-_CONTEXT_BYTES:]


def parse_lines(block: bytes) -> list[dict[str, Any]]:
    """The events in some lines."""
    return [event for line in block.split(b"\n") if (event := _parse(line)) is not None]


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None
