"""Reads what another process appends to a run's metrics, without reading all of it again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

SLICE = 1 << 16  # bytes in one look: some hundred events
_MARK = 256  # bytes before the place where reading stopped, by which it is known again


@dataclass(frozen=True)
class News:
    """What one look brought: whole lines.

    With `anew` all that was told before no longer holds: the file was cut back by a resumed
    training, or replaced. With `more` there is more to read at once.
    """

    lines: bytes = b""
    anew: bool = False
    more: bool = False

    def events(self) -> list[dict[str, Any]]:
        """The events in these lines."""
        return parse_lines(self.lines)


class MetricsTail:
    """Follows one metrics.jsonl. However it is cut into looks, the events are the same.

    A line counts once its end is written; a line that is no event is left out.
    """

    def __init__(self, path: Path, limit: int = SLICE) -> None:
        self._path = path
        self._limit = limit
        self._place = 0
        self._mark = b""

    def read(self) -> News:
        """The next events, up to `limit` bytes of them; none while the file is out of reach."""
        try:
            with self._path.open("rb") as file:
                anew = not self._is_where_it_was(file)
                start = 0 if anew else self._place
                file.seek(start)
                block = file.read(self._limit)
        except OSError:
            return News()
        whole = block[: block.rfind(b"\n") + 1]
        full = len(block) == self._limit
        if full and not whole:
            whole = block  # no event is that long: damage, to be passed over
        self._note(start, whole)
        return News(whole, anew, full)

    def read_all(self) -> Iterator[News]:
        """Look until nothing more is there."""
        while True:
            news = self.read()
            yield news
            if not news.more:
                return

    def _is_where_it_was(self, file: BinaryIO) -> bool:
        """Whether the last bytes that were read are still there.

        Asked of the bytes: network file systems give the same file new numbers.
        """
        file.seek(self._place - len(self._mark))
        return file.read(len(self._mark)) == self._mark

    def _note(self, start: int, read: bytes) -> None:
        before = self._mark if start else b""
        self._place = start + len(read)
        self._mark = (before + read)[-_MARK:]


def parse_lines(block: bytes) -> list[dict[str, Any]]:
    """The events in some lines."""
    return [event for line in block.split(b"\n") if (event := _parse(line)) is not None]


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None
