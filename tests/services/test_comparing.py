"""Each act on a list that only grows is named for what it is."""

import random

import pytest

from credentialing.services.comparing import Change, changes, twice


def members(count: int) -> list[bytes]:
    return [b"%d" % number for number in range(count)]


@pytest.mark.parametrize("seed", range(50))
def test_one_act_is_named_and_placed(seed: int) -> None:
    chance = random.Random(seed)
    signed = members(chance.randrange(4, 40))
    size, tail = len(signed), [b"later %d" % number for number in range(chance.randrange(4))]
    at = chance.randrange(size - 1)  # not the last: taking that away is cutting off the end, unless something follows
    other = chance.choice([place for place in range(size) if place != at])
    swapped = list(signed)
    swapped[at], swapped[other] = swapped[other], swapped[at]
    assert changes(signed, signed + tail) == ()
    assert changes(signed, [*signed[:at], b"x", *signed[at + 1 :], *tail]) == (Change("edited", (at,)),)
    assert changes(signed, signed[:at] + signed[at + 1 :] + tail[:0]) == (Change("deleted", (at,)),)
    assert changes(signed, [*signed[:at], b"x", *signed[at:], *tail]) == (Change("inserted", (at,)),)
    assert changes(signed, signed[: at + 1]) == (Change("truncated", tuple(range(at + 1, size))),)
    assert changes(signed, swapped + tail) == (Change("reordered", tuple(sorted((at, other)))),)


def test_what_was_entered_twice_is_not_called_an_insertion() -> None:
    signed = members(6)
    assert changes(signed, [*signed[:4], signed[1], *signed[4:]]) == (Change("entered_twice", (4,)),)
    assert twice([*signed, signed[2], signed[2]]) == (6, 7)
    assert twice(signed) == ()


def test_several_acts_at_once_are_named_together_or_called_a_rewriting() -> None:
    signed = members(8)
    assert changes(signed, [*signed[:2], *signed[3:6], b"x", *signed[6:]]) == (Change("deleted", (2,)), Change("inserted", (5,)))
    assert changes(signed, [b"%d" % (number + 100) for number in range(8)]) == (Change("edited", tuple(range(8))),)
    assert {change.what for change in changes(signed, [signed[5], *signed[:3], b"x"])} == {"rewritten"}
