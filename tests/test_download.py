"""Downloads from a local server, whatever goes wrong on the way."""

import contextlib
import hashlib
import http.server
import shutil
import socket
import urllib.request
from urllib.error import URLError

import pytest

from studio import download as module
from studio import http_request, stoppable_connection
from studio.download import download_file
from studio.errors import DownloadError, Stopped
from tests.data.serving import Quiet, Stalling, serving

CONTENT = bytes(range(256)) * 12_000  # 3 MB
CHECKSUM = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"


class Ranged(Quiet, http.server.SimpleHTTPRequestHandler):
    """Sends `CONTENT` from the requested byte on, and records the requests."""

    asked: list[int | None]
    drops: list[int]  # bytes after which the next responses are cut off

    def do_GET(self):
        start = self.headers.get("Range")
        first = int(start.removeprefix("bytes=").removesuffix("-")) if start else 0
        self.asked.append(first if start else None)
        if first >= len(CONTENT):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(CONTENT) - first))
        self.end_headers()
        end = first + self.drops.pop(0) if self.drops else len(CONTENT)
        with contextlib.suppress(OSError):  # the client may have closed the connection
            self.wfile.write(CONTENT[first:end])


class Deaf(Ranged):
    """Ignores range requests."""

    def do_GET(self):
        self.asked.append(None)
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT)


class Elsewhere(Quiet, http.server.SimpleHTTPRequestHandler):
    """Redirects to another address of the same server."""

    def do_GET(self):
        if self.path == "/here":
            self.send_response(302)
            self.send_header("Location", "/there")
            self.end_headers()
        else:
            super().do_GET()


@pytest.fixture
def serve(tmp_path):
    """Start servers that live as long as the test."""
    with contextlib.ExitStack() as stack:

        def start(handler, *drops):
            handler.asked, handler.drops = [], list(drops)
            return stack.enter_context(serving(tmp_path, handler)) + "file"

        yield start


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(module, "_PAUSES_S", (0.0,) * 4)


@pytest.fixture
def patient(monkeypatch):
    """Let a silent server be waited for until the test fails."""
    monkeypatch.setattr(stoppable_connection, "TIMEOUT_S", 3600.0)


@pytest.fixture
def target(tmp_path):
    return tmp_path / "weights" / "file"


@pytest.fixture
def partial(target):
    return target.with_name("file.partial")


def has_bytes(path):
    return path.exists() and path.stat().st_size > 0


def test_a_file_arrives_whole_with_its_progress(serve, target, partial):
    told = []
    download_file(serve(Ranged), target, CHECKSUM[:15], "It", lambda *words: told.append(words))
    assert target.read_bytes() == CONTENT
    assert not partial.exists()
    assert all(0 <= share <= 1 for share, _ in told)
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert "of 3 MB" in told[0][1]
    assert told[-1] == (1.0, "Checking It")


def test_a_broken_connection_is_resumed(serve, target):
    download_file(serve(Ranged, 1_000_000, 500_000), target, CHECKSUM, "It")
    assert target.read_bytes() == CONTENT
    assert Ranged.asked == [None, 1_000_000, 1_500_000]


def test_a_stopped_download_is_resumed_by_the_next_call(serve, target, partial):
    url = serve(Ranged)
    with pytest.raises(Stopped):
        download_file(url, target, CHECKSUM, "It", should_stop=lambda: has_bytes(partial))
    arrived = partial.stat().st_size
    assert 0 < arrived < len(CONTENT)
    assert CONTENT.startswith(partial.read_bytes())
    assert not target.exists()
    download_file(url, target, CHECKSUM, "It")
    assert target.read_bytes() == CONTENT
    assert Ranged.asked == [None, arrived]


def test_a_download_can_be_stopped_while_the_server_is_slow(serve, target, partial, patient):
    url = serve(Stalling)
    with pytest.raises(Stopped):
        download_file(url, target, CHECKSUM, "It", should_stop=lambda: has_bytes(partial))
    assert partial.stat().st_size > 0


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("backlog", [0, 9], ids=["does not accept", "does not answer"])
def test_a_download_can_be_stopped_before_the_server_answers(target, patient, scheme, backlog):
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=backlog))
        for _ in range(2 if backlog == 0 else 0):  # fill what waits to be accepted
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(server.getsockname())
        url = f"{scheme}://127.0.0.1:{server.getsockname()[1]}/file"
        with pytest.raises(Stopped):
            download_file(url, target, CHECKSUM, "It", should_stop=lambda: True)


