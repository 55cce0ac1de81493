"""A local web server for tests."""

import contextlib
import functools
import http.server
import threading


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder without logging."""

    def log_message(self, *_):
        pass


class Stalling(Quiet):
    """Sends the headers and part of the body, then nothing until the client has gone."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        self.wfile.write(b"x" * 500_000)
        self.wfile.flush()
        self.server.gone.wait(30)


@contextlib.contextmanager
def serving(folder, handler=Quiet):
    """The address of a server of `folder` while the body runs."""
    handler = functools.partial(handler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.gone = threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.gone.set()
        server.shutdown()
        server.server_close()
        thread.join()
