"""Money of models is counted, bounded and summed alike on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from tests.store.stores import NOW, Store, a_run

from bailiwick.domain.ids import ModelCallId, RunId
from bailiwick.domain.model_call import FallbackReason, ModelCall, Tier, Usage
from bailiwick.domain.provenance import Source
from bailiwick.domain.record import RecordKind
from bailiwick.domain.spend import CostBy, CostRow
from bailiwick.engine.spending import DayLimits, Spending, day_standing, forecast
from bailiwick.ports.spending import EVERY
from bailiwick.store.costs import SqlCosts

RUN = RunId("run_1")
TODAY = NOW.astimezone(UTC).date()


def a_call(store: Store, number: int, **changes: object) -> ModelCall:
    call = ModelCall(
        call_id=ModelCallId(f"mdc_{number}"), workspace_id=store.workspace_id, run_id=RUN,
        capability="reply", step="write", prompt="reply/write", prompt_version=1,
        prompt_hash="h", tier=Tier.QUICK, requested_model="m", resolved_model="m-1",
        endpoint="e", source=Source.MODEL, reason=None,
        usage=Usage(prompt_tokens=100, cached_tokens=10, completion_tokens=20),
        cost_picodollars=50, attempts=1, request_sha256="s", request="{}", reply="{}",
        asked_at=NOW,
    )  # fmt: skip
    return replace(call, **changes)


def keep(store: Store, *calls: ModelCall) -> None:
    with store.units.write() as unit:
        for call in calls:
            unit.model_calls.save(call)
        unit.commit()


def spending(store: Store, **limits: int | None) -> Spending:
    told = {"every": None, "capability": None} | limits
    return Spending(store.units, DayLimits(every=told["every"], capability=told["capability"]))


def reserve(ledger: Spending, *, capability: str = "reply", amount: int = 60) -> str | None:
    return ledger.reserve(capability=capability, run_id=RUN, picodollars=amount, at=NOW)


def spent(store: Store) -> dict[str, int]:
    with store.units.read() as unit:
        return {s.scope: s.picodollars for s in unit.spending.of_day(TODAY)}


class TestDays:
    def test_stop_the_capability_that_used_its_own_up_and_no_other(self, store: Store) -> None:
        """At its ceiling one capability is refused; the next one is not."""
        ledger = spending(store, every=1_000, capability=100)
        assert reserve(ledger) is None
        assert reserve(ledger) == "reply"
        assert reserve(ledger, capability="outreach") is None
        assert spent(store) == {EVERY: 120, "reply": 60, "outreach": 60}

    def test_of_the_workspace_stop_all(self, store: Store) -> None:
        """When the whole day is used up nobody reserves any more, and nothing is left set aside."""
        ledger = spending(store, every=100, capability=None)
        assert reserve(ledger) is None
        assert reserve(ledger, capability="outreach") == EVERY
        assert spent(store) == {EVERY: 60, "reply": 60}

    def test_get_back_what_was_not_used(self, store: Store) -> None:
        """Settling replaces the worst case by what was used, so the next call fits again."""
        ledger = spending(store, every=None, capability=100)
        assert reserve(ledger) is None
        ledger.settle(capability="reply", day=TODAY, change=-50)
        assert reserve(ledger) is None
        assert spent(store)["reply"] == 70

    def test_begin_with_the_calls_that_were_stored_before(self, store: Store) -> None:
        """A counter that is made in the middle of a day forgets nothing of it."""
        keep(store, a_call(store, 1), a_call(store, 2, capability="outreach"),
             a_call(store, 3, asked_at=NOW - timedelta(days=1)))  # fmt: skip
        assert reserve(spending(store, every=None, capability=None)) is None
        assert spent(store) == {EVERY: 160, "reply": 110}

    def test_never_overshoot_with_parallel_workers(self, store: Store) -> None:
        """Eight workers reserving at once pass no ceiling by even one call."""
        ledger = spending(store, every=None, capability=600)
        with ThreadPoolExecutor(max_workers=8) as pool:
            answers = list(pool.map(reserve, [ledger] * 24))
        assert answers.count(None) == 10
        assert spent(store)["reply"] == 600

    def test_tell_people_once_when_they_are_used_up(self, store: Store) -> None:
        """One record and one task for each day and scope, however many calls are refused."""
        ledger = spending(store, every=None, capability=10)
        assert [reserve(ledger) for _ in range(3)] == ["reply"] * 3
        with store.units.read() as unit:
            records = [r for r in unit.records.about("reply") if r.kind is RecordKind.BUDGET_SPENT]
            tasks = unit.guards.open_tasks(None, cursor=None, size=10).items
        assert [r.payload["picodollars_max"] for r in records] == [10]
        assert len(tasks) == 1
        assert "reply" in tasks[0].title

    def test_say_where_they_will_end(self, store: Store) -> None:
        """The forecast goes on as the day went so far, and an hour is the least it rests on."""
        ledger = spending(store, every=100, capability=None)
        assert reserve(ledger) is None
        with store.units.read() as unit:
            standing = day_standing(unit, DayLimits(every=100, capability=None), at=NOW)
        assert [(s.scope, s.spent, s.limit) for s in standing] == [
            (EVERY, 60, 100), ("reply", 60, None),
        ]  # fmt: skip
        assert standing[0].forecast == 60 * 24 // 9  # nine o'clock in the morning
        assert forecast(10, at=NOW.replace(hour=0, minute=1)) == 240

    def test_of_two_workspaces_are_their_own(self, store: Store) -> None:
        """What another workspace spends stops nobody here."""
        assert reserve(spending(store, every=100, capability=None)) is None
        other = store.second_workspace()
        assert reserve(spending(other, every=100, capability=None)) is None


class TestRunUse:
    def test_is_read_from_stored_calls(self, store: Store) -> None:
        """A run that another process began has used what its calls say; rules used nothing."""
        keep(store, a_call(store, 1), a_call(store, 2),
             a_call(store, 3, attempts=0, usage=Usage(), source=Source.FALLBACK,
                    reason=FallbackReason.NO_MODEL))  # fmt: skip
        assert spending(store).of_run(RUN) == (240, 2)


class TestCosts:
    @pytest.mark.parametrize(
        ("by", "keys"),
        [
            (CostBy.CAPABILITY, ["outreach", "reply"]),
            (CostBy.NODE, ["outreach/write", "reply/write"]),
            (CostBy.DAY, ["2026-11-20", "2026-11-19"]),
            (CostBy.OUTCOME, ["running", "done"]),
            (CostBy.MODEL, ["unknown", "m-1"]),
            (CostBy.WORKSPACE, ["all"]),
        ],
    )
    def test_are_put_together_by(self, store: Store, by: CostBy, keys: list[str]) -> None:
        """Each way to look at the calls holds every call once, the dearest first."""
        run = replace(a_run(store.ids), status="done")
        with store.units.write() as unit:
            unit.runs.start(run)
            unit.commit()
        keep(store, a_call(store, 1, run_id=run.run_id),
             a_call(store, 2, asked_at=NOW - timedelta(days=1)),
             a_call(store, 3, capability="outreach", cost_picodollars=500, price_known=False,
                    resolved_model="", requested_model="unknown"))  # fmt: skip
        found = costs(store, by)
        assert [row.key for row in found] == keys
        assert sum(row.calls_count for row in found) == 3
        assert sum(row.picodollars for row in found) == 600
        assert sum(row.unpriced_count for row in found) == 1
        assert sum(row.tokens_in for row in found) == 300

    def test_of_no_call_are_nothing(self, store: Store) -> None:
        """An empty span of time has no rows."""
        keep(store, a_call(store, 1, asked_at=NOW - timedelta(days=90)))
        assert costs(store, CostBy.RUN) == ()


def costs(store: Store, by: CostBy) -> tuple[CostRow, ...]:
    found = SqlCosts(store.units.scopes)
    return tuple(found.by(by, since=NOW - timedelta(days=30), until=NOW + timedelta(seconds=1)))
