"""Leasing the next jobs of a pool: whose turn it is, what the limits allow, and the claim."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, Connection, RowMapping, Text, bindparam, func, select, update

from bailiwick.domain.pool import Pool
from bailiwick.domain.run import RunRow
from bailiwick.kit.hashing import digest
from bailiwick.kit.instant import instant, microseconds
from bailiwick.ports.queue import LEASE_SECONDS, Job
from bailiwick.store.queue import rows
from bailiwick.store.queue.engine import Engine, line_of
from bailiwick.store.queue.moment import CLOCK, moment
from bailiwick.store.queue.tickets import tickets_for
from bailiwick.store.queue.turns import Candidate, in_turn, rotated
from bailiwick.store.tables.queue import POOL_LIMITS

_MILLI: Final = 1_000
_MICROSECONDS_A_MINUTE: Final = 60_000_000
_BUSY_COUNT_MAX: Final = 64  # ours: workspaces that get a turn in one lease; the next go on
_STUCK_MS: Final = "5000"  # ours: a leaser that is frozen for this long loses its transaction
_TURN: Final = select(
    func.set_config("idle_in_transaction_session_timeout", _STUCK_MS, True),  # noqa: FBT003 - SQL's own flag: for this transaction only
    func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger)),
    CLOCK,
    func.set_config("plan_cache_mode", bindparam("plans", type_=Text), True),  # noqa: FBT003 - as above
)
_PLANS: Final = {False: "auto", True: "force_generic_plan"}
"""PgQueuer's claim is planned anew each time, for as long as it takes: 0.4 ms. Whoever has nothing
else to do mostly finds a short line, where the plan for any line is as good, and is known."""
_LEASE: Final = timedelta(seconds=LEASE_SECONDS)


class Claim:
    """One leasing from a pool, in a transaction that the caller commits."""

    def __init__(
        self,
        connection: Connection,
        engine: Engine | None,
        pool: Pool,
        begin: Callable[[Job, str], RunRow | None] | None = None,
    ) -> None:
        self._connection = connection
        self._engine = engine
        self._pool = pool
        self._begin = begin
        postgres = connection.dialect.name == "postgresql"
        self._now = self._take_turn() if postgres else moment(connection)
        self._bound = {"pool": pool.value, "at": self._now}

    def lease(self, *, count_max: int, after: str) -> list[Job]:
        """Lease at most `count_max` due jobs, beginning with the workspace that follows `after`."""
        found = self._connection.execute(rows.BUSY, self._bound).mappings()
        busy = {str(row["workspace_id"]): row for row in found}
        turns = rotated(list(busy), after=after)[:_BUSY_COUNT_MAX]
        allowed = {each: self._allowed(busy[each], count_max=count_max) for each in turns}
        candidates = [
            candidate
            for workspace, count in allowed.items()
            for candidate in self._candidates(workspace, count)
        ]
        chosen = in_turn(candidates, allowed=allowed, after=after, count_max=count_max)
        leased = self._claim(chosen)
        for workspace in turns:
            self._spend(busy[workspace], sum(job.workspace_id == workspace for job in leased))
        return leased

    def _take_turn(self) -> datetime:
        """Wait for whoever leases from this pool. A frozen one is cut off by the server."""
        number = int(digest(f"lease/{self._pool.value}")[:15], 16)
        plans = _PLANS[self._begin is not None]
        found = self._connection.execute(_TURN, {"number": number, "plans": plans})
        return instant(int(found.one()[2]))

    def _candidates(self, workspace: str, count: int) -> list[Candidate]:
        if not count:
            return []
        bound = {**self._bound, "workspace": workspace, "count": count}
        found = self._connection.execute(rows.NEXT, bound).mappings()
        return [rows.candidate_of(row) for row in found]

    def _allowed(self, row: RowMapping, *, count_max: int) -> int:
        limits, count = rows.limits_of(row), count_max
        if limits.leased_count_max:
            bound = {"pool": self._pool.value, "workspace": row["workspace_id"]}
            leased = int(self._connection.execute(rows.LEASED_COUNT, bound).scalar_one())
            count = min(count, max(0, limits.leased_count_max - leased))
        if limits.per_minute_max:
            count = min(count, self._millitokens(row) // _MILLI)
        return count

    def _millitokens(self, row: RowMapping) -> int:
        passed = max(0, microseconds(self._now) - microseconds(row["filled_at"]))
        gained = passed * row["per_minute_max"] * _MILLI // _MICROSECONDS_A_MINUTE
        return min(row["burst_max"] * _MILLI, row["millitokens"] + gained)

    def _spend(self, row: RowMapping, taken: int) -> None:
        if not taken or not rows.limits_of(row).per_minute_max:
            return
        self._connection.execute(
            update(POOL_LIMITS)
            .where(
                POOL_LIMITS.c.workspace_id == row["workspace_id"],
                POOL_LIMITS.c.id == self._pool.value,
            )
            .values(
                millitokens=self._millitokens(row) - taken * _MILLI,
                filled_at=self._now,
            )
        )

    def _claim(self, chosen: Sequence[Candidate]) -> list[Job]:
        leased: dict[str, Job] = {}
        for workspace in dict.fromkeys(candidate.workspace_id for candidate in chosen):
            mine = [each for each in chosen if each.workspace_id == workspace]
            ids = [each.job_id for each in mine]
            if self._engine is not None:
                line = line_of(self._pool.value, workspace)
                taken = self._engine.take(self._connection, line, count_max=len(ids))
                owned = {each.job_id: each.ticket for each in mine if each.ticket is not None}
                ids = tickets_for(self._connection, workspace, owned, taken)
            bound = {"workspace": workspace, "ids": ids, "until": self._now + _LEASE}
            for row in self._connection.execute(rows.CLAIM, bound).mappings():
                leased[row["id"]] = rows.job_of(row)
        return [self._begun(leased[each.job_id], each) for each in chosen if each.job_id in leased]

    def _begun(self, job: Job, candidate: Candidate) -> Job:
        if self._begin is None or candidate.capability is None:
            return job
        run = self._begin(job, candidate.capability)
        return job if run is None else rows.begun_of(job, run)
