"""Daily budgets of model calls: reserved in the database, so parallel workers cannot overshoot.

A capability whose day is used up goes on with its rules; all others keep their models. Who has to
know is told once: a record in the chain and a task for a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from bailiwick.domain.ids import RunId
from bailiwick.domain.record import RecordKind
from bailiwick.ports.spending import EVERY
from bailiwick.ports.unit import Unit, Units

DAY_SECONDS: Final = 86_400
FORECAST_SECONDS_MIN: Final = 3_600  # ours: an hour of a day says something about its rest


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLimits:
    """Ceilings of a day in picodollars; None for none."""

    every: int | None
    capability: int | None
    """Of each capability that is not named."""
    named: Mapping[str, int] = field(default_factory=dict[str, int])

    def of(self, scope: str) -> int | None:
        """Return the ceiling of a scope."""
        return self.every if scope == EVERY else self.named.get(scope, self.capability)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStanding:
    """How far a scope's day has gone."""

    scope: str
    spent: int
    limit: int | None
    forecast: int
    """At the end of the day, if it goes on like this."""


class Spending:
    """Implements `ports.spending.SpendLedger` for one workspace."""

    def __init__(self, units: Units, limits: DayLimits) -> None:
        self._units = units
        self._limits = limits

    def reserve(
        self, *, capability: str, run_id: RunId, picodollars: int, at: datetime
    ) -> str | None:
        """Set the worst case of one attempt aside, or return the scope whose day is used up."""
        day = at.astimezone(UTC).date()
        with self._units.write() as unit:
            full = next(
                (
                    scope
                    for scope in (EVERY, capability)
                    if not unit.spending.reserve(
                        day, scope, picodollars=picodollars, limit=self._limits.of(scope), at=at
                    )
                ),
                None,
            )
            if full is None:
                unit.commit()
                return None
        self._tell(full, day=day, run_id=run_id, at=at)
        return full

    def settle(self, *, capability: str, day: date, change: int) -> None:
        """Add the difference between what was set aside and what was used."""
        with self._units.write() as unit:
            for scope in (EVERY, capability):
                unit.spending.settle(day, scope, change=change)
            unit.commit()

    def of_run(self, run_id: RunId) -> tuple[int, int]:
        """Return the tokens and calls that a run's stored calls have used."""
        with self._units.read() as unit:
            calls = [call for call in unit.model_calls.of_run(run_id) if call.attempts]
        return sum(call.usage.total_tokens for call in calls), len(calls)

    def _tell(self, scope: str, *, day: date, run_id: RunId, at: datetime) -> None:
        """Record that a day is used up and leave a task, once for each day and scope."""
        with self._units.write() as unit:
            if not unit.spending.tell_once(day, scope, at=at):
                return
            limit = self._limits.of(scope)
            unit.records.append(
                RecordKind.BUDGET_SPENT,
                subject=scope,
                payload={"day": day.isoformat(), "scope": scope, "picodollars_max": limit},
                at=at,
                run_id=run_id,
            )
            who = "all capabilities" if scope == EVERY else f"capability {scope}"
            unit.guards.ask_person(
                f"Model budget of {day.isoformat()} is used up: {who}",
                reason="Rules answer until midnight UTC. Look at `bailiwick cost budgets`; raise "
                "[budget] if this is meant.",
                contact_id=None,
                run_id=run_id,
                key=f"budget:{day.isoformat()}:{scope}",
                at=at,
            )
            unit.commit()


def day_standing(unit: Unit, limits: DayLimits, *, at: datetime) -> Sequence[DayStanding]:
    """Return how far today has gone for each scope that used a model or is bounded."""
    now = at.astimezone(UTC)
    spent = {s.scope: s.picodollars for s in unit.spending.of_day(now.date())}
    scopes = sorted({EVERY, *spent, *limits.named})
    return tuple(
        DayStanding(
            scope=scope,
            spent=spent.get(scope, 0),
            limit=limits.of(scope),
            forecast=forecast(spent.get(scope, 0), at=now),
        )
        for scope in scopes
    )


def forecast(spent: int, *, at: datetime) -> int:
    """Return what a day will have used at its end if the rest goes like the part so far."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    elapsed = max(FORECAST_SECONDS_MIN, int((at - midnight).total_seconds()))
    return spent * DAY_SECONDS // elapsed
