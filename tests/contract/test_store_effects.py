"""The effect ledger keeps its promises on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.store.stores import NOW, SECOND, Store, a_mail_effect, add_contact

from bailiwick.domain.action import Action
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import ApprovalId, EffectId
from bailiwick.domain.plan import StepStatus
from bailiwick.domain.receipt import EffectState, Outcome, Receipt
from bailiwick.domain.record import RecordKind
from bailiwick.store.crm_rows import CrmRows

LEASE_SECONDS = 60


def _claim(store: Store, holder: str = "worker") -> EffectRow | None:
    with store.units.write() as unit:
        row = unit.effects.claim(holder=holder, at=NOW, lease_seconds=LEASE_SECONDS)
        unit.commit()
    return row


def _receipt(row: EffectRow) -> Receipt:
    return Receipt(
        outcome=Outcome.DONE,
        effect_key=row.effect_key,
        payload_hash=row.payload_hash,
        at=NOW + SECOND,
        provider_ref="<ref@ours.example>",
    )


def _effects(store: Store, *addresses: str) -> list[EffectRow]:
    with store.units.write() as unit:
        rows = [
            a_mail_effect(store, unit, add_contact(unit, store.ids, address))
            for address in addresses
        ]
        unit.commit()
    return rows


class TestAdd:
    def test_returns_the_row_as_stored(self, store: Store) -> None:
        """An intent can be read back with all its fields."""
        (row,) = _effects(store, "ada@theirs.example")
        with store.units.read() as unit:
            assert unit.effects.get(row.effect_id) == row
            assert unit.effects.for_step(row.step_id) == row
        assert row.created_at == NOW

    def test_gives_the_old_row_for_the_same_key(self, store: Store) -> None:
        """A run that is repeated meets its own effect and makes no second one."""
        (row,) = _effects(store, "ada@theirs.example")
        with store.units.write() as unit:
            again = unit.effects.add(replace(row, effect_id=EffectId(store.ids.new("eff"))))
            unit.commit()
        assert again.effect_id == row.effect_id

    def test_refuses_other_arguments_for_a_step(self, store: Store) -> None:
        """A step whose arguments changed is a contradiction, not a second effect."""
        (row,) = _effects(store, "ada@theirs.example")
        other = replace(row, effect_id=EffectId(store.ids.new("eff")), effect_key="0" * 64)
        with (
            pytest.raises(IntegrityFault, match="already has another effect"),
            store.units.write() as unit,
        ):
            unit.effects.add(other)


class TestClaim:
    def test_leases_a_due_row_and_counts_the_attempt(self, store: Store) -> None:
        """A claim raises attempt and fence by one and sets the lease."""
        (row,) = _effects(store, "ada@theirs.example")
        claimed = _claim(store)
        assert claimed is not None
        assert claimed.effect_id == row.effect_id
        assert (claimed.attempt, claimed.fence) == (1, 1)
        assert claimed.state is EffectState.SENDING
        assert claimed.lease_holder == "worker"
        assert claimed.lease_until == NOW + timedelta(seconds=LEASE_SECONDS)

    def test_leaves_rows_that_are_not_due(self, store: Store) -> None:
        """A row whose time has not come, or that waits for a person, is not claimed."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "ada@theirs.example")
            early = a_mail_effect(store, unit, ada)
            unit.effects.settle(
                early, EffectState.READY, receipt=None, reason="", due_at=NOW + SECOND
            )
            waiting = a_mail_effect(store, unit, ada)
            unit.effects.settle(waiting, EffectState.READY, receipt=None, reason="", due_at=None)
            unit.commit()
        assert _claim(store) is None

    def test_gives_two_workers_different_rows(self, store: Store) -> None:
        """Two claims never return the same row."""
        rows = _effects(store, "ada@theirs.example", "bob@theirs.example")
        first, second = _claim(store, "one"), _claim(store, "two")
        assert first is not None
        assert second is not None
        assert {first.effect_id, second.effect_id} == {row.effect_id for row in rows}
        assert _claim(store) is None

    def test_sends_one_mail_at_a_time_to_a_contact(self, store: Store) -> None:
        """A second row of a contact waits until the first has left `sending`."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "ada@theirs.example")
            a_mail_effect(store, unit, ada)
            a_mail_effect(store, unit, ada)
            unit.commit()
        first = _claim(store)
        assert first is not None
        assert _claim(store) is None
        with store.units.write() as unit:
            assert unit.effects.settle(
                first, EffectState.SENT, receipt=_receipt(first), reason="", due_at=None
            )
            unit.commit()
        assert _claim(store) is not None

    def test_suppresses_rows_of_a_suppressed_recipient(self, store: Store) -> None:
        """A recipient who opted out is skipped with step and record; others are served."""
        stopped, other = _effects(store, "ada@theirs.example", "bob@theirs.example")
        with store.units.write() as unit:
            CrmRows(unit).add_suppression("ADA@theirs.example", reason="asked", source="test")
            unit.commit()
        claimed = _claim(store)
        assert claimed is not None
        assert claimed.effect_id == other.effect_id
        with store.units.read() as unit:
            row = unit.effects.get(stopped.effect_id)
            assert row is not None
            assert row.state is EffectState.SUPPRESSED
            assert row.reason == "the recipient is suppressed"
            (record,) = unit.records.about(stopped.effect_id)
            assert record.kind is RecordKind.EFFECT_SETTLED
            found = unit.plans.get(stopped.plan_id)
            assert found is not None
            assert found[2][stopped.step_id] is StepStatus.SKIPPED

    @pytest.mark.parametrize("scope", ["*", "capability:reply", "action:send_message"])
    def test_leaves_what_is_halted_until_it_is_resumed(self, store: Store, scope: str) -> None:
        """A kill switch stops claims of its scope, and lifting it lets them on."""
        _effects(store, "ada@theirs.example")
        with store.units.write() as unit:
            unit.authority.halt(scope, reason="test", by="per_1", at=NOW)
            unit.commit()
        assert _claim(store) is None
        with store.units.write() as unit:
            assert unit.authority.resume(scope, at=NOW)
            unit.commit()
        assert _claim(store) is not None

    def test_goes_on_where_another_scope_is_halted(self, store: Store) -> None:
        """A kill switch of another capability or action stops nothing here."""
        _effects(store, "ada@theirs.example")
        with store.units.write() as unit:
            unit.authority.halt("capability:outreach", reason="", by="per_1", at=NOW)
            unit.authority.halt("action:change_stage", reason="", by="per_1", at=NOW)
            unit.authority.halt("model", reason="", by="per_1", at=NOW)
            unit.commit()
        assert _claim(store) is not None

    def test_carries_out_suppression_even_when_all_is_halted(self, store: Store) -> None:
        """The promise to leave somebody alone is kept whatever else is stopped."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "ada@theirs.example")
            row = a_mail_effect(store, unit, ada)
            unit.authority.halt("*", reason="", by="per_1", at=NOW)
            protecting = replace(
                row,
                effect_id=EffectId(store.ids.new("eff")),
                effect_key="1" * 64,
                step_id=row.step_id[:-1] + "2",  # pyright: ignore[reportArgumentType] - any step
                action=Action.SUPPRESS_CONTACT,
                address_hash="",
            )
            unit.effects.add(protecting)
            unit.commit()
        claimed = _claim(store)
        assert claimed is not None
        assert claimed.effect_id == protecting.effect_id
        assert _claim(store) is None

    def test_stays_in_its_workspace(self, store: Store) -> None:
        """A worker of one workspace never sees another one's effects."""
        _effects(store, "ada@theirs.example")
        assert _claim(store.second_workspace()) is None
        assert _claim(store) is not None


