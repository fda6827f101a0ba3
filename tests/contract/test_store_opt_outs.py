"""A link's opt-out, alike on both databases: whom it names is left alone, and nobody else."""

from dataclasses import replace

from tests.store.stores import Store, a_mail_effect, add_contact

from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.record import RecordKind
from bailiwick.engine.permission.one_click import OptingOut
from bailiwick.store.crm_rows import CrmRows


class TestOneClick:
    def test_leaves_one_person_alone(self, store: Store) -> None:
        """Each address of the person is suppressed, mail to them stops, others' mail goes on."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example")
            ada = replace(ada, addresses=("a@theirs.example", "b@theirs.example"))
            CrmRows(unit).add_contact(ada)
            bob = add_contact(unit, store.ids, "bob@theirs.example")
            stopped, other = a_mail_effect(store, unit, ada), a_mail_effect(store, unit, bob)
            unit.commit()
        leaving = OptingOut(store.units, store.clock)
        assert [leaving.opt_out(address_hash("B@theirs.example")) for _ in range(2)] == [
            True,
            False,
        ]
        with store.units.read() as unit:
            assert all(unit.guards.suppressed(address_hash(one)) for one in ada.addresses)
            assert unit.crm.safety(ada.contact_id).unsubscribed
            assert not unit.crm.safety(bob.contact_id).suppressed
            rows = [unit.effects.get(effect.effect_id) for effect in (stopped, other)]
            told = [r for r in unit.records.about(ada.contact_id) if r.kind is RecordKind.FLAGGED]
        assert [row.state for row in rows if row] == [EffectState.SUPPRESSED, EffectState.READY]
        assert [record.payload["source"] for record in told] == ["one_click"]

    def test_holds_for_an_address_that_nobody_has(self, store: Store) -> None:
        """Who was erased, or is imported again later, is still left alone."""
        leaving = OptingOut(store.units, store.clock)
        assert leaving.opt_out(address_hash("gone@theirs.example"))
        with store.units.write() as unit:
            back = add_contact(unit, store.ids, "gone@theirs.example")
            assert unit.crm.safety(back.contact_id).suppressed

    def test_stays_in_its_workspace(self, store: Store) -> None:
        """Another company that writes to the same address is not concerned."""
        elsewhere = store.second_workspace()
        OptingOut(store.units, store.clock).opt_out(address_hash("a@theirs.example"))
        with elsewhere.units.read() as unit:
            assert not unit.guards.suppressed(address_hash("a@theirs.example"))