def test_a_silent_server_is_given_up(target, monkeypatch):
    monkeypatch.setattr(stoppable_connection, "TIMEOUT_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/file"
        with pytest.raises(DownloadError, match="the server sent nothing for"):
            download_file(url, target, CHECKSUM, "It")


def test_a_server_without_range_requests_sends_the_whole_file(serve, target, partial):
    partial.parent.mkdir()
    partial.write_bytes(b"something older")
    download_file(serve(Deaf), target, CHECKSUM, "It")
    assert target.read_bytes() == CONTENT


def test_a_complete_partial_file_is_not_downloaded_again(serve, target, partial):
    partial.parent.mkdir()
    partial.write_bytes(CONTENT)
    download_file(serve(Ranged), target, CHECKSUM, "It")
    assert target.read_bytes() == CONTENT
    assert Ranged.asked == [len(CONTENT)]


@pytest.mark.parametrize("older", [b"", b"from another file", CONTENT + b"too much"])
def test_a_wrong_checksum_leaves_nothing(serve, target, partial, older):
    partial.parent.mkdir()
    partial.write_bytes(older)
    checksum = CHECKSUM if older else "sha256:0123abcd"
    with pytest.raises(DownloadError, match="checksum is wrong"):
        download_file(serve(Ranged), target, checksum, "It")
    assert list(target.parent.iterdir()) == []


def test_a_missing_file_is_reported_in_one_line(serve, target):
    with pytest.raises(DownloadError, match=r"It could not be downloaded: .*404") as caught:
        download_file(serve(Quiet), target, CHECKSUM, "It")
    assert "\n" not in str(caught.value)
    assert not target.exists()


def test_a_missing_server_is_reported(target):
    with pytest.raises(DownloadError, match="refused"):
        download_file("http://127.0.0.1:1/file", target, CHECKSUM, "It")


def test_a_redirect_is_followed(serve, tmp_path, target):
    (tmp_path / "there").write_bytes(CONTENT)
    url = serve(Elsewhere).removesuffix("file")
    download_file(f"{url}here", target, CHECKSUM, "It")
    assert target.read_bytes() == CONTENT


def test_other_checksums_than_sha256_can_be_used(serve, target):
    md5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
    download_file(serve(Ranged), target, f"md5:{md5}", "It")
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("scheme", ["http", "ftp", "file"])
def test_https_never_redirects_to_another_scheme(scheme):
    handler = http_request.HttpsOnlyRedirectHandler()
    asked = urllib.request.Request("https://example.org/file")
    with pytest.raises(URLError, match="not encrypted"):
        handler.redirect_request(asked, None, 302, "", {}, f"{scheme}://example.org/file")
    assert handler.redirect_request(asked, None, 302, "", {}, "https://other.org/") is not None


def test_too_little_space_is_reported_before_it_is_filled(serve, target, partial, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 1_000_000))
    with pytest.raises(DownloadError, match="3 MB are needed, 1 MB are free"):
        download_file(serve(Ranged), target, CHECKSUM, "It")
    assert not partial.exists()


def test_a_folder_that_cannot_be_written_is_named(serve, tmp_path):
    (tmp_path / "occupied").write_text("")
    with pytest.raises(DownloadError, match="cannot be written to") as caught:
        download_file(serve(Ranged), tmp_path / "occupied" / "file", CHECKSUM, "It")
    assert "occupied" in str(caught.value)


def test_an_answer_that_is_not_http_is_an_error(target, tmp_path):
    class Nonsense(http.server.BaseHTTPRequestHandler):
        def __init__(self, *words, directory):
            super().__init__(*words)

        def handle(self):
            self.rfile.readline()
            self.wfile.write(b"what?\r\n\r\n")

    with serving(tmp_path, Nonsense) as url, pytest.raises(DownloadError, match="not HTTP"):
        download_file(url, target, CHECKSUM, "It")


def answering(status=200, headers=(), body=b"", after=None):
    """A server that answers each request with this; `after(handler)` may go on sending."""

    class Liar(Quiet, http.server.SimpleHTTPRequestHandler):
        asked: list[None]

        def do_GET(self):
            self.asked.append(None)
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):  # the client has seen enough
                self.wfile.write(body)
                if after:
                    after(self)

    return Liar


