"""The kill switch that people use: stops and resumes scopes, each time with a reason on record.

Workers read it inside the claim of every effect, so a stop counts within a second (decision 0014).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bailiwick.control.load import capability_names
from bailiwick.domain.action import Action
from bailiwick.domain.breaker import HALT
from bailiwick.domain.crm import Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PersonId
from bailiwick.domain.record import RecordKind
from bailiwick.engine.people.roles import require_role
from bailiwick.ports.clock import Clock
from bailiwick.ports.unit import Unit, Units

EVERYTHING: Final = "*"
MODEL: Final = "model"
REASON_LENGTH_MAX: Final = 2_000  # ours: a reason is read by people


class UnableToHalt(InputFault):
    """The scope cannot be stopped or resumed; the message says why and what would work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """One scope that is stopped, with who stopped it and why."""

    scope: str
    reason: str
    by: str
    at: datetime | None
    """None when the stop was not made here, so that no record tells of it."""


class Halting:
    """Stops and resumes the scopes of one workspace."""

    def __init__(self, *, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    def halt(self, scope: str, *, person_id: PersonId, reason: str) -> bool:
        """Stop a scope; False when it is stopped already. Raises UnableToHalt."""
        _require_scope(scope)
        _require_reason(reason)
        with self._units.write() as unit:
            at = self._clock.now()
            _require_supervisor(unit, person_id)
            if scope in unit.authority.halts():
                return False
            unit.authority.halt(scope, reason=reason.strip(), by=person_id, at=at)
            _record(unit, scope, event="halted", reason=reason.strip(), by=person_id, at=at)
            unit.commit()
        return True

    def lift(self, scope: str, *, person_id: PersonId, reason: str) -> None:
        """Resume a scope. Raises UnableToHalt when it is not stopped."""
        _require_reason(reason)
        with self._units.write() as unit:
            at = self._clock.now()
            _require_supervisor(unit, person_id)
            if not unit.authority.resume(scope, at=at):
                stopped = ", ".join(sorted(unit.authority.halts())) or "nothing"
                message = f"{scope!r} is not stopped; stopped is: {stopped}"
                raise UnableToHalt(message)
            _record(unit, scope, event="lifted", reason=reason.strip(), by=person_id, at=at)
            unit.commit()

    def list(self) -> tuple[Halt, ...]:
        """Return what is stopped, by scope."""
        with self._units.read() as unit:
            return tuple(_halt(unit, scope) for scope in sorted(unit.authority.halts()))


def _halt(unit: Unit, scope: str) -> Halt:
    records = [r for r in unit.records.about(scope) if r.kind is RecordKind.HALT]
    last = next((r for r in reversed(records) if r.payload.get("event") == "halted"), None)
    payload: dict[str, object] = dict(last.payload) if last is not None else {}
    return Halt(
        scope=scope,
        reason=str(payload.get("reason", "")),
        by=str(payload.get("by", "")),
        at=last.at if last is not None else None,
    )


def _require_scope(scope: str) -> None:
    known = {
        EVERYTHING,
        MODEL,
        HALT,
        *(f"capability:{name}" for name in capability_names()),
        *(f"action:{action.value}" for action in Action),
    }
    if scope not in known:
        message = (
            f"there is no scope {scope!r}; write * for everything, model, {HALT}, "
            "capability:<name> or action:<name> (`bailiwick list` names them)"
        )
        raise UnableToHalt(message)


def _require_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > REASON_LENGTH_MAX:
        message = f"a reason of 1 to {REASON_LENGTH_MAX} characters is needed: it is recorded"
        raise UnableToHalt(message)


def _require_supervisor(unit: Unit, person_id: PersonId) -> None:
    what = "use the kill switch"
    require_role(unit, person_id, Role.SUPERVISOR, what=what, fault=UnableToHalt)


def _record(unit: Unit, scope: str, *, event: str, reason: str, by: PersonId, at: datetime) -> None:
    unit.records.append(
        RecordKind.HALT,
        subject=scope,
        payload={"event": event, "scope": scope, "reason": reason, "by": by},
        at=at,
    )
