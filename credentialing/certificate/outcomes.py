"""What a verification says: a list of checks, each passed, failed with a named problem, or not run; and one verdict derived from them.

"Could not check" is never a positive answer: a verdict is positive only when nothing failed and what it rests on has passed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class CheckName(StrEnum):
    """What is checked, in this order."""

    READABLE = "readable"
    UNALTERED = "unaltered"
    OURS = "ours"
    IN_FORCE = "in_force"
    SAME_AS_RECORD = "same_as_record"


class Result(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Verdict(StrEnum):
    """The one answer. Only the first two are positive."""

    ORIGINAL = "original"
    AUTHENTIC_COPY = "authentic_copy"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    NOT_OURS = "not_ours"
    COULD_NOT_CHECK = "could_not_check"

    @property
    def positive(self) -> bool:
        """Whether the reader may rely on the certificate."""
        return self in (Verdict.ORIGINAL, Verdict.AUTHENTIC_COPY)


@dataclass(frozen=True, slots=True)
class Check:
    """One check: failed ones name their problem, skipped ones why they did not run."""

    name: CheckName
    result: Result
    problem: str | None = None

    def __post_init__(self) -> None:
        if (self.problem is None) is not (self.result is Result.PASSED):
            raise ValueError("a check names a problem exactly when it has not passed")


def passed(name: CheckName) -> Check:
    """A check that passed."""
    return Check(name, Result.PASSED)


def failed(name: CheckName, problem: str) -> Check:
    """A check that failed, and why."""
    return Check(name, Result.FAILED, problem)


def skipped(name: CheckName, problem: str) -> Check:
    """A check that did not run, and why."""
    return Check(name, Result.SKIPPED, problem)


def complete(checks: Iterable[Check], *, otherwise: str) -> tuple[Check, ...]:
    """The checks in their order; those that are missing stand as skipped for the reason `otherwise`."""
    found = {check.name: check for check in checks}
    return tuple(found.get(name, skipped(name, otherwise)) for name in CheckName)


def replace_check(checks: Iterable[Check], check: Check) -> tuple[Check, ...]:
    """The same checks with `check` in the place of the one of its name."""
    return tuple(check if old.name is check.name else old for old in checks)


def in_force_by_dates(expires_on: date | None, today: date) -> Check:
    """What the dates alone can say: expired, or not known (a certificate within its dates may have been revoked)."""
    if expires_on is not None and today > expires_on:
        return failed(CheckName.IN_FORCE, "expired")
    return skipped(CheckName.IN_FORCE, "status_not_checked")


STATUS_UNKNOWN = frozenset({"status_list_missing", "status_list_stale", "status_list_wrong", "place_not_read"})
"""Why nobody can say whether a certificate that has an entry in a status list is in force: then there is no positive answer."""

_ENDED = {"revoked": Verdict.REVOKED, "suspended": Verdict.REVOKED, "superseded": Verdict.SUPERSEDED, "expired": Verdict.EXPIRED}


def verdict_of(checks: Iterable[Check], *, original: bool = False) -> Verdict:
    """The verdict; `original` says that the SHA-256 of the file itself stands in the register.

    1 nothing to check, no answer · 2 altered, foreign or contradicting our record is not ours · 3 ended is ended ·
    4 positive only when nothing failed and either the signature (unaltered, ours) or the register (in force, same as record) has answered,
    and not when the list is missing in which the certificate's own status stands (a certificate from before the lists has none).
    """
    found = {check.name: check for check in complete(checks, otherwise="not_run")}

    def holds(*names: CheckName) -> bool:
        return all(found[name].result is Result.PASSED for name in names)

    if not holds(CheckName.READABLE):
        return Verdict.COULD_NOT_CHECK
    if any(found[name].result is Result.FAILED for name in (CheckName.UNALTERED, CheckName.OURS, CheckName.SAME_AS_RECORD)):
        return Verdict.NOT_OURS
    if found[CheckName.IN_FORCE].result is Result.FAILED:
        return _ENDED.get(found[CheckName.IN_FORCE].problem or "", Verdict.COULD_NOT_CHECK)
    if found[CheckName.IN_FORCE].problem in STATUS_UNKNOWN:
        return Verdict.COULD_NOT_CHECK
    if original and holds(*CheckName):
        return Verdict.ORIGINAL
    if holds(CheckName.UNALTERED, CheckName.OURS) or holds(CheckName.IN_FORCE, CheckName.SAME_AS_RECORD):
        return Verdict.AUTHENTIC_COPY
    return Verdict.COULD_NOT_CHECK
