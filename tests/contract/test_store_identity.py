"""Passwords, sessions, keys, teams and failed logins are kept alike on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest
from tests.store.stores import NOW, SECOND, Store

from bailiwick.domain.credential import (
    ApiKey,
    Failures,
    KeyId,
    Password,
    Session,
    SessionId,
    Team,
    TeamId,
)
from bailiwick.domain.crm import Person, Role
from bailiwick.domain.ids import PersonId
from bailiwick.domain.reach import Reach
from bailiwick.domain.right import Right
from bailiwick.store.repositories.identity import FAILURES_KEPT, SESSION_KEPT
from bailiwick.store.unit import SqlUnit

ADA, BOB = PersonId("per_ada"), PersonId("per_bob")
DAY: Final = timedelta(days=1)
SESSION: Final = Session(
    session_id=SessionId("ses_1"),
    person_id=ADA,
    secret_hash="0" * 64,
    began_at=NOW,
    seen_at=NOW,
    expires_at=NOW + DAY,
)
KEY: Final = ApiKey(
    key_id=KeyId("key_1"),
    person_id=ADA,
    name="form",
    hint="bwk_live_1",
    secret_hash="1" * 64,
    scopes=frozenset({Right.SIGNAL, Right.READ}),
    issued_by=BOB,
    issued_at=NOW,
    expires_at=NOW + DAY,
)


@pytest.fixture
def staffed(store: Store) -> Store:
    with store.units.write() as unit:
        staff(unit)
        unit.commit()
    return store


def staff(unit: SqlUnit) -> None:
    for person_id, name in ((ADA, "ada"), (BOB, "bob")):
        person = Person(person_id=person_id, name=name, email=f"{name}@ours.example", role=Role.REP)
        unit.authority.add_person(person)


class TestPasswords:
    def test_are_replaced_and_forgotten(self, staffed: Store) -> None:
        """One a person: a new one takes its place, and none is left when it goes."""
        old = Password(person_id=ADA, hashed="a", changed_at=NOW)
        new = replace(old, hashed="b", changed_at=NOW + SECOND)
        with staffed.units.write() as unit:
            assert unit.identity.password(ADA) is None
            for password in (old, new):
                unit.identity.set_password(password)
                assert unit.identity.password(ADA) == password
            assert unit.identity.any_credential(at=NOW)
            unit.identity.forget_password(BOB)
            assert unit.identity.password(ADA) == new
            unit.identity.forget_password(ADA)
            assert unit.identity.password(ADA) is None
            assert not unit.identity.any_credential(at=NOW)


class TestSessions:
    def test_come_back_newest_first_until_they_end(self, staffed: Store) -> None:
        """As they were written; those that ended are still found by their id."""
        second = replace(SESSION, session_id=SessionId("ses_2"), began_at=NOW + SECOND)
        theirs = replace(SESSION, session_id=SessionId("ses_3"), person_id=BOB)
        with staffed.units.write() as unit:
            for session in (SESSION, second, theirs):
                unit.identity.add_session(session)
            assert unit.identity.session(SESSION.session_id) == SESSION
            assert unit.identity.session(SessionId("ses_none")) is None
            assert list(unit.identity.sessions(ADA)) == [second, SESSION]
            assert unit.identity.end_session(second.session_id, at=NOW + SECOND)
            assert not unit.identity.end_session(second.session_id, at=NOW + DAY)
            ended = unit.identity.session(second.session_id)
            assert ended == replace(second, ended_at=NOW + SECOND)
            assert list(unit.identity.sessions(ADA)) == [SESSION]
            assert unit.identity.end_sessions(ADA, at=NOW) == 1
            assert unit.identity.end_sessions(ADA, at=NOW) == 0
            assert list(unit.identity.sessions(BOB)) == [theirs]

    def test_that_are_long_over_are_dropped_by_the_next(self, staffed: Store) -> None:
        """A month after its end a session is gone, a day before that it is not."""
        later = replace(SESSION, session_id=SessionId("ses_2"), expires_at=SESSION.expires_at + DAY)
        new = replace(
            SESSION,
            session_id=SessionId("ses_3"),
            began_at=SESSION.expires_at + SESSION_KEPT + SECOND,
        )
        with staffed.units.write() as unit:
            for session in (SESSION, later, new):
                unit.identity.add_session(session)
            assert unit.identity.session(SESSION.session_id) is None
            assert unit.identity.session(later.session_id) == later


class TestKeys:
    def test_come_back_as_they_were_written(self, staffed: Store) -> None:
        """Scopes none, some and all stay what they are."""
        keys = [
            KEY,
            replace(KEY, key_id=KeyId("key_2"), scopes=None),
            replace(KEY, key_id=KeyId("key_3"), scopes=frozenset[Right](), person_id=BOB),
            replace(KEY, key_id=KeyId("key_4"), scopes=frozenset(Right)),
        ]
        with staffed.units.write() as unit:
            for key in keys:
                unit.identity.add_key(key)
            assert [unit.identity.key(key.key_id) for key in keys] == keys
            assert unit.identity.key(KeyId("key_none")) is None

    def test_are_listed_page_by_page(self, staffed: Store) -> None:
        """Everybody's or one person's, oldest first, each once."""
        keys = [replace(KEY, key_id=KeyId(f"key_{n}")) for n in range(5)]
        theirs = replace(KEY, key_id=KeyId("key_9"), person_id=BOB)
        with staffed.units.write() as unit:
            for key in (*keys, theirs):
                unit.identity.add_key(key)
            seen: list[ApiKey] = []
            cursor: str | None = None
            for _ in range(3):
                page = unit.identity.keys(person_id=ADA, cursor=cursor, size=2)
                seen += page.items
                cursor = page.next_cursor
            assert (seen, cursor) == (keys, None)
            assert unit.identity.keys(person_id=BOB, cursor=None, size=9).items == (theirs,)
            assert len(unit.identity.keys(person_id=None, cursor=None, size=9).items) == 6

    def test_end_once(self, staffed: Store) -> None:
        """One by one or all of a person; what ended stays to be looked at."""
        other = replace(KEY, key_id=KeyId("key_2"))
        theirs = replace(KEY, key_id=KeyId("key_3"), person_id=BOB)
        with staffed.units.write() as unit:
            for key in (KEY, other, theirs):
                unit.identity.add_key(key)
            assert unit.identity.revoke_key(KEY.key_id, at=NOW)
            assert not unit.identity.revoke_key(KEY.key_id, at=NOW + SECOND)
            assert unit.identity.revoke_keys(ADA, at=NOW + SECOND) == 1
            assert unit.identity.revoke_keys(ADA, at=NOW + SECOND) == 0
            assert unit.identity.key(KEY.key_id) == replace(KEY, revoked_at=NOW)
            assert unit.identity.key(other.key_id) == replace(other, revoked_at=NOW + SECOND)
            assert unit.identity.key(theirs.key_id) == theirs

    def test_count_as_a_way_in_while_they_are_in_force(self, staffed: Store) -> None:
        """Neither one that expired nor one that was revoked lets anybody in."""
        with staffed.units.write() as unit:
            unit.identity.add_key(KEY)
            assert unit.identity.any_credential(at=KEY.expires_at - SECOND)
            assert not unit.identity.any_credential(at=KEY.expires_at)
            unit.identity.revoke_key(KEY.key_id, at=NOW)
            assert not unit.identity.any_credential(at=NOW)

    def test_know_when_they_were_used(self, staffed: Store) -> None:
        """Keys and sessions are noted; those that were not used are not."""
        other = replace(KEY, key_id=KeyId("key_2"))
        with staffed.units.write() as unit:
            for key in (KEY, other):
                unit.identity.add_key(key)
            unit.identity.add_session(SESSION)
            at = NOW + SECOND
            unit.identity.used(keys=[KEY.key_id], sessions=[SESSION.session_id], at=at)
            unit.identity.used(keys=(), sessions=(), at=at + DAY)
            assert unit.identity.key(KEY.key_id) == replace(KEY, used_at=at)
            assert unit.identity.key(other.key_id) == other
            assert unit.identity.session(SESSION.session_id) == replace(SESSION, seen_at=at)


class TestFailures:
    def test_are_counted_kept_for_a_day_and_forgotten(self, staffed: Store) -> None:
        """One row for each account or address; old ones go with the next."""
        first = Failures(subject="a" * 64, count=1, last_at=NOW)
        second = replace(first, count=2, blocked_until=NOW + SECOND)
        with staffed.units.write() as unit:
            assert unit.identity.failures(first.subject) is None
            for failures in (first, second):
                unit.identity.set_failures(failures)
                assert unit.identity.failures(first.subject) == failures
            late = replace(first, subject="b" * 64, last_at=NOW + FAILURES_KEPT + SECOND)
            unit.identity.set_failures(late)
            assert unit.identity.failures(first.subject) is None
            unit.identity.forget_failures(late.subject)
            assert unit.identity.failures(late.subject) is None

    def test_are_forgotten_by_how_they_begin(self, staffed: Store) -> None:
        """All of one account go, wherever they happened; another's stay."""
        with staffed.units.write() as unit:
            for subject in ("a" * 32, "a" * 64, "a" * 32 + "b" * 32, "b" * 32 + "a" * 32):
                unit.identity.set_failures(Failures(subject=subject, count=1, last_at=NOW))
            assert unit.identity.failures("a" * 64) is not None, "one does not replace another"
            unit.identity.forget_failures("a" * 32)
            for subject in ("a" * 32, "a" * 64, "a" * 32 + "b" * 32):
                assert unit.identity.failures(subject) is None
            assert unit.identity.failures("b" * 32 + "a" * 32) is not None


