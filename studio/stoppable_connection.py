"""HTTP connections that notice a stop request within a moment while the server is silent."""

import errno
import os
import selectors
import socket
import ssl
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any, Final, TypeVar

from studio.callbacks import ShouldStop
from studio.errors import Stopped

T = TypeVar("T")

TIMEOUT_S: Final = 10.0  # how long a server may send nothing
_POLL_S: Final = 0.2


def stoppable_handlers(should_stop: ShouldStop) -> list[urllib.request.BaseHandler]:
    """Return handlers for `urllib.request.build_opener`, for http and https.

    Waiting for the server raises Stopped soon after `should_stop()` returns True, and TimeoutError
    after `TIMEOUT_S`. Only the name of a server is resolved by the operating system, at its pace.
    """
    waiting = _Waiting(should_stop)
    return [_HttpHandler(waiting), _HttpsHandler(waiting)]


class _Waiting:
    """Repeats what waits for a server, until it succeeds or a limit is reached."""

    def __init__(self, should_stop: ShouldStop) -> None:
        self._should_stop = should_stop
        self._last_check = time.monotonic()

    def repeat(self, attempt: Callable[[], T]) -> T:
        """Return the result of `attempt`, which raises TimeoutError every `_POLL_S`.

        Raises Stopped, and TimeoutError after `TIMEOUT_S`.
        """
        deadline = time.monotonic() + TIMEOUT_S
        while True:
            self._check()
            try:
                return attempt()
            except TimeoutError:
                if time.monotonic() >= deadline:
                    raise

    def _check(self) -> None:
        """Raise Stopped when asked to, also while a server sends single bytes."""
        if time.monotonic() - self._last_check >= _POLL_S:
            if self._should_stop():
                raise Stopped
            self._last_check = time.monotonic()

    def connect(self, address: tuple[str, int], *_: object) -> socket.socket:
        """Connect to a host and port, as `socket.create_connection`. Raises OSError."""
        error = OSError(f"{address[0]} has no address")
        for found in socket.getaddrinfo(*address, type=socket.SOCK_STREAM):
            family, kind, protocol, _name, resolved = found
            connection = _Socket(family, kind, protocol)
            connection.waiting = self
            try:
                connection.open(resolved)
                return connection
            except OSError as refused:
                connection.close()
                error = refused
            except BaseException:
                connection.close()
                raise
        raise error


class _Socket(socket.socket):
    """A TCP socket."""

    waiting: _Waiting

    def recv_into(self, *args: Any) -> int:
        receive = super().recv_into
        return self.waiting.repeat(lambda: receive(*args))

    def open(self, address: Any) -> None:
        """Connect to a resolved address."""
        self.setblocking(False)
        _raise_for(self.connect_ex(address), allowed=(errno.EINPROGRESS, errno.EWOULDBLOCK))
        with selectors.DefaultSelector() as selector:
            selector.register(self, selectors.EVENT_WRITE)
            self.waiting.repeat(lambda: _select(selector))
        _raise_for(self.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
        self.settimeout(_POLL_S)


def _select(selector: selectors.BaseSelector) -> None:
    if not selector.select(_POLL_S):
        raise TimeoutError


def _raise_for(code: int, allowed: tuple[int, ...] = ()) -> None:
    if code and code not in allowed:
        raise OSError(code, os.strerror(code))


def _tls_context(waiting: _Waiting) -> ssl.SSLContext:
    """The default context, with sockets that wait as `waiting` says."""

    class TlsSocket(ssl.SSLSocket):
        def do_handshake(self, block: bool = False) -> None:
            shake_hands = super().do_handshake
            try:
                waiting.repeat(lambda: shake_hands(block))
            except Stopped:  # the socket has no owner yet
                self.close()
                raise

        def recv_into(self, *args: Any) -> int:
            receive = super().recv_into
            return waiting.repeat(lambda: receive(*args))

    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    context.sslsocket_class = TlsSocket
    return context


class _HttpHandler(urllib.request.HTTPHandler):
    def __init__(self, waiting: _Waiting) -> None:
        super().__init__()
        self._waiting = waiting

    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        def connect(host: str, **options: Any) -> HTTPConnection:
            return _use(self._waiting, HTTPConnection(host, **options))

        return self.do_open(connect, req)


class _HttpsHandler(urllib.request.HTTPSHandler):
    def __init__(self, waiting: _Waiting) -> None:
        super().__init__()
        self._waiting = waiting

    def https_open(self, req: urllib.request.Request) -> HTTPResponse:
        def connect(host: str, **options: Any) -> HTTPConnection:
            context = _tls_context(self._waiting)
            return _use(self._waiting, HTTPSConnection(host, context=context, **options))

        return self.do_open(connect, req)


def _use(waiting: _Waiting, connection: HTTPConnection) -> HTTPConnection:
    """Let a connection connect as `waiting` does."""
    # The one place where http.client makes a socket, with and without a proxy.
    connection._create_connection = waiting.connect  # type: ignore[attr-defined]
    return connection
