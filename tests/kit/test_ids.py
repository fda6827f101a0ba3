"""Sortable identifiers."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.kit.clock import FixedClock
from bailiwick.kit.ids import (
    ALPHABET,
    CHANCE_BYTES,
    Chance,
    TimeSortedIds,
    as_uuid,
    encode,
    from_uuid,
)

NOW = datetime(2026, 7, 14, 10, 0, tzinfo=UTC)


class TestIds:
    def test_sort_by_the_time_they_were_made(self) -> None:
        """Later ids sort after earlier ones, whatever the entropy."""
        clock = FixedClock(NOW)
        ids = TimeSortedIds(clock.now)
        made: list[str] = []
        for _ in range(50):
            made.append(ids.new("con"))
            clock.set(clock.now() + timedelta(milliseconds=1))
        assert made == sorted(made)

    def test_ascend_within_a_millisecond_and_when_the_clock_steps_back(self) -> None:
        """No two are equal and none sorts before an earlier one."""
        clock = FixedClock(NOW)
        ids = TimeSortedIds(clock.now)
        first = [ids.new("con") for _ in range(1000)]
        clock.set(NOW - timedelta(hours=1))
        made = [*first, ids.new("con")]
        assert made == sorted(set(made))

    def test_say_what_they_name(self) -> None:
        """Prefix, underscore and 26 characters of one alphabet."""
        found = TimeSortedIds(FixedClock(NOW).now).new("eff")
        prefix, _, rest = found.partition("_")
        assert (prefix, len(rest)) == ("eff", 26)
        assert set(rest) <= set(ALPHABET)

    def test_encode_time_and_entropy_in_order(self) -> None:
        """One millisecond outweighs all entropy."""
        assert encode(1, 2**80 - 1) < encode(2, 0)


class TestChance:
    def test_never_gives_the_same_twice(self) -> None:
        """Bits are used once, also across visits to the system."""
        chance = Chance()
        drawn = [chance(79) for _ in range(CHANCE_BYTES)]
        assert len(set(drawn)) == len(drawn)

    @pytest.mark.parametrize("bits", [1, 8, 79, 80])
    def test_gives_so_many_bits(self, bits: int) -> None:
        """The whole range is used and never left."""
        chance = Chance()
        drawn = [chance(bits) for _ in range(200)]
        assert 2**bits * 0.6 < max(drawn) < 2**bits or bits == 1
        assert {0, 1} == set(drawn) or bits > 1

    def test_of_a_forked_process_is_its_own(self) -> None:
        """A child does not draw what its parent draws."""
        chance = Chance()
        chance(79)
        receiving, sending = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(sending, str(chance(79)).encode())
            os._exit(0)
        os.close(sending)
        with os.fdopen(receiving) as told:
            theirs = int(told.read())
        os.waitpid(child, 0)
        assert theirs != chance(79)


class TestUuidForm:
    @given(st.integers(0, 2**48 - 1), st.integers(0, 2**80 - 1))
    def test_is_the_same_id(self, milliseconds: int, entropy: int) -> None:
        """An id and its UUID name each other, for every id that there can be."""
        identifier = f"run_{encode(milliseconds, entropy)}"
        assert from_uuid("run", as_uuid(identifier)) == identifier

    @pytest.mark.parametrize("text", ["", "run_", "run_01", "run_" + "z" * 26, "run_" + "l" * 26])
    def test_is_not_made_of_what_is_no_id(self, text: str) -> None:
        """What is not 128 bits in our alphabet is refused."""
        with pytest.raises(ValueError, match=r"id|bits"):
            as_uuid(text)
