from datetime import timedelta
from pathlib import Path

import pytest
from tests.engine.entrance import Entered, entered_in
from tests.store.stores import Store

from bailiwick.domain.right import Right
from bailiwick.domain.token import Environment
from bailiwick.engine.people.keys import (
    FIRST_KEY_HOURS,
    KEYS_COUNT_MAX,
    KeyWish,
    UnableToIssueKey,
    UnableToRevokeKey,
    scopes_of,
)


class TestKeys:
    def test_open_the_door_for_their_owner_within_their_scopes(self, entered: Entered) -> None:
        """A key is its owner with less, never more."""
        wish = KeyWish(person_id=entered.rep, name="form", scopes=frozenset({Right.SIGNAL}))
        issued = entered.keys.issue(wish, by=entered.admin)
        assert issued.text.startswith("bwk_live_")
        admission = entered.door.by_key(issued.text)
        assert admission is not None
        assert admission.person_id == entered.rep
        assert admission.scopes == {Right.SIGNAL}

    def test_work_with_every_letter_right_only(self, entered: Entered) -> None:
        """Another secret, another row and another product's key are nobody's."""
        text = entered.keys.issue(
            KeyWish(person_id=entered.admin, name="all"), by=entered.admin
        ).text
        changed = "a" if text[-1] != "a" else "b"
        foreign = ("", "lsv2_pt_0123", text[:-1] + changed, text + "a", text.upper(), text[:-1])
        assert [entered.door.by_key(key) for key in foreign] == [None] * len(foreign)
        other = entered.store.second_workspace()
        bare = entered.store.workspace_id.partition("_")[2]
        assert entered.door.by_key(text.replace(bare, other.workspace_id.partition("_")[2])) is None
        assert entered.door.by_session(text) is None

    def test_end_by_time_and_by_a_person(self, entered: Entered) -> None:
        """What has expired or was revoked opens nothing."""
        brief = entered.keys.issue(
            KeyWish(person_id=entered.admin, name="brief", days=1), by=entered.admin
        )
        entered.pass_time(timedelta(days=1))
        assert entered.door.by_key(brief.text) is None
        issued = entered.keys.issue(KeyWish(person_id=entered.rep, name="n"), by=entered.rep)
        entered.keys.revoke(issued.key.key_id, by=entered.admin)
        assert entered.door.by_key(issued.text) is None
        with pytest.raises(UnableToRevokeKey, match="already"):
            entered.keys.revoke(issued.key.key_id, by=entered.admin)

    def test_are_others_only_through_an_admin(self, entered: Entered) -> None:
        """A rep neither issues nor revokes a key of somebody else."""
        with pytest.raises(UnableToIssueKey, match="takes an admin"):
            entered.keys.issue(KeyWish(person_id=entered.admin, name="n"), by=entered.rep)
        issued = entered.keys.issue(KeyWish(person_id=entered.admin, name="n"), by=entered.admin)
        with pytest.raises(UnableToRevokeKey, match="no key"):
            entered.keys.revoke(issued.key.key_id, by=entered.rep)

    def test_are_rotated_with_their_scopes(self, entered: Entered) -> None:
        """The successor can do the same; the one before can do nothing."""
        wish = KeyWish(
            person_id=entered.agent,
            name="bot",
            scopes=frozenset({Right.READ}),
            environment=Environment.TEST,
        )
        old = entered.keys.issue(wish, by=entered.admin)
        new = entered.keys.rotate(old.key.key_id, by=entered.admin)
        assert new.text.startswith("bwk_test_")
        assert (new.key.scopes, new.key.person_id) == (old.key.scopes, entered.agent)
        assert entered.door.by_key(old.text) is None
        assert entered.door.by_key(new.text) is not None

    def test_have_bounds(self, entered: Entered) -> None:
        """No nameless key, no eternal key, not endlessly many, no scope that does not exist."""
        for wish in (
            KeyWish(person_id=entered.rep, name=" "),
            KeyWish(person_id=entered.rep, name="n", days=366),
        ):
            with pytest.raises(UnableToIssueKey):
                entered.keys.issue(wish, by=entered.rep)
        for _ in range(KEYS_COUNT_MAX):
            entered.keys.issue(KeyWish(person_id=entered.rep, name="n"), by=entered.rep)
        with pytest.raises(UnableToIssueKey, match="revoke one"):
            entered.keys.issue(KeyWish(person_id=entered.rep, name="n"), by=entered.rep)
        with pytest.raises(UnableToIssueKey, match="there is no scope 'root'"):
            scopes_of(["read", "root"])

    def test_are_stored_as_hashes(self, entered: Entered, tmp_path: Path) -> None:
        """Neither a key nor a session nor a password is anywhere in the database's bytes."""
        key = entered.keys.issue(KeyWish(person_id=entered.rep, name="n"), by=entered.rep).text
        token = entered.log_in().token
        stored = b"".join(path.read_bytes() for path in tmp_path.glob("store.db*"))
        assert entered.rep.encode() in stored
        for secret in (key.rpartition("_")[2], token.rpartition("_")[2], "correct horse"):
            assert secret.encode() not in stored


class TestFirstKey:
    def test_is_issued_only_while_nobody_can_enter(self, entered: Entered) -> None:
        """Once there is a password or a key in force there is no other way in."""
        assert entered.keys.first() is None
        assert not entered.keys.nobody_can_enter()

    def test_is_the_admins_and_ends_after_a_day(self, sqlite_store: Store) -> None:
        """It is for the first start; who misses it gets another one at the next."""
        house = entered_in(sqlite_store, password="")
        assert house.keys.nobody_can_enter()
        first = house.keys.first()
        assert first is not None
        admission = house.door.by_key(first.text)
        assert admission is not None
        assert admission.person_id == house.admin
        assert house.keys.first() is None
        house.pass_time(timedelta(hours=FIRST_KEY_HOURS))
        assert house.door.by_key(first.text) is None
        assert house.keys.first() is not None
