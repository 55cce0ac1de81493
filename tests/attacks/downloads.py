"""Servers that lie about the file they send.

`python -m tests.attacks.downloads --count 20000 --seed 1` downloads from a server that answers each
request with random status, headers and body, and prints each answer that ended in anything but
the published file or an error in plain words.
"""

import argparse
import contextlib
import hashlib
import http.server
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

from studio import download
from studio.download import download_file
from studio.errors import DownloadError
from tests.data.serving import Quiet, serving

CONTENT = bytes(range(256)) * 200
CHECKSUM = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"

# More than one attempt each; how long a download takes is bounded by its pauses.
MAX_REQUESTS = 40
STATUSES = (200, 200, 200, 206, 206, 204, 301, 302, 304, 307, 308, 404, 416, 429, 500, 503, 799)
NUMBERS = ("abc", "-1", "0", "1", "7", "51199", "51200", "51201", "9" * 30, "1e5", "0x10", " ", "٣")
LOCATIONS = (
    "/file", "//", "http://[bad", "http://127.0.0.1:99999/", "http://127.0.0.1:1/", "", "?" * 300,
    "file:///etc/passwd", "ftp://127.0.0.1:1/", "https://127.0.0.1:1/", "http://\x1b[31m/",
    "data:,x",
)  # fmt: skip

Answer = tuple[int, list[tuple[str, str]], bytes]


def random_answer(rng: Random, start: int) -> Answer:
    """Status, headers and body; half of the answers are nearly honest, so that some get far."""
    if rng.random() < 0.5:
        body = CONTENT[start : start + rng.choice((1, 1000, 30_000, len(CONTENT)))]
        status = 206 if start else 200
        headers = [("Content-Length", str(len(CONTENT) - start))]
    else:
        status, headers = rng.choice(STATUSES), []
        body = rng.choice(
            (b"", b"x", CONTENT[start:], CONTENT[::-1], CONTENT + b"y", b"zz\r\n\r\n")
        )
    if rng.random() < 0.3:
        headers.append(("Content-Length", rng.choice(NUMBERS)))
    if rng.random() < 0.3:
        first, last, total = (rng.choice(NUMBERS) for _ in range(3))
        headers.append(("Content-Range", f"bytes {first}-{last}/{total}"))
    if rng.random() < 0.1:
        headers.append(("Transfer-Encoding", rng.choice(("chunked", "gzip, chunked", "\x1b[2J"))))
    if rng.random() < 0.1:
        headers.append(("Content-Encoding", rng.choice(("gzip", "br", "?"))))
    if status in range(300, 400) and rng.random() < 0.9:
        headers.append(("Location", rng.choice(LOCATIONS)))
    if rng.random() < 0.02:
        headers += [("X", "y" * rng.choice((10, 70_000)))] * rng.choice((1, 300))
    return status, headers, body


class Liar(Quiet, http.server.SimpleHTTPRequestHandler):
    """Answers as `rng` says, and records what it did."""

    rng = Random(0)
    answers: list[Answer] = []  # noqa: RUF012 - replaced before each download

    def do_GET(self) -> None:
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        answer = status, headers, body = random_answer(self.rng, start)
        self.answers.append(answer)
        with contextlib.suppress(OSError):  # the client has seen enough
            if self.rng.random() < 0.05:
                self.wfile.write(self.rng.randbytes(200))
                return
            self.send_response(status, self.rng.choice((None, "\x1b[31m<b>pay</b>")))
            for name, value in headers:
                self.send_header(name, value.encode().decode("latin-1"))
            self.end_headers()
            self.wfile.write(body)


def find_failures(count: int, seed: int) -> Iterator[tuple[int, list[Answer], str]]:
    """Yield number, answers and outcome of the downloads that did not end as they should."""
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(download, "_PAUSES_S", (0.0,) * 4),
        serving(folder, Liar) as url,
    ):
        for number in range(count):
            Liar.rng, Liar.answers = Random(f"{seed} {number}"), []
            if outcome := _download(f"{url}file", Path(folder) / str(number) / "file"):
                yield number, Liar.answers, outcome


def _download(url: str, target: Path) -> str:
    """Download once; returns what is wrong with how it ended."""
    try:
        download_file(url, target, CHECKSUM, "It", max_bytes=len(CONTENT))
    except DownloadError as error:
        if not error.message.isprintable() or "pay" in error.message:
            return f"the message {error.message!r}"
        return "a file in spite of the error" if target.exists() else _requests()
    except Exception as error:  # noqa: BLE001 - any other one is a failure
        return repr(error)
    return "another file" if target.read_bytes() != CONTENT else _requests()


def _requests() -> str:
    number = len(Liar.answers)
    return f"{number} requests" if number > MAX_REQUESTS else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options: Any = parser.parse_args()
    began, failures = time.monotonic(), 0
    for number, answers, outcome in find_failures(options.count, options.seed):
        failures += 1
        sys.stdout.write(f"download {number}: {outcome}, after {str(answers)[:500]}\n")
    sys.stdout.write(
        f"{options.count} downloads with seed {options.seed}, {failures} failed, "
        f"{time.monotonic() - began:.0f} s\n"
    )
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
