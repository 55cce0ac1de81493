"""Downloads through torchvision's own code, from a server of the test's own."""

import dataclasses
import functools
import http.server
import threading

import pytest

from studio.data import SOURCES, download, is_available
from studio.data import sources as table
from studio.errors import DatasetError, Stopped


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder without a word on stderr."""

    def log_message(self, *_):
        pass


class Stalling(Quiet):
    """Sends the head and a little of the body, then nothing until the reader has gone."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        self.wfile.write(b"x" * 500_000)
        self.wfile.flush()
        self.server.gone.wait(30)


@pytest.fixture
def serve():
    servers = []

    def start(handler, folder):
        handler = functools.partial(handler, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.gone = threading.Event()
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server, thread in servers:
        server.gone.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def mirror(monkeypatch):
    def point(url):
        row = dataclasses.replace(SOURCES["fashion_mnist"], mirrors=(url,))
        monkeypatch.setitem(table.SOURCES, "fashion_mnist", row)

    return point


def test_a_set_arrives_whole_and_unpacked(serve, mirror, data_dir, tmp_path):
    mirror(serve(Quiet, data_dir / "FashionMNIST" / "raw"))
    target, told = tmp_path / "sets", []
    download("fashion_mnist", target, lambda share, text: told.append((share, text)))
    assert is_available("fashion_mnist", target)
    assert [path.name for path in target.iterdir()] == ["FashionMNIST"]
    assert all(0 <= share <= 1 and "MB" in text for share, text in told)


def test_a_wrong_checksum_is_refused_and_nothing_is_kept(serve, mirror, tmp_path):
    published = tmp_path / "published"
    published.mkdir()
    for name in SOURCES["fashion_mnist"].files:
        (published / f"{name}.gz").write_bytes(b"something else")
    mirror(serve(Quiet, published))
    target = tmp_path / "sets"
    with pytest.raises(DatasetError, match="Fashion-MNIST could not be downloaded"):
        download("fashion_mnist", target)
    assert list(target.iterdir()) == []


def test_a_missing_file_on_the_server_is_said(serve, mirror, tmp_path):
    mirror(serve(Quiet, tmp_path))
    with pytest.raises(DatasetError, match="404") as caught:
        download("fashion_mnist", tmp_path / "sets")
    assert "\n" not in str(caught.value)


def test_stopping_ends_the_download_and_leaves_nothing(serve, mirror, tmp_path):
    mirror(serve(Stalling, tmp_path))
    target = tmp_path / "sets"
    arrived = threading.Event()

    def progress(_share, _text):
        if any(path.stat().st_size for path in target.rglob("*.gz")):
            arrived.set()

    with pytest.raises(Stopped):
        download("fashion_mnist", target, progress, arrived.is_set)
    assert list(target.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DatasetError, match="cannot be written"):
        download("mnist", tmp_path / "file" / "sets")


def test_too_little_room_is_said_before_anything_is_fetched(monkeypatch, tmp_path):
    row = dataclasses.replace(SOURCES["mnist"], unpacked_bytes=10**18)
    monkeypatch.setitem(table.SOURCES, "mnist", row)
    with pytest.raises(DatasetError, match="are free"):
        download("mnist", tmp_path)


def test_the_embedded_set_needs_none(tmp_path):
    download("digits", tmp_path / "sets")
    assert not (tmp_path / "sets").exists()
