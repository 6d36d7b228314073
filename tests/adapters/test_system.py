"""The real clock and chance, and the ones that are moved by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from credentialing.adapters.doubles import HandClock, SeededEntropy
from credentialing.adapters.system import SystemClock, SystemEntropy
from credentialing.domain.ports import Entropy

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_the_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_hand_clock_moves_only_when_it_is_moved() -> None:
    clock = HandClock(START)
    assert clock.now() == clock.now() == START
    clock.advance(timedelta(days=30))
    assert clock.now() == START + timedelta(days=30)
    clock.set(START)
    assert clock.now() == START


def test_a_hand_clock_refuses_a_moment_without_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        HandClock(START.replace(tzinfo=None))


@pytest.mark.parametrize("entropy", [SystemEntropy(), SeededEntropy(7)], ids=["system", "seeded"])
def test_chance_has_the_promised_shapes(entropy: Entropy) -> None:
    assert len(entropy.bytes(20)) == 20
    identifier = entropy.id()
    assert len(identifier) == 32
    assert int(identifier, 16) >= 0
    assert identifier == identifier.lower()
    assert identifier != entropy.id()
    assert {entropy.below(3) for _ in range(200)} == {0, 1, 2}


def test_the_same_seed_gives_the_same_chance_and_another_seed_another() -> None:
    def draw(seed: int) -> tuple[bytes, str, int]:
        entropy = SeededEntropy(seed)
        return entropy.bytes(8), entropy.id(), entropy.below(10**9)

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)
