"""Request a file from a byte on, and distrust what the server says about it."""

import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPMessage, HTTPResponse
from typing import IO
from urllib.error import HTTPError, URLError

from studio.callbacks import ShouldStop, never_stop
from studio.stoppable_connection import TIMEOUT_S, stoppable_handlers

_CHUNK_BYTES = 1 << 20
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(?:\d{1,18}|\*)")
# Servers answer these while they are overloaded or restarted.
_RETRIED = {408, 425, 429, 500, 502, 503, 504}


class ServerError(Exception):
    """The server did not answer, answered nonsense, or stopped before the end.

    `is_final` if another request would not help. It is not an error of the disk.
    """

    def __init__(self, reason: str, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


@dataclass(frozen=True)
class Answer:
    """A response with the bytes of the file from `start` on; `length` of them, 0 if unknown."""

    response: HTTPResponse
    start: int
    length: int

    def chunks(self) -> Iterator[bytes]:
        """Yield what has arrived. Raises ServerError, Stopped."""
        while True:
            with _server_errors():
                # read1 does not wait until a chunk is full.
                chunk = self.response.read1(_CHUNK_BYTES)
            if not chunk:
                return
            yield chunk


class HttpsOnlyRedirectHandler(urllib.request.HTTPRedirectHandler):
    """Refuses redirects from https to http, and to anything else."""

    def http_error_302(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
    ) -> IO[bytes] | None:
        try:
            return super().http_error_302(req, fp, code, msg, headers)
        except HTTPError:  # its owner closes the response
            raise
        except Exception:
            fp.close()
            raise

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if not newurl.startswith(("https:",) if req.type == "https" else ("https:", "http:")):
            raise URLError(f"{req.host} redirects to an address that is not encrypted")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def request_from(url: str, start: int, should_stop: ShouldStop = never_stop) -> Answer | None:
    """Request the bytes of a file from `start` on; None if there are none.

    Raises ServerError, and Stopped when asked to stop before the server has answered; so does
    reading the chunks.
    """
    headers = {"User-Agent": "vgg-studio"} | ({"Range": f"bytes={start}-"} if start else {})
    request = urllib.request.Request(url, headers=headers)
    handlers = stoppable_handlers(should_stop)
    opener = urllib.request.build_opener(HttpsOnlyRedirectHandler, *handlers)
    try:
        with _server_errors():
            response: HTTPResponse = opener.open(request)
    except HTTPError as error:
        error.close()
        if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and start:
            return None
        raise _status_error(url, error.code) from None
    return Answer(response, _first_byte(response, url, start), _content_length(response))


@contextmanager
def _server_errors() -> Iterator[None]:
    """Raise everything but the status of an answer as ServerError."""
    try:
        yield
    except HTTPError:
        raise
    except (OSError, HTTPException, ValueError, OverflowError) as error:
        raise ServerError(_reason(error)) from None


def _status_error(url: str, code: int) -> ServerError:
    """The name of the status is the standard's: that of the server could be anything."""
    if code in range(300, 400):
        return ServerError(f"{url} redirects without end", is_final=True)
    try:
        text = f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        text = str(code)
    return ServerError(f"{url} answers {text}", is_final=code not in _RETRIED)


def _first_byte(response: HTTPResponse, url: str, start: int) -> int:
    """The position of the first byte of the answer: `start`, or 0 if it is the whole file."""
    if response.status == HTTPStatus.OK:
        return 0
    if response.status != HTTPStatus.PARTIAL_CONTENT:
        response.close()
        raise _status_error(url, response.status)
    stated = response.headers.get("Content-Range")
    found = _CONTENT_RANGE.fullmatch(stated.strip()) if stated else None
    first = int(found[1]) if found else start
    if (stated and not found) or first not in (0, start):
        response.close()
        raise ServerError(f"{url} sends another range than asked for", is_final=True)
    return first


def _content_length(response: HTTPResponse) -> int:
    stated = (response.headers.get("Content-Length") or "").strip()
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) <= 18 else 0


def _reason(error: Exception) -> str:
    """The reason of an error, in words of this program where the server chose them."""
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ConnectionError):
        return str(reason.strerror or "the server closed the connection")
    if isinstance(reason, TimeoutError):
        return f"the server sent nothing for {TIMEOUT_S:.0f} s"
    if isinstance(reason, HTTPException | ValueError | OverflowError):
        return "the answer was not HTTP"
    return str(getattr(reason, "strerror", None) or reason)
