"""Whoever guesses waits, whoever owns the account gets in: over days, from one network and many."""

from datetime import datetime, timedelta
from typing import Final

import pytest
from tests.store.stores import Store

from bailiwick.engine.people.patience import (
    ACCOUNT_TRIES_FREE,
    BLOCK_SECONDS_MAX,
    FORGIVEN_EVERY,
    STRANGERS_TRIES_FREE,
    Counter,
    Patience,
    UnableToLogInYet,
    count_failure,
    require_patience,
)
from bailiwick.kit.envelope import KEY_BYTES, Envelope

OWNER: Final = "ada@ours.example"
HOME: Final = "203.0.113.7"
BEGIN: Final = datetime.fromisoformat("2026-03-02T08:00:00+00:00")
DAY: Final = timedelta(days=1)


def patience(store: Store) -> Patience:
    return Patience(store.workspace_id, envelope=Envelope(bytes(KEY_BYTES)))


def guessed(store: Store, counters: tuple[Counter, ...], *, at: datetime) -> int:
    """Guess wrongly once, when that is possible, and return how many seconds to wait else."""
    with store.units.write() as unit:
        try:
            require_patience(unit, counters, at=at)
        except UnableToLogInYet as fault:
            return fault.seconds
        count_failure(unit, counters, at=at)
        unit.commit()
    return 0


def besieged(store: Store, *, networks: int, until: datetime) -> tuple[int, datetime]:
    """Let every network guess as often as it may; return how often that was, and when all wait."""
    own = patience(store)
    attackers = [own.counters(OWNER, origin=f"198.51.{n}.1", device="") for n in range(networks)]
    at, later, count = BEGIN, BEGIN, 0
    while later < until:
        at = later
        waits = [guessed(store, counters, at=at) for counters in attackers]
        count += waits.count(0)
        later = at + timedelta(seconds=min(waits))
    return count, at


def lets_in(store: Store, counters: tuple[Counter, ...], *, at: datetime) -> bool:
    with store.units.read() as unit:
        try:
            require_patience(unit, counters, at=at)
        except UnableToLogInYet:
            return False
    return True


class TestOneNetwork:
    def test_keeps_nobody_else_out(self, store: Store) -> None:
        """Two days of guessing at every chance; the owner's next login works in any browser."""
        count, at = besieged(store, networks=1, until=BEGIN + 2 * DAY)
        own = patience(store)
        assert not lets_in(store, own.counters(OWNER, origin="198.51.0.1", device=""), at=at)
        assert lets_in(store, own.counters(OWNER, origin=HOME, device=""), at=at)
        assert count <= 2 * STRANGERS_TRIES_FREE + 2 * ACCOUNT_TRIES_FREE + 10, "and guessed little"


class TestManyNetworks:
    def test_are_slowed_all_together(self, store: Store) -> None:
        """Twenty of them have some two hundred guesses on the first day, and not two thousand."""
        count, at = besieged(store, networks=20, until=BEGIN + DAY)
        assert STRANGERS_TRIES_FREE < count <= 2 * STRANGERS_TRIES_FREE + 20
        own = patience(store)
        stranger = own.counters(OWNER, origin=HOME, device="")
        known = own.counters(OWNER, origin=HOME, device=own.device(OWNER, presented=""))
        assert not lets_in(store, stranger, at=at)
        assert lets_in(store, known, at=at), "the owner's browser"
        other = own.counters("bob@ours.example", origin=HOME, device="")
        assert lets_in(store, other, at=at), "another account"


class TestForgiving:
    def test_takes_a_while_for_each(self, store: Store) -> None:
        """One failure a quarter of an hour is forgiven, however often one fails in between."""
        counters = (Counter(subject="a" * 64, free=3),)
        at = BEGIN
        for _ in range(6):
            assert guessed(store, counters, at=at) == 0
            at += FORGIVEN_EVERY / 2
        with store.units.read() as unit:
            found = unit.identity.failures("a" * 64)
        assert found is not None
        assert found.count == 6 - 2

    def test_ends_in_none(self, store: Store) -> None:
        """After enough of them one starts anew; a clock that goes back adds none."""
        counters = (Counter(subject="a" * 64, free=3),)
        for later in (timedelta(), timedelta(), -DAY, 10 * FORGIVEN_EVERY):
            assert guessed(store, counters, at=BEGIN + later) == 0
            with store.units.read() as unit:
                found = unit.identity.failures("a" * 64)
            assert found is not None
            assert found.count <= 3
        assert found.count == 1
        assert found.blocked_until is None

    def test_is_quicker_than_the_longest_wait(self) -> None:
        """Else one network would, failing as often as it may, spend what is for all strangers."""
        assert timedelta(seconds=BLOCK_SECONDS_MAX) > FORGIVEN_EVERY


class TestABrowser:
    @pytest.mark.parametrize("presented", ["", "x", "nonsense!", "ä", "YncxAA", "A" * 300])
    def test_proves_itself_with_nothing_made_up(self, store: Store, presented: str) -> None:
        """Whatever was not sealed here is a stranger's, and replaced by what is."""
        own = patience(store)
        assert len(own.counters(OWNER, origin=HOME, device=presented)) == 3
        given = own.device(OWNER, presented=presented)
        assert given != presented
        assert own.device(OWNER, presented=given) == given
        assert len(own.counters(OWNER, origin=HOME, device=given)) == 1

    def test_is_known_to_one_account(self, store: Store) -> None:
        """Who has an account here gets no tries at another's; nor in another workspace."""
        own = patience(store)
        given = own.device(OWNER, presented="")
        assert len(own.counters("bob@ours.example", origin=HOME, device=given)) == 3
        other = patience(store.second_workspace())
        assert len(other.counters(OWNER, origin=HOME, device=given)) == 3