def endless(handler):
    while True:
        handler.wfile.write(b"x" * 65536)


def bytes_of_no_end(handler):
    while not handler.server.gone.wait(0.001):
        handler.wfile.write(b"x")


LIES = {
    "a length that is no number": answering(headers=[("Content-Length", "abc")], body=b"xyz"),
    "a negative length": answering(headers=[("Content-Length", "-5")], body=b"xyz"),
    "a length beyond any disk": answering(headers=[("Content-Length", "9" * 17)]),
    "a length of a thousand digits": answering(headers=[("Content-Length", "9" * 1000)]),
    "an endless body": answering(after=endless),
    "bytes without end": answering(after=bytes_of_no_end),
    "less than the length": answering(headers=[("Content-Length", "3000000")], body=b"x"),
    "another file": answering(body=CONTENT[::-1]),
    "another range": answering(206, [("Content-Range", "bytes 7-9/10")], b"xyz"),
    "a range that is none": answering(206, [("Content-Range", "bytes ?")], b"xyz"),
    "no content": answering(204),
    "a status nobody knows": answering(799),
    "an endless redirect": answering(302, [("Location", "/file")]),
    "a redirect to no address": answering(302, [("Location", "http://[bad")]),
    "a redirect to a port that is none": answering(302, [("Location", "http://127.0.0.1:99999/")]),
    "a redirect to a file": answering(302, [("Location", "file:///etc/passwd")]),
    "a redirect without an address": answering(302),
    "pretended chunks": answering(headers=[("Transfer-Encoding", "chunked")], body=b"zz\r\nxy"),
    "pretended gzip": answering(headers=[("Content-Encoding", "gzip")], body=b"no gzip"),
    "a header without end": answering(headers=[("X", "y" * 70_000)]),
    "a thousand headers": answering(headers=[("X", "y")] * 1000),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lying_server_ends_in_one_sentence(lie, serve, target, monkeypatch):
    monkeypatch.setattr(module, "_SLOW_WINDOW_S", 0.01)
    handler = LIES[lie]
    with pytest.raises(DownloadError) as caught:
        download_file(serve(handler), target, CHECKSUM, "It", max_bytes=len(CONTENT))
    message = caught.value.message
    assert message.startswith("It ")
    assert message.isprintable()
    assert len(message) < 200
    assert not target.exists()
    assert len(handler.asked) <= 11


def test_a_server_that_sends_a_byte_per_request_is_given_up(serve, target, partial):
    with pytest.raises(DownloadError, match="the connection ended"):
        download_file(serve(Ranged, *[1] * 100), target, CHECKSUM, "It")
    assert len(Ranged.asked) == 5
    assert partial.read_bytes() == CONTENT[:5]
    download_file(serve(Ranged), target, CHECKSUM, "It")
    assert target.read_bytes() == CONTENT


def test_a_line_that_breaks_often_is_enough(serve, target):
    download_file(serve(Ranged, *[300_000, 5] * 9), target, CHECKSUM, "It")
    assert target.read_bytes() == CONTENT


def test_a_server_without_ranges_that_always_breaks_is_given_up(serve, target):
    handler = answering(headers=[("Content-Length", "3000000")], body=CONTENT[:300_000])
    with pytest.raises(DownloadError, match="the connection ended"):
        download_file(serve(handler), target, CHECKSUM, "It")
    assert len(handler.asked) == 6


def test_a_pause_between_attempts_can_be_stopped(serve, target, monkeypatch):
    monkeypatch.setattr(module, "_PAUSES_S", (3600.0,))
    calls = iter(range(100))
    with pytest.raises(Stopped):
        download_file(serve(Ranged, 1), target, CHECKSUM, "It", should_stop=lambda: next(calls) > 2)


def test_what_a_server_says_is_not_shown(serve, target):
    class Rude(Quiet, http.server.SimpleHTTPRequestHandler):
        def do_GET(self):
            self.send_response(403, "<img src=x> \x1b[31m pay here")
            self.end_headers()

    with pytest.raises(DownloadError, match="403 Forbidden") as caught:
        download_file(serve(Rude), target, CHECKSUM, "It")
    assert "pay here" not in str(caught.value)