class TestSettle:
    def test_moves_a_claimed_row_on(self, store: Store) -> None:
        """The holder of the lease settles the row with its receipt."""
        _effects(store, "ada@theirs.example")
        row = _claim(store)
        assert row is not None
        with store.units.write() as unit:
            assert unit.effects.settle(
                row, EffectState.SENT, receipt=_receipt(row), reason="", due_at=None
            )
            unit.commit()
        with store.units.read() as unit:
            settled = unit.effects.get(row.effect_id)
        assert settled is not None
        assert settled.state is EffectState.SENT
        assert settled.provider_ref == "<ref@ours.example>"
        assert (settled.lease_holder, settled.lease_until) == ("", None)

    def test_refuses_who_lost_the_lease(self, store: Store) -> None:
        """After the reaper took a row, its old holder changes nothing."""
        _effects(store, "ada@theirs.example")
        mine = _claim(store)
        assert mine is not None
        with store.units.write() as unit:
            assert unit.effects.settle(
                mine, EffectState.READY, receipt=None, reason="lease over", due_at=NOW
            )
            unit.commit()
        theirs = _claim(store, "other")
        assert theirs is not None
        assert theirs.fence == mine.fence + 1
        with store.units.write() as unit:
            assert not unit.effects.settle(
                mine, EffectState.SENT, receipt=_receipt(mine), reason="", due_at=None
            )


class TestRelease:
    def test_gives_a_waiting_row_its_approval_once(self, store: Store) -> None:
        """A row without a due time becomes due with its approval; a second release finds none."""
        (row,) = _effects(store, "ada@theirs.example")
        approval = ApprovalId("apr_1")
        with store.units.write() as unit:
            assert not unit.effects.release(row.effect_id, approval_id=approval, due_at=NOW)
            unit.effects.settle(row, EffectState.READY, receipt=None, reason="held", due_at=None)
            assert unit.effects.release(row.effect_id, approval_id=approval, due_at=NOW)
            assert not unit.effects.release(row.effect_id, approval_id=approval, due_at=NOW)
            unit.commit()
        claimed = _claim(store)
        assert claimed is not None
        assert claimed.approval_id == approval


class TestLists:
    def test_finds_rows_whose_lease_is_over(self, store: Store) -> None:
        """The reaper sees a row from the end of its lease on, and not before."""
        _effects(store, "ada@theirs.example")
        row = _claim(store)
        assert row is not None
        end = NOW + timedelta(seconds=LEASE_SECONDS)
        with store.units.read() as unit:
            assert not unit.effects.overdue(at=end - SECOND, count_max=10)
            assert list(unit.effects.overdue(at=end, count_max=10)) == [row]

    def test_pages_through_a_state(self, store: Store) -> None:
        """Pages give each row once, oldest first."""
        rows = _effects(store, *(f"p{n}@theirs.example" for n in range(5)))
        seen: list[EffectRow] = []
        cursor = None
        with store.units.read() as unit:
            for _ in range(3):
                page = unit.effects.in_state(EffectState.READY, cursor=cursor, size=2)
                seen += page.items
                cursor = page.next_cursor
            assert cursor is None
            assert seen == rows
            assert not unit.effects.in_state(EffectState.DEAD, cursor=None, size=2).items

    def test_counts_what_is_due(self, store: Store) -> None:
        """Only ready rows whose time has come are counted."""
        _effects(store, "ada@theirs.example", "bob@theirs.example")
        _claim(store)
        with store.units.read() as unit:
            assert unit.effects.due_count(at=NOW) == 1
            assert unit.effects.due_count(at=NOW - SECOND) == 0
