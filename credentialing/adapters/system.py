"""The real clock and the real chance: the only place of the product that reads either."""

import secrets
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        return datetime.now(UTC)


class SystemEntropy:
    """The operating system's random source."""

    def bytes(self, count: int) -> bytes:
        """`count` unpredictable bytes."""
        return secrets.token_bytes(count)

    def id(self) -> str:
        """32 lower-case hexadecimal characters, 128 random bits."""
        return secrets.token_hex(16)

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1, each as likely; ValueError when `limit` is not positive."""
        return secrets.randbelow(limit)
