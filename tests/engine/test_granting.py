"""Autonomy rises one level at a time, narrowly, on evidence and with an end."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.store.stores import NOW, Store, add_contact

from bailiwick.control.load import load_spec
from bailiwick.domain.action import Action, Risk
from bailiwick.domain.autonomy import Level
from bailiwick.domain.crm import Account, Person, Role
from bailiwick.domain.ids import AccountId, GrantId, PersonId
from bailiwick.domain.record import RecordKind
from bailiwick.engine.granting import Granting, UnableToGrant, Wish
from bailiwick.store.crm_rows import CrmRows

ADMIN = PersonId("per_admin")
SUPERVISOR = PersonId("per_supervisor")
APPROVER = PersonId("per_approver")
WISH = Wish(
    capability="reply",
    action=Action.SEND_MESSAGE,
    level=2,
    segment="*",
    days=30,
    evidence="release 7",
    reason="answers were approved 40 times unchanged",
)


@pytest.fixture
def granting(sqlite_store: Store) -> Granting:
    with sqlite_store.units.write() as unit:
        for person_id, role in (
            (ADMIN, Role.ADMIN),
            (SUPERVISOR, Role.SUPERVISOR),
            (APPROVER, Role.APPROVER),
        ):
            unit.authority.add_person(
                Person(
                    person_id=person_id,
                    name=role.value,
                    email=f"{role.value}@ours.example",
                    role=role,
                )
            )
        unit.commit()
    return Granting(
        units=sqlite_store.units,
        clock=sqlite_store.clock,
        ids=sqlite_store.ids,
        spec=load_spec,
    )


def an_account(store: Store, name: str) -> AccountId:
    """Store an account."""
    account = Account(account_id=AccountId(store.ids.new("acc")), name=name)
    with store.units.write() as unit:
        CrmRows(unit).add_account(account)
        unit.commit()
    return account.account_id


class TestGranting:
    def test_grants_the_next_level(self, granting: Granting, sqlite_store: Store) -> None:
        """An administrator with evidence lifts one action by one level, until a day."""
        grant = granting.add(WISH, person_id=ADMIN)
        assert (grant.level, grant.risk_max) == (Level.L2, Risk.R2)
        assert grant.expires_at == NOW + timedelta(days=30)
        assert granting.list() == (grant,)
        with sqlite_store.units.read() as unit:
            (record,) = unit.records.about(grant.grant_id)
        assert record.kind is RecordKind.GRANT
        assert record.payload["event"] == "granted"
        assert record.payload["by"] == ADMIN

    def test_refuses_to_skip_a_level(self, granting: Granting) -> None:
        """From level 1 nothing leads to 3 but 2, and then 3 is granted."""
        with pytest.raises(UnableToGrant, match="grant L2 first"):
            granting.add(replace(WISH, level=3), person_id=ADMIN)
        granting.add(WISH, person_id=ADMIN)
        assert granting.add(replace(WISH, level=3), person_id=ADMIN).level is Level.L3

    def test_counts_no_expired_grant(self, granting: Granting, sqlite_store: Store) -> None:
        """What has ended lifts nobody to the next level."""
        granting.add(replace(WISH, days=1), person_id=ADMIN)
        sqlite_store.clock.set(NOW + timedelta(days=1))
        with pytest.raises(UnableToGrant, match="stands at L1"):
            granting.add(replace(WISH, level=3), person_id=ADMIN)

    def test_counts_only_what_covers_the_segment(
        self, granting: Granting, sqlite_store: Store
    ) -> None:
        """A grant for one account is no step towards another, but is for its own contacts."""
        ours, theirs = an_account(sqlite_store, "A"), an_account(sqlite_store, "B")
        with sqlite_store.units.write() as unit:
            contact = replace(add_contact(unit, sqlite_store.ids, "a@a.example"), account_id=ours)
            CrmRows(unit).add_contact(contact)
            unit.commit()
        granting.add(replace(WISH, segment=f"account:{ours}"), person_id=ADMIN)
        with pytest.raises(UnableToGrant, match="one level at a time"):
            granting.add(replace(WISH, level=3, segment=f"account:{theirs}"), person_id=ADMIN)
        inside = replace(WISH, level=3, segment=f"contact:{contact.contact_id}")
        assert granting.add(inside, person_id=ADMIN).segment == inside.segment

    @pytest.mark.parametrize(
        ("wish", "why"),
        [
            (replace(WISH, level=5), "levels 1 to 4"),
            (replace(WISH, level=0), "levels 1 to 4"),
            (replace(WISH, level=4), "may rise to L3"),
            (replace(WISH, level=1), "would change nothing"),
            (replace(WISH, days=31), "1 to 30 days"),
            (replace(WISH, days=0), "1 to 30 days"),
            (replace(WISH, evidence=" "), "evidence"),
            (replace(WISH, reason=""), "reason"),
            (replace(WISH, reason="x" * 2_001), "reason"),
            (replace(WISH, capability="nobody"), "no capability"),
            (replace(WISH, action=Action.CHANGE_STAGE), "does not propose"),
            (replace(WISH, segment="contact:con_none"), "no account or contact"),
            (replace(WISH, segment="everybody"), "no account or contact"),
        ],
    )
    def test_refuses_what_may_not_be(self, granting: Granting, wish: Wish, why: str) -> None:
        """Each limit is named in words, and nothing is stored."""
        with pytest.raises(UnableToGrant, match=why):
            granting.add(wish, person_id=ADMIN)
        assert granting.list() == ()

    def test_never_grants_what_needs_a_person(
        self, granting: Granting, sqlite_store: Store
    ) -> None:
        """A capability that proposed deletions could still not be granted them."""
        spec = replace(
            load_spec("reply"), actions=frozenset({Action.DELETE_RECORD}), level_max=Level.L4
        )
        deleting = Granting(
            units=sqlite_store.units,
            clock=sqlite_store.clock,
            ids=sqlite_store.ids,
            spec=lambda _: spec,
        )
        del granting  # its people are wanted
        with pytest.raises(UnableToGrant, match="always needs a person"):
            deleting.add(replace(WISH, action=Action.DELETE_RECORD), person_id=ADMIN)

    @pytest.mark.parametrize("person_id", [SUPERVISOR, APPROVER, PersonId("per_nobody")])
    def test_takes_an_administrator(self, granting: Granting, person_id: PersonId) -> None:
        """Nobody below an administrator raises autonomy."""
        with pytest.raises(UnableToGrant, match="takes an admin"):
            granting.add(WISH, person_id=person_id)


class TestRevoking:
    def test_a_supervisor_ends_a_grant_at_once(
        self, granting: Granting, sqlite_store: Store
    ) -> None:
        """Taking autonomy back is easier than granting it, and recorded as well."""
        grant = granting.add(WISH, person_id=ADMIN)
        granting.revoke(grant.grant_id, person_id=SUPERVISOR, reason="two complaints")
        assert granting.list() == ()
        with sqlite_store.units.read() as unit:
            events = [r.payload["event"] for r in unit.records.about(grant.grant_id)]
        assert events == ["granted", "revoked"]

    def test_an_approver_may_not(self, granting: Granting) -> None:
        """Who approves cards does not move the levels."""
        grant = granting.add(WISH, person_id=ADMIN)
        with pytest.raises(UnableToGrant, match="takes a supervisor"):
            granting.revoke(grant.grant_id, person_id=APPROVER, reason="no")
        assert granting.list() == (grant,)

    def test_an_unknown_grant_is_named(self, granting: Granting) -> None:
        """Revoking twice says that there is nothing to revoke."""
        grant = granting.add(WISH, person_id=ADMIN)
        granting.revoke(grant.grant_id, person_id=ADMIN, reason="done")
        for grant_id in (grant.grant_id, GrantId("grt_none")):
            with pytest.raises(UnableToGrant, match="no grant"):
                granting.revoke(grant_id, person_id=ADMIN, reason="again")
