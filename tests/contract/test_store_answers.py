from datetime import UTC, datetime
from typing import Final

import pytest
from tests.store.stores import Store

from bailiwick.domain.crm import Account, Contact, Opportunity, Role
from bailiwick.domain.ids import AccountId, ContactId, OpportunityId, PersonId
from bailiwick.domain.question.admission import Admitted
from bailiwick.domain.question.gate import admit
from bailiwick.domain.question.rows import Cell, Rows
from bailiwick.domain.reach import Sight
from bailiwick.store.answers.crm_copy import crm_copy
from bailiwick.store.crm_rows import CrmRows
from bailiwick.store.scopes import Scopes

NOW: Final = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINE: Final = "me@ours.example"


def filled(store: Store, *, name: str = "Acme") -> None:
    """One company with a contact and three deals, the last of them somebody else's."""
    account, contact = AccountId(store.ids.new("acc")), ContactId(store.ids.new("con"))
    with store.units.write() as unit:
        rows = CrmRows(unit)
        rows.add_account(Account(account_id=account, name=name, owner_email=MINE))
        rows.add_contact(
            Contact(
                contact_id=contact, first_name="Ada", last_name=name, account_id=account,
                addresses=(f"ada@{name.lower()}.example",), phone="+4930123", owner_email=MINE,
            )
        )  # fmt: skip
        for minor, currency, owner in (
            (1_050, "EUR", MINE), (1_050, "JPY", MINE), (None, "", "you@ours.example")
        ):  # fmt: skip
            rows.add_opportunity(
                Opportunity(
                    opportunity_id=OpportunityId(store.ids.new("opp")), name=f"{name} deal",
                    account_id=account, contact_id=contact, stage="demo", amount_minor=minor,
                    currency=currency, owner_email=owner,
                )
            )  # fmt: skip
        unit.commit()


def asked(
    store: Store, sql: str, *, scopes: Scopes | None = None, role: Role = Role.REP
) -> list[tuple[Cell, ...]]:
    with (scopes or store.units.scopes).reading() as scope:
        copy = crm_copy(scope, role=role)
    found = admit(sql, copy.schema, now=NOW)
    assert isinstance(found, Admitted), found
    rows = copy.run(found)
    assert isinstance(rows, Rows), rows
    copy.close()
    return list(rows.rows)


class TestACopy:
    def test_holds_the_rows_as_people_say_them(self, store: Store) -> None:
        """Amounts are in whole units of their currency, states are words, joins hold."""
        filled(store)
        rows = asked(
            store,
            "select c.name, o.status, o.amount, o.currency from companies c "
            "join opportunities o on o.company_id = c.company_id order by o.amount",
        )
        assert rows == [
            ("Acme", "open", None, None), ("Acme", "open", 10.5, "EUR"),
            ("Acme", "open", 1_050, "JPY"),
        ]  # fmt: skip

    def test_holds_nothing_of_another_workspace(self, store: Store) -> None:
        """Whatever is asked, only this workspace's rows are there to be found."""
        filled(store)
        other = store.second_workspace()
        filled(other, name="Umbrella")
        assert asked(store, "select name from companies") == [("Acme",)]
        assert asked(other, "select name from companies") == [("Umbrella",)]
        assert asked(store, "select name from contacts where 1 = 1 or name = 'Umbrella'") == [
            ("Ada Acme",)
        ]

    def test_holds_what_the_caller_sees(self, store: Store) -> None:
        """Who sees their own rows asks about these."""
        filled(store)
        sight = Sight(person_id=PersonId("per_me"), owners=frozenset({MINE}))
        seen = store.units.seen_by(sight).scopes
        assert asked(store, "select count(*) from opportunities", scopes=seen) == [(2,)]
        assert asked(store, "select count(*) from opportunities") == [(3,)]

    @pytest.mark.parametrize(
        ("role", "row"),
        [
            (Role.REP, ("Ada Acme", "ada@acme.example", "+4930123")),
            (Role.VIEWER, ("Ada Acme", None, None)),
        ],
    )
    def test_leaves_out_what_the_role_may_not_see(
        self, store: Store, role: Role, row: tuple[Cell, ...]
    ) -> None:
        """How to reach a person is not in the copy of who does not reach out."""
        filled(store)
        assert asked(store, "select name, email, phone from contacts", role=role) == [row]