class TestTeams:
    def test_are_joined_and_left(self, staffed: Store) -> None:
        """Who is in a common team is a mate; a team that is gone joins nobody."""
        north = Team(team_id=TeamId("tem_1"), name="North", members=(ADA,))
        south = Team(team_id=TeamId("tem_2"), name="South")
        with staffed.units.write() as unit:
            for team in (south, north):
                unit.teams.add(team, at=NOW)
            assert list(unit.teams.list()) == [north, south]
            assert unit.teams.by_name("North") == north
            assert unit.teams.by_name("north ") is None
            assert unit.teams.join(north.team_id, BOB, at=NOW)
            assert not unit.teams.join(north.team_id, BOB, at=NOW)
            assert unit.teams.mates(ADA) == {"ada@ours.example", "bob@ours.example"}
            assert unit.teams.leave(north.team_id, BOB)
            assert not unit.teams.leave(north.team_id, BOB)
            assert unit.teams.mates(ADA) == {"ada@ours.example"}
            assert unit.teams.remove(north.team_id)
            assert not unit.teams.remove(north.team_id)
            assert list(unit.teams.list()) == [south]

    def test_know_how_far_people_see(self, staffed: Store) -> None:
        """Role and reach are the person's own, and nobody else's."""
        with staffed.units.write() as unit:
            unit.teams.set_standing(ADA, role=Role.APPROVER, reach=Reach.TEAM)
            ada, bob = unit.authority.person(ADA), unit.authority.person(BOB)
        assert ada is not None
        assert bob is not None
        assert (ada.role, ada.reach) == (Role.APPROVER, Reach.TEAM)
        assert (bob.role, bob.reach) == (Role.REP, Reach.WORKSPACE)


