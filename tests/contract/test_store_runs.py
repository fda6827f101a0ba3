"""Runs, signals, verdicts, model calls, people and stops are kept alike on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.store.stores import NOW, SECOND, Store, a_run, a_step, add_contact

from bailiwick.domain.action import Action, Risk
from bailiwick.domain.autonomy import Grant, Level
from bailiwick.domain.crm import ContactFlags, Person, Role
from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import ContactId, GrantId, ModelCallId, PersonId, RunId, SignalId
from bailiwick.domain.model_call import FallbackReason, ModelCall, Tier, Usage
from bailiwick.domain.provenance import Source, Trust
from bailiwick.domain.run import RunRow, VerdictRow
from bailiwick.domain.signal import Signal, SignalKind
from bailiwick.store.crm_rows import CrmRows


def _started(store: Store, **changes: str) -> RunRow:
    run = replace(a_run(store.ids), **changes)
    with store.units.write() as unit:
        assert unit.runs.start(run)
        unit.commit()
    return run


class TestRuns:
    def test_start_once_and_finish(self, store: Store) -> None:
        """A run that is there is not started again; finishing keeps what it started with."""
        run = _started(store)
        with store.units.write() as unit:
            assert not unit.runs.start(replace(run, reason="again"))
            unit.runs.finish(
                run.run_id, status="done", reason="fine", outcome={"n": [1]}, at=NOW + SECOND
            )
            unit.commit()
        with store.units.read() as unit:
            assert unit.runs.get(run.run_id) == replace(
                run, status="done", reason="fine", outcome={"n": [1]}, finished_at=NOW + SECOND
            )
            assert unit.runs.get(RunId("run_0")) is None

    def test_know_their_children(self, store: Store) -> None:
        """The runs that a run started are found by it."""
        parent = _started(store)
        child = _started(store, parent_run_id=parent.run_id)
        with store.units.read() as unit:
            assert list(unit.runs.children(parent.run_id)) == [child]
            assert list(unit.runs.children(child.run_id)) == []

    def test_are_listed_newest_first(self, store: Store) -> None:
        """Pages give each run once, without inputs, filtered by status and contact."""
        runs = [_started(store, status=s) for s in ("done", "failed", "done")]
        with store.units.read() as unit:
            first = unit.runs.list(status=None, contact_id=None, cursor=None, size=2)
            rest = unit.runs.list(status=None, contact_id=None, cursor=first.next_cursor, size=2)
            failed = unit.runs.list(status="failed", contact_id=None, cursor=None, size=9)
            nobody = unit.runs.list(status=None, contact_id=ContactId("con_9"), cursor=None, size=9)
        shown = [replace(run, inputs=None) for run in reversed(runs)]
        assert list(first.items + rest.items) == shown
        assert failed.items == (shown[1],)
        assert not nobody.items


class TestVerdicts:
    def test_are_paged_from_an_instant_on(self, store: Store) -> None:
        """A rulebook can be tried on the past: each judgement comes once, oldest first."""
        run = _started(store)
        verdicts = [
            VerdictRow(
                step_id=a_step(run.run_id, n).step_id,
                run_id=run.run_id,
                capability="reply",
                action=Action.CREATE_TASK,
                contact_id=None,
                stage="commit",
                answer="held",
                rules=("autonomy",),
                rulebook_hash="r",
                standing={"risk": 1},
                payload_hash="p",
                at=NOW + (n // 3) * SECOND,
            )
            for n in range(5)
        ]
        with store.units.write() as unit:
            for verdict in verdicts:
                unit.runs.add_verdict(verdict)
            unit.commit()
        seen: list[VerdictRow] = []
        cursor = None
        with store.units.read() as unit:
            for _ in range(3):
                page = unit.runs.verdicts_since(NOW, cursor=cursor, size=2)
                seen += page.items
                cursor = page.next_cursor
            assert seen == verdicts
            assert cursor is None
            assert list(unit.runs.verdicts_of(run.run_id)) == verdicts
            later = unit.runs.verdicts_since(NOW + SECOND, cursor=None, size=9)
            assert list(later.items) == verdicts[3:]


class TestSignals:
    def test_with_a_known_key_change_nothing(self, store: Store) -> None:
        """The second report of one event is not a second event; a handled one is closed."""
        signal = Signal(
            signal_id=SignalId(store.ids.new("sig")),
            kind=SignalKind.MANUAL,
            contact_id=None,
            message_id=None,
            trust=Trust.HUMAN,
            received_at=NOW,
            dedupe_key="key",
        )
        twin = replace(signal, signal_id=SignalId(store.ids.new("sig")))
        with store.units.write() as unit:
            assert unit.runs.add_signal(signal)
            assert not unit.runs.add_signal(twin)
            assert list(unit.runs.open_signals(count_max=9)) == [signal]
            assert unit.runs.close_signal(signal.signal_id, at=NOW)
            assert not unit.runs.close_signal(signal.signal_id, at=NOW)
            assert not unit.runs.open_signals(count_max=9)
            unit.commit()


class TestDue:
    def test_leaves_out_who_may_not_be_written_to(self, store: Store) -> None:
        """A sweep selects who is due, the earliest first, and nobody who asked to be left alone."""
        with store.units.write() as unit:
            rows = CrmRows(unit)
            names = ("late", "early", "suppressed", "unsubscribed", "later", "never")
            people = {
                name: add_contact(unit, store.ids, f"{name}@theirs.example") for name in names
            }
            for name, person in people.items():
                unit.runs.set_due(person.contact_id, NOW - SECOND)
                if name == "unsubscribed":
                    flags = ContactFlags(unsubscribed=True)
                    rows.add_contact(replace(person, flags=flags), due_at=NOW)
            unit.runs.set_due(people["late"].contact_id, NOW)
            unit.runs.set_due(people["later"].contact_id, NOW + SECOND)
            unit.runs.set_due(people["never"].contact_id, None)
            rows.add_suppression("suppressed@theirs.example", reason="asked", source="test")
            unit.commit()
        with store.units.read() as unit:
            due = unit.runs.due_contacts(at=NOW, count_max=9)
        assert list(due) == [people["early"].contact_id, people["late"].contact_id]


class TestModelCalls:
    def test_are_kept_whole_and_summed(self, store: Store) -> None:
        """A call comes back as it was made; spending counts from an instant on."""
        call = ModelCall(
            call_id=ModelCallId(store.ids.new("mdc")),
            workspace_id=store.workspace_id,
            run_id=RunId("run_1"),
            capability="reply",
            step="draft",
            prompt="reply/draft",
            prompt_version=3,
            prompt_hash="h",
            tier=Tier.DEEP,
            requested_model="m",
            resolved_model="m-1",
            endpoint="e",
            source=Source.FALLBACK,
            reason=FallbackReason.GARBLED,
            usage=Usage(prompt_tokens=5, completion_tokens=2, estimated=True),
            cost_picodollars=7_000_000_000_000,
            price_known=False,
            latency_ms=12,
            attempts=2,
            faults=(FallbackReason.TIMEOUT, FallbackReason.GARBLED),
            request_sha256="s",
            request='{"a":"\\u0000"}',
            reply="text",
            asked_at=NOW,
        )
        later = replace(call, call_id=ModelCallId(store.ids.new("mdc")), asked_at=NOW + SECOND)
        for one in (call, call, later):
            with store.units.write() as unit:
                unit.model_calls.save(one)
                unit.commit()
        with store.units.read() as unit:
            assert list(unit.model_calls.of_run(RunId("run_1"))) == [call, later]


class TestAuthority:
    def test_grants_until_they_are_revoked(self, store: Store) -> None:
        """Grants are found by capability and action, expired ones too, revoked ones not."""
        grant = Grant(
            grant_id=GrantId(store.ids.new("grt")),
            capability="reply",
            action=Action.SEND_MESSAGE,
            level=Level.L3,
            segment="*",
            risk_max=Risk.R2,
            evidence="report_1",
            reason="works",
            granted_by=PersonId("per_1"),
            granted_at=NOW,
            expires_at=NOW + timedelta(days=30),
        )
        with store.units.write() as unit:
            unit.authority.add_grant(grant)
            assert list(unit.authority.grants()) == [grant]
            assert list(unit.authority.grants(capability="reply")) == [grant]
            assert not unit.authority.grants(capability="outreach")
            assert not unit.authority.grants(action=Action.CREATE_TASK)
            assert unit.authority.revoke_grant(grant.grant_id, at=NOW)
            assert not unit.authority.revoke_grant(grant.grant_id, at=NOW)
            assert not unit.authority.grants()
            unit.commit()

    def test_halts_until_they_are_lifted(self, store: Store) -> None:
        """A scope halted twice is lifted once; lifting nothing says so."""
        with store.units.write() as unit:
            for _ in range(2):
                unit.authority.halt("model", reason="cost", by="per_1", at=NOW)
            assert unit.authority.halts() == frozenset({"model"})
            assert unit.authority.resume("model", at=NOW)
            assert not unit.authority.resume("model", at=NOW)
            assert unit.authority.halts() == frozenset()

    def test_knows_people_by_any_spelling_of_their_address(self, store: Store) -> None:
        """A person is found whatever the case of the address, and only once per address."""
        person = Person(
            person_id=PersonId(store.ids.new("per")),
            name="Grace",
            email="grace@ours.example",
            role=Role.SUPERVISOR,
        )
        with store.units.write() as unit:
            unit.authority.add_person(replace(person, email="Grace@Ours.example"))
            unit.commit()
        with store.units.read() as unit:
            assert unit.authority.person(person.person_id) == person
            assert unit.authority.person_by_email(" GRACE@ours.example") == person
            assert unit.authority.person_by_email("other@ours.example") is None
            assert list(unit.authority.people()) == [person]
        twin = replace(person, person_id=PersonId(store.ids.new("per")))
        with pytest.raises(IntegrityFault), store.units.write() as unit:
            unit.authority.add_person(twin)
