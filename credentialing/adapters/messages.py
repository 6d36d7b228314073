"""Gateways for letters: e-mail by SMTP, text messages by an HTTP gateway. Addresses and bodies appear in no log and in no exception."""

import hashlib
import json
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from credentialing.domain.ports import Letter, Messages


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How to reach the mail server. `security`: "tls" from the first byte (port 465), "starttls" (port 587), or "none" for a server on this machine only."""

    host: str
    port: int
    sender: str
    security: Literal["tls", "starttls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    authorities: str = ""  # path of a PEM file with the authorities to trust; the system's own when empty
    timeout_seconds: float = 15.0

    def __post_init__(self) -> None:
        """Refuse to send letters or passwords in the clear over a network; ValueError."""
        if self.security == "none" and self.host not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError("a mail server elsewhere needs TLS")


class UnsentMessages:
    """The gateway of a demonstration: hands letters to nobody, because they are read at `/demo/messages`."""

    def send(self, letter: Letter) -> None:
        """Take the letter and do nothing with it."""


class SmtpMessages:
    """Sends letters as plain-text e-mail. The Message-ID is made from the idempotency key: a copy sent twice is one letter to mail servers and readers."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    def send(self, letter: Letter) -> None:
        """Hand the letter to the mail server; OSError when it cannot be reached or will not take it."""
        message = self._message(letter)
        try:
            with self._connect() as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            # smtplib's errors quote addresses, and every one of them is an OSError whose text would travel into logs.
            raise OSError(f"the mail server did not take the letter: {type(error).__name__}") from None

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        # A line break in a header would let an address add headers of its own: the policy refuses it with ValueError.
        message["From"] = self._settings.sender
        message["To"] = letter.address
        message["Subject"] = letter.subject
        domain = self._settings.sender.rpartition("@")[2].strip("<> ") or "localhost"
        message["Message-ID"] = f"<{hashlib.sha256(letter.idempotency_key.encode()).hexdigest()[:40]}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.body)
        return message

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        context = ssl.create_default_context(cafile=settings.authorities or None)
        server: smtplib.SMTP
        if settings.security == "tls":
            server = smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout_seconds, context=context)
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_seconds)
        try:
            if settings.security == "starttls":
                server.starttls(context=context)
            if settings.user:
                server.login(settings.user, settings.password)
        except BaseException:
            server.close()
            raise
        return server


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """Where text messages go: an address that takes `{"to", "text", "from"}` as JSON, and the token it knows us by."""

    url: str
    token: str
    sender: str = ""
    timeout_seconds: float = 15.0

    def __post_init__(self) -> None:
        """Refuse to send text messages or the token in the clear over a network; ValueError."""
        if not self.url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            raise ValueError("a text message gateway elsewhere needs https")


class HttpSmsMessages:
    """Sends letters as text messages. The gateway gets the idempotency key as a header and delivers one message per key."""

    def __init__(self, settings: SmsSettings) -> None:
        self._settings = settings
        # No redirects: a gateway that moves must be configured anew, the token follows nobody.
        self._opener = urllib.request.build_opener(_NoRedirect)

    def send(self, letter: Letter) -> None:
        """Hand the letter to the gateway; OSError when it cannot be reached or answers anything but a 2xx status."""
        text = {"to": letter.address, "text": letter.body} | ({"from": self._settings.sender} if self._settings.sender else {})
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self._settings.token}",
            "Idempotency-Key": hashlib.sha256(letter.idempotency_key.encode()).hexdigest()[:40],
        }
        request = urllib.request.Request(self._settings.url, json.dumps(text).encode(), headers, method="POST")  # noqa: S310 - scheme checked in the settings
        try:
            with self._opener.open(request, timeout=self._settings.timeout_seconds):
                return
        except urllib.error.HTTPError as error:
            error.close()
            raise OSError(f"the text message gateway answered {error.code}") from None
        except OSError as error:
            raise OSError(f"the text message gateway cannot be reached: {type(error).__name__}") from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


class ByChannel:
    """Hands each letter to the gateway of its channel; OSError for a channel that this installation does not have."""

    def __init__(self, gateways: Mapping[str, Messages]) -> None:
        self._gateways = dict(gateways)

    def send(self, letter: Letter) -> None:
        """Send by the gateway that the letter's channel names."""
        gateway = self._gateways.get(letter.channel)
        if gateway is None:
            raise OSError("this installation has no gateway for this channel")
        gateway.send(letter)
