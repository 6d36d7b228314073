"""Both gateways against small servers on this machine, and the double."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest

from credentialing.adapters.doubles import MemoryMessages
from credentialing.adapters.messages import ByChannel, HttpSmsMessages, SmsSettings, SmtpMessages, SmtpSettings
from credentialing.domain.ports import Letter

MAIL = Letter("maria@example.org", "email", "Su trámite", "Hay un paso nuevo en su trámite.\nEntre cuando pueda.", "letter-7")
SMS = Letter("+573001234567", "sms", "", "Hay un paso nuevo en su trámite.", "letter-8")


class MailServer(socketserver.StreamRequestHandler):
    """Just enough SMTP to take one letter."""

    taken: ClassVar[list[bytes]] = []
    refuses = False

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.say("354 go on")
                lines: list[bytes] = []
                while (part := self.rfile.readline()) != b".\r\n":
                    lines.append(part)
                self.taken.append(b"".join(lines))
                self.say("250 taken")
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            elif verb == b"RCPT" and self.refuses:
                self.say("550 maria@example.org is unknown here")
            else:
                self.say("250 ok")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Gateway(BaseHTTPRequestHandler):
    """Just enough HTTP to take text messages."""

    taken: ClassVar[list[tuple[dict[str, str], dict[str, Any]]]] = []
    status = 202

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append((dict(self.headers), json.loads(body)))
        self.send_response(self.status)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[index,misc]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def mail_server(*, refuses: bool = False) -> Iterator[tuple[int, list[bytes]]]:
    handler = type("Handler", (MailServer,), {"taken": [], "refuses": refuses})
    with serving(socketserver.TCPServer(("127.0.0.1", 0), handler)) as port:
        yield port, handler.taken


@contextmanager
def gateway(status: int = 202) -> Iterator[tuple[int, list[tuple[dict[str, str], dict[str, Any]]]]]:
    handler = type("Handler", (Gateway,), {"taken": [], "status": status})
    with serving(HTTPServer(("127.0.0.1", 0), handler)) as port:
        yield port, handler.taken


def mailer(port: int, security: str = "none") -> SmtpMessages:
    return SmtpMessages(SmtpSettings("127.0.0.1", port, "Puente <no-responder@puente.example>", security, timeout_seconds=3))  # type: ignore[arg-type]


def texter(port: int) -> HttpSmsMessages:
    return HttpSmsMessages(SmsSettings(f"http://127.0.0.1:{port}/send", "the-token", "PUENTE", timeout_seconds=3))


def test_a_letter_arrives_by_mail_with_its_words_intact() -> None:
    with mail_server() as (port, taken):
        mailer(port).send(MAIL)
    [letter] = [message_from_bytes(raw) for raw in taken]
    assert letter["To"] == MAIL.address
    assert letter.get_payload(decode=True).decode().splitlines() == MAIL.body.splitlines()  # type: ignore[union-attr]
    assert letter["Auto-Submitted"] == "auto-generated"


def test_the_same_idempotency_key_gives_the_same_message_id_and_another_key_another() -> None:
    with mail_server() as (port, taken):
        for key in ("letter-7", "letter-7", "letter-9"):
            mailer(port).send(Letter(MAIL.address, "email", MAIL.subject, MAIL.body, key))
    first, again, other = (message_from_bytes(raw)["Message-ID"] for raw in taken)
    assert first == again != other
    assert first.endswith("@puente.example>")


def test_a_mail_server_that_refuses_is_an_oserror_without_the_address() -> None:
    with mail_server(refuses=True) as (port, taken), pytest.raises(OSError, match="did not take") as caught:
        mailer(port).send(MAIL)
    assert taken == []
    assert "maria" not in str(caught.value)


def test_a_mail_server_that_is_not_there_is_an_oserror() -> None:
    with pytest.raises(OSError, match="ConnectionRefusedError"):
        mailer(9).send(MAIL)


def test_a_letter_is_not_sent_in_the_clear_when_the_server_has_no_tls() -> None:
    with mail_server() as (port, taken), pytest.raises(OSError, match="SMTPNotSupportedError"):
        mailer(port, "starttls").send(MAIL)
    assert taken == []


def test_a_mail_server_elsewhere_without_tls_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="TLS"):
        SmtpSettings("mail.example", 25, "a@puente.example", "none")


def test_an_address_cannot_add_headers_of_its_own() -> None:
    with mail_server() as (port, taken), pytest.raises(ValueError, match="linefeed"):
        mailer(port).send(Letter("a@example.org\r\nBcc: b@example.org", "email", "x", "y", "k"))
    assert taken == []


def test_a_letter_arrives_at_the_text_message_gateway_with_key_and_token() -> None:
    with gateway() as (port, taken):
        texter(port).send(SMS)
        texter(port).send(SMS)
    (headers, body), (again, _) = taken
    assert body == {"to": SMS.address, "text": SMS.body, "from": "PUENTE"}
    assert headers["Authorization"] == "Bearer the-token"
    assert headers["Idempotency-Key"] == again["Idempotency-Key"]
    assert "letter-8" not in headers["Idempotency-Key"]


@pytest.mark.parametrize("status", [302, 307, 400, 401, 429, 500])
def test_any_other_answer_of_the_gateway_is_an_oserror_and_no_redirect_is_followed(status: int) -> None:
    with gateway(status) as (port, taken), pytest.raises(OSError, match=f"answered {status}"):
        texter(port).send(SMS)
    assert len(taken) == 1


def test_a_gateway_that_is_not_there_is_an_oserror_without_the_number() -> None:
    with pytest.raises(OSError, match="cannot be reached") as caught:
        texter(9).send(SMS)
    assert "+57" not in str(caught.value)


def test_a_gateway_elsewhere_without_https_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="https"):
        SmsSettings("http://gateway.example/send", "token")


def test_each_letter_goes_to_the_gateway_of_its_channel() -> None:
    mail, sms = MemoryMessages(), MemoryMessages()
    both = ByChannel({"email": mail, "sms": sms})
    both.send(MAIL)
    both.send(SMS)
    assert (mail.sent, sms.sent) == ([MAIL], [SMS])
    with pytest.raises(OSError, match="no gateway"):
        ByChannel({"email": mail}).send(SMS)


def test_the_double_keeps_one_letter_per_key_and_fails_like_a_network() -> None:
    gateway_double = MemoryMessages()
    gateway_double.send(MAIL)
    gateway_double.send(MAIL)
    assert gateway_double.sent == [MAIL]
    gateway_double.unreachable = True
    with pytest.raises(OSError, match="cannot be reached"):
        gateway_double.send(SMS)
    assert gateway_double.sent == [MAIL]
