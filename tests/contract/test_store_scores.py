"""Leads are ranked alike from both databases."""

from dataclasses import replace
from datetime import timedelta

from tests.store.stores import NOW, Store, add_contact

from bailiwick.domain.crm import Account, Contact, ContactFlags
from bailiwick.domain.ids import AccountId, ContactId
from bailiwick.domain.score.told import Mode
from bailiwick.engine.scoring import Leads, leads
from bailiwick.store.crm_rows import CrmRows


def known(store: Store, name: str, *, title: str, **flags: bool) -> ContactId:
    """Store a contact of a company whose size is known."""
    with store.units.write() as unit:
        account = Account(
            account_id=AccountId(store.ids.new("acc")),
            name=name.title(),
            domain=f"{name}.example",
            employees_count=300,
        )
        rows = CrmRows(unit)
        rows.add_account(account)
        contact = Contact(
            contact_id=ContactId(store.ids.new("con")),
            first_name=name.title(),
            addresses=(f"{name}@{name}.example",),
            title=title,
            account_id=account.account_id,
            flags=replace(ContactFlags(), **flags),
        )
        rows.add_contact(contact)
        unit.commit()
    return contact.contact_id


def found(store: Store) -> Leads:
    with store.units.read() as unit:
        return leads(unit, at=NOW + timedelta(hours=1))


class TestLeads:
    def test_come_highest_first_with_their_place(self, store: Store) -> None:
        """Authority leads; the percentile is the share at or below; reasons say why."""
        low = known(store, "ann", title="Intern")
        high = known(store, "bea", title="CEO")
        ranked = found(store)
        assert [one.contact_id for one in ranked.items] == [high, low]
        assert [one.percentile for one in ranked.items] == [100.0, 50.0]
        assert {one.mode for one in ranked.items} == {Mode.PRIOR}
        assert ranked.items[0].reasons[0].column == "authority"

    def test_leave_out_who_may_not_be_written_to(self, store: Store) -> None:
        """It is a filter before the ranking, whatever the title."""
        known(store, "ann", title="CEO", do_not_contact=True)
        known(store, "bea", title="CEO", bounced=True)
        kept = known(store, "cid", title="Intern")
        ranked = found(store)
        assert [one.contact_id for one in ranked.items] == [kept]
        assert ranked.left_out_count == 2

    def test_give_no_rank_to_whom_nobody_knows(self, store: Store) -> None:
        """Too little known is said so, with what is missing, at the end of the list."""
        with store.units.write() as unit:
            bare = add_contact(unit, store.ids, "x@x.example").contact_id
            unit.commit()
        ranked = found(store).items
        assert [(one.contact_id, one.mode, one.rank) for one in ranked] == [
            (bare, Mode.INSUFFICIENT, None)
        ]
        assert "authority" in ranked[0].unknown

    def test_are_of_one_workspace(self, store: Store) -> None:
        """Another workspace's leads are neither ranked nor counted."""
        other = store.second_workspace()
        known(other, "ann", title="CEO")
        assert found(store).items == ()
        assert len(found(other).items) == 1
