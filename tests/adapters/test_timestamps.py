"""Asking a time-stamp authority over HTTP: a real server on this machine, answers that are none, and answers that never end."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from credentialing.adapters.doubles import SeededEntropy
from credentialing.adapters.timestamps import HttpTimestampAuthority
from credentialing.certificate.timestamping import Stamping, time_of_token
from credentialing.domain.errors import AwayError
from tests.certificate.authority import LocalAuthority
from tests.certificate.drafts import NOW


class _Server(ThreadingHTTPServer):
    """Answers every request by `act`."""

    daemon_threads = True
    act: Callable[[BaseHTTPRequestHandler, bytes], None]
    seen: list[tuple[str, str]]
    lists: Mapping[str, bytes]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, self.headers["Content-Type"]))
        self.server.act(self, body)

    def do_GET(self) -> None:
        data = self.server.lists.get(self.path)
        _send(self, data or b"", status=404 if data is None else 200, kind="application/pkix-crl")

    def log_message(self, *given: object) -> None:
        """Nothing."""


@pytest.fixture
def server() -> Iterator[_Server]:
    served = _Server(("127.0.0.1", 0), _Handler)
    served.seen = []
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield served
    served.shutdown()
    served.server_close()
    thread.join()


def _send(handler: BaseHTTPRequestHandler, data: bytes, *, status: int = 200, kind: str = "application/timestamp-reply", length: int | None = None) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(data) if length is None else length))
    if status == 302:
        handler.send_header("Location", "/elsewhere")
    handler.end_headers()
    handler.wfile.write(data)


def _asked(server: _Server, *, seconds: float = 5.0) -> HttpTimestampAuthority:
    return HttpTimestampAuthority(f"http://127.0.0.1:{server.server_port}/tsa", seconds=seconds)


def test_a_token_comes_over_http(server: _Server) -> None:
    authority = LocalAuthority(at=NOW)
    server.act = lambda handler, body: _send(handler, authority.answer(body))
    stamping = Stamping(_asked(server), (authority.root,), SeededEntropy(1), NOW)
    assert time_of_token(stamping.token(hashlib.sha256(b"seal").digest()), over=b"seal", roots=(authority.root,)) == NOW
    assert server.seen == [("/tsa", "application/timestamp-query")]


@pytest.mark.parametrize(
    "answer",
    [
        {"data": b"busy", "status": 503}, {"data": b"<html>", "kind": "text/html"}, {"data": b"", "status": 302}, {"data": bytes(200_000)},
        {"data": b"half", "length": 4000},
    ],
    ids=["an error", "a web page", "a redirect", "too much", "cut short"],
)  # fmt: skip
def test_what_is_no_answer_means_that_the_authority_is_away(answer: dict[str, object], server: _Server) -> None:
    server.act = lambda handler, body: _send(handler, **answer)  # type: ignore[arg-type]
    with pytest.raises(AwayError):
        _asked(server).answer(b"request")
    assert [path for path, _ in server.seen] == ["/tsa"]  # nobody was followed elsewhere


def test_what_is_not_even_http_means_that_the_authority_is_away(server: _Server) -> None:
    server.act = lambda handler, body: handler.wfile.write(b"\x00\x01nothing of the kind\r\n\r\n") and None
    with pytest.raises(AwayError):
        _asked(server).answer(b"request")


def test_an_answer_that_drips_in_is_not_waited_for(server: _Server) -> None:
    ended = threading.Event()

    def drip(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        _send(handler, b"", length=1000)
        while not ended.wait(0.05):
            try:
                handler.wfile.write(b"x")
                handler.wfile.flush()
            except OSError:
                return

    server.act = drip
    began = time.monotonic()
    with pytest.raises(AwayError):
        _asked(server, seconds=0.5).answer(b"request")
    ended.set()
    assert time.monotonic() - began < 25  # a thousand drops would take fifty seconds


def test_a_revocation_list_comes_over_http_and_from_nowhere_else(server: _Server) -> None:
    server.lists = {"/list.crl": b"list"}
    assert _asked(server).list_at(f"http://127.0.0.1:{server.server_port}/list.crl") == b"list"
    for address in (f"http://127.0.0.1:{server.server_port}/none", "file:///etc/hostname", "ldap://127.0.0.1/x"):
        with pytest.raises(AwayError):
            _asked(server).list_at(address)


def test_nobody_there_is_away_and_the_address_stays_out_of_the_text() -> None:
    with pytest.raises(AwayError) as away:
        HttpTimestampAuthority("http://127.0.0.1:9/secret-path").answer(b"request")
    assert "secret-path" not in str(away.value)
