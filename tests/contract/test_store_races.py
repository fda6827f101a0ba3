"""What happens when several write at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

from tests.store.stores import NOW, Store, a_mail_effect, add_contact

from bailiwick.domain.effect import EffectRow
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.receipt import EffectState
from bailiwick.store.crm_rows import CrmRows

WORKERS = 4
WAIT_SECONDS = 10


def _claim(store: Store, holder: str) -> EffectRow | None:
    with store.units.write() as unit:
        row = unit.effects.claim(holder=holder, at=NOW, lease_seconds=60)
        unit.commit()
    return row


class TestClaims:
    def test_of_many_workers_never_meet(self, store: Store) -> None:
        """Four workers claim until nothing is left: each row once, each contact one at a time."""
        with store.units.write() as unit:
            for number in range(6):
                contact = add_contact(unit, store.ids, f"p{number}@theirs.example")
                for _ in range(2):
                    a_mail_effect(store, unit, contact)
            unit.commit()
        with ThreadPoolExecutor(WORKERS) as pool:
            claims = list(pool.map(partial(_claim, store), map(str, range(16))))
        rows = [row for row in claims if row is not None]
        # One that met another's locks comes back empty-handed and asks again.
        rows += [row for row in (_claim(store, "again") for _ in range(6)) if row is not None]
        assert len({row.effect_id for row in rows}) == len(rows) == 6
        assert len({row.contact_id for row in rows}) == 6
        assert {row.fence for row in rows} == {1}


class TestOptOut:
    def test_in_progress_holds_claims_back(self, postgres_store: Store) -> None:
        """A claim waits while an opt-out is being written, and then leaves that recipient alone."""
        store = postgres_store
        with store.units.write() as unit:
            row = a_mail_effect(store, unit, add_contact(unit, store.ids, "a@theirs.example"))
            unit.commit()
        with ThreadPoolExecutor(1) as pool:
            with store.units.write() as opting_out:
                CrmRows(opting_out).add_suppression("a@theirs.example", reason="x", source="test")
                claim = pool.submit(_claim, store, "worker")
                opting_out.commit()
            assert claim.result(WAIT_SECONDS) is None
        with store.units.read() as unit:
            kept = unit.effects.get(row.effect_id)
        assert kept is not None
        assert kept.state is EffectState.SUPPRESSED

    def test_waits_for_a_claim_in_progress(self, postgres_store: Store) -> None:
        """An opt-out commits after the claim it met, so no claim commits after the opt-out."""
        store = postgres_store
        with store.units.write() as unit:
            a_mail_effect(store, unit, add_contact(unit, store.ids, "a@theirs.example"))
            unit.commit()
        begun = Event()

        def opt_out() -> None:
            begun.set()
            with store.units.write() as unit:
                CrmRows(unit).add_suppression("a@theirs.example", reason="asked", source="test")
                unit.commit()

        with ThreadPoolExecutor(1) as pool:
            with store.units.write() as claiming:
                row = claiming.effects.claim(holder="worker", at=NOW, lease_seconds=60)
                assert row is not None
                done = pool.submit(opt_out)
                assert begun.wait(WAIT_SECONDS)
                with store.units.read() as reader:
                    assert not reader.guards.suppressed(address_hash("a@theirs.example"))
                assert not done.done()
                claiming.commit()
            done.result(WAIT_SECONDS)
        with store.units.read() as unit:
            assert unit.guards.suppressed(address_hash("a@theirs.example"))


class TestIntents:
    def test_of_twins_are_one(self, store: Store) -> None:
        """Two workers that store the same intent at once get the same row."""
        with store.units.write() as unit:
            contact = add_contact(unit, store.ids, "a@theirs.example")
            row = a_mail_effect(store, unit, contact)
            unit.commit()

        def add(_: int) -> EffectRow:
            with store.units.write() as unit:
                stored = unit.effects.add(row)
                unit.commit()
            return stored

        with ThreadPoolExecutor(WORKERS) as pool:
            assert {stored.effect_id for stored in pool.map(add, range(8))} == {row.effect_id}
