"""What happened between a list as it was signed and the list as it stands: the act is named, so that a slip is not called a crime nor the reverse. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

EDITED, DELETED, INSERTED, REORDERED, TRUNCATED, DOUBLED, REWRITTEN = (
    "edited", "deleted", "inserted", "reordered", "truncated", "entered_twice", "rewritten",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """What was done, and at which places: of the signed list, but for what was inserted or entered twice, which is only in the present one."""

    what: str
    places: tuple[int, ...]


def changes(signed: Sequence[bytes], present: Sequence[bytes]) -> tuple[Change, ...]:
    """The acts that lead from `signed` to `present`, which may go on behind the end of `signed`; empty when it merely goes on."""
    if list(present[: len(signed)]) == list(signed):
        return ()
    if len(present) < len(signed) and list(signed[: len(present)]) == list(present):
        return (Change(TRUNCATED, tuple(range(len(present), len(signed)))),)
    missing = Counter(signed) - Counter(present)
    gone = tuple(_places_of(signed, missing))
    if gone and len(present) >= len(signed) and all(signed[at] == present[at] for at in set(range(len(signed))) - set(gone)):
        return (Change(EDITED, gone),)
    left = [signed[at] for at in range(len(signed)) if at not in set(gone)]
    added = _added(left, present)
    if added is None:
        return _out_of_order(signed, present, gone)
    known = Counter(signed)
    twice = tuple(at for at in added if known[present[at]])
    new = tuple(at for at in added if not known[present[at]])
    found = ((DELETED, gone), (DOUBLED, twice), (INSERTED, new))
    return tuple(Change(what, places) for what, places in found if places)


def _places_of(signed: Sequence[bytes], missing: Counter[bytes]) -> Iterator[int]:
    """The last places of what is missing: of two equal ones the later one counts as gone."""
    left = Counter(missing)
    found = []
    for at in range(len(signed) - 1, -1, -1):
        if left[signed[at]] > 0:
            left[signed[at]] -= 1
            found.append(at)
    yield from reversed(found)


def _added(left: Sequence[bytes], present: Sequence[bytes]) -> tuple[int, ...] | None:
    """The places in `present` of what stands between the members of `left`, which must all come in their order; None when they do not."""
    added, at = [], 0
    for one in left:
        while at < len(present) and present[at] != one:
            added.append(at)
            at += 1
        if at == len(present):
            return None
        at += 1
    return tuple(added)


def _out_of_order(signed: Sequence[bytes], present: Sequence[bytes], gone: tuple[int, ...]) -> tuple[Change, ...]:
    moved = tuple(at for at in range(min(len(signed), len(present))) if signed[at] != present[at])
    return (Change(REWRITTEN if gone else REORDERED, moved),)


def twice(present: Sequence[bytes]) -> tuple[int, ...]:
    """The places of what stands in a list for the second time."""
    seen: set[bytes] = set()
    found = []
    for at, one in enumerate(present):
        if one in seen:
            found.append(at)
        seen.add(one)
    return tuple(found)
