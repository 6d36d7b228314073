"""The whole error family. Callers act on these; `web/problems.py` is the only place that turns them into pages.

A refusal carries every reason at once, each a code plus details: the words come later, in the reader's language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

Detail: TypeAlias = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is unmet: a stable code (`evidence_missing`) and plain details (`{"kind": "identity"}`)."""

    code: str
    details: Mapping[str, Detail] = field(default_factory=lambda: MappingProxyType({}))


class CredentialingError(Exception):
    """Anything this product refuses or cannot do."""


class NotFoundError(CredentialingError):
    """No such thing, or not yours: the two are never told apart."""


class RefusedError(CredentialingError):
    """The rules do not allow the act; `reasons` holds every unmet rule and is never empty."""

    def __init__(self, *reasons: Reason) -> None:
        if not reasons:
            raise ValueError("a refusal needs at least one reason")
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons


class ConflictError(CredentialingError):
    """Somebody else moved the thing since it was read: nothing was written, look again."""


class BadInputError(CredentialingError):
    """What a person typed or sent cannot be used; `reasons` name each field in `details["field"]`."""

    def __init__(self, *reasons: Reason) -> None:
        if not reasons:
            raise ValueError("bad input needs at least one reason")
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons


class TooManyError(CredentialingError):
    """A limit is used up; try again after `wait_seconds`."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"limit reached, wait {wait_seconds} s")
        self.wait_seconds = wait_seconds


class MisconfiguredError(CredentialingError):
    """The installation cannot run like this; each of `problems` is a sentence for the operator."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class AwayError(CredentialingError):
    """Something outside that the work needs (a signing token, a time-stamp authority) does not answer: nothing was done, try again later.
    The text names what is away and never what was to be done with it."""


class BrokenSealError(CredentialingError):
    """Something that we encrypted or signed does not open or does not match."""