class TestAnotherWorkspace:
    def test_has_its_own(self, staffed: Store) -> None:
        """The same ids over there are not there, and what is done there changes nothing here."""
        other = staffed.second_workspace()
        with staffed.units.write() as unit:
            unit.identity.set_password(Password(person_id=ADA, hashed="a", changed_at=NOW))
            unit.identity.add_session(SESSION)
            unit.identity.add_key(KEY)
            unit.teams.add(Team(team_id=TeamId("tem_1"), name="North", members=(ADA,)), at=NOW)
            unit.identity.set_failures(Failures(subject="a" * 64, count=1, last_at=NOW))
            unit.commit()
        with other.units.write() as unit:
            assert unit.identity.password(ADA) is None
            assert unit.identity.session(SESSION.session_id) is None
            assert unit.identity.key(KEY.key_id) is None
            assert unit.identity.failures("a" * 64) is None
            assert list(unit.teams.list()) == []
            assert not unit.identity.any_credential(at=NOW)
            assert not unit.identity.end_session(SESSION.session_id, at=NOW)
            assert unit.identity.revoke_keys(ADA, at=NOW) == 0
            unit.identity.forget_password(ADA)
            unit.identity.used(keys=[KEY.key_id], sessions=[SESSION.session_id], at=NOW + DAY)
            unit.commit()
        with staffed.units.read() as unit:
            assert unit.identity.password(ADA) is not None
            assert unit.identity.session(SESSION.session_id) == SESSION
            assert unit.identity.key(KEY.key_id) == KEY
