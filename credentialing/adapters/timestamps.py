"""A time-stamp authority over HTTP (RFC 3161, 3.4). Its answers are signed, so that they may come over http or https alike."""

import http.client
import time
import urllib.error
import urllib.request
from typing import IO

from credentialing.domain.errors import AwayError

_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"
_LARGEST, _LARGEST_LIST = 100_000, 2_000_000  # bytes


class HttpTimestampAuthority:
    """The authority at `url`. `seconds` is all the time that one answer may take, however slowly it drips in."""

    def __init__(self, url: str, *, seconds: float = 5.0) -> None:
        self._url = url
        self._seconds = seconds
        self._opener = urllib.request.build_opener(_NoRedirect)

    def answer(self, request: bytes) -> bytes:
        """The answer as it came; AwayError when none comes in time, or something that is no answer."""
        asked = urllib.request.Request(self._url, data=request, headers={"Content-Type": _QUERY, "Accept": _REPLY})  # noqa: S310 - the settings allow http(s) only
        return self._fetched(asked, kind=_REPLY, most=_LARGEST)

    def list_at(self, address: str) -> bytes:
        """The revocation list as it came; AwayError when none comes in time, or from elsewhere than the web."""
        if not address.startswith(("http://", "https://")):
            raise AwayError("The revocation list of the time-stamp authority lies elsewhere than on the web.")
        return self._fetched(urllib.request.Request(address), kind=None, most=_LARGEST_LIST)  # noqa: S310 - judged above

    def _fetched(self, asked: urllib.request.Request, *, kind: str | None, most: int) -> bytes:
        ends = time.monotonic() + self._seconds
        try:
            with self._opener.open(asked, timeout=self._seconds) as response:
                if kind is not None and response.headers.get_content_type() != kind:
                    raise AwayError("The time-stamp authority answers with something that is no time stamp.")
                return _read(response, ends, most)
        except (OSError, ValueError, http.client.HTTPException) as error:  # urllib's errors are OSErrors; their text may hold the address
            raise AwayError(f"The time-stamp authority does not answer: {type(error).__name__}.") from None


def _read(response: IO[bytes], ends: float, most: int) -> bytes:
    data = b""
    while part := response.read1(16_384):  # type: ignore[attr-defined]
        data += part
        if len(data) > most or time.monotonic() > ends:
            raise AwayError("The time-stamp authority takes too long or says too much.")
    if getattr(response, "length", None):
        raise AwayError("The time-stamp authority stops in the middle of its answer.")
    return data


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An authority that moves must be configured anew."""

    def redirect_request(self, *given: object) -> None:
        """No."""
