"""Settles what is in doubt by asking the provider, or by a person; never by sending again blindly.

Absence counts only when it was seen twice, far enough apart for a slow server to finish, and the
old holder can send no more (reliability, section 4).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bailiwick.domain.crm import Role
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import EffectId, PersonId
from bailiwick.domain.plan import StepStatus
from bailiwick.domain.receipt import EffectState
from bailiwick.engine.delivery.deliver import Mourn
from bailiwick.engine.delivery.liveness import Holders
from bailiwick.engine.outbox import Finding, Move, Past, past_of, try_again, write_finding
from bailiwick.engine.people.roles import require_role
from bailiwick.ports.clock import Clock
from bailiwick.ports.outbound.mail import MailWriter
from bailiwick.ports.unit import Unit, Units

LOOKUP_SECONDS: Final = 1_200
"""Twice the ten minutes that RFC 5321, 4.5.3.2.6, lets a server take after the final dot."""
LOOKUPS_COUNT_MAX: Final = 10  # ours: then a person decides
SETTLE_COUNT_MAX: Final = 100  # ours: bounds one pass; the next one continues
REASON_LENGTH_MAX: Final = 2_000  # ours: a reason is read by people


class UnableToSettle(InputFault):
    """The row cannot be settled like this; the message says why and what would work."""


class Answer(StrEnum):
    """What a person says about an effect in doubt."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    """It did not go out: send it, after a fresh judgement."""
    GIVE_UP = "give_up"
    """Whatever happened, do not send it again."""


class Settlement:
    """Asks, waits and decides on evidence."""

    def __init__(
        self,
        *,
        units: Units,
        mail: MailWriter,
        holders: Holders,
        clock: Clock,
        mourn: Mourn,
        holder: str,
        lookup_seconds: int = LOOKUP_SECONDS,
    ) -> None:
        self._units = units
        self._mail = mail
        self._holders = holders
        self._clock = clock
        self._mourn = mourn
        self._holder = holder
        self._lookup_seconds = lookup_seconds

    def settle(self, stopped: Callable[[], bool] = lambda: False) -> int:
        """Ask about every row in doubt whose time has come; returns how many left the doubt.

        A look-up may take its time, so a worker that must stop says so between two of them.
        """
        at = self._clock.now()
        due: list[EffectRow] = []
        cursor: str | None = None
        with self._units.read() as unit:
            while True:  # ends with the pages: a row in doubt blocks its contact, so they are few
                page = unit.effects.in_state(
                    EffectState.IN_DOUBT, cursor=cursor, size=SETTLE_COUNT_MAX
                )
                due += [row for row in page.items if self._is_time(unit, row, at)]
                cursor = page.next_cursor
                if cursor is None or len(due) >= SETTLE_COUNT_MAX:
                    break
        return sum(self._ask(row) for row in due[:SETTLE_COUNT_MAX] if not stopped())

    def _is_time(self, unit: Unit, row: EffectRow, at: datetime) -> bool:
        """Tell whether to ask: when it is due, or sooner when this process alone can conclude.

        Another worker that cannot know whether the holder still writes would else take each turn,
        until a person has to decide what the holder itself knows.
        """
        if row.due_at is None or row.due_at <= at:
            return row.due_at is not None
        past = past_of(unit.records.about(row.effect_id))
        was_answered = past.lookups_count == len(past.absences)
        return was_answered and self._is_proven_absent(past, at=at)

    def settle_by_person(
        self, effect_id: EffectId, answer: Answer, *, person_id: PersonId, reason: str
    ) -> EffectState:
        """Take a person's word for a row in doubt, and return its new state.

        Raises UnableToSettle.
        """
        at = self._clock.now()
        move, finding = {
            Answer.SENT: (Move(state=EffectState.SENT, reason=reason), Finding.PERSON_SENT),
            Answer.NOT_SENT: (
                Move(state=EffectState.READY, reason=reason, due_at=at),
                Finding.PERSON_NOT_SENT,
            ),
            Answer.GIVE_UP: (Move(state=EffectState.DEAD, reason=reason), Finding.PERSON_GAVE_UP),
        }[answer]
        return self._by_person(
            effect_id, EffectState.IN_DOUBT, move, finding=finding, person_id=person_id
        )

    def replay(self, effect_id: EffectId, *, person_id: PersonId, reason: str) -> EffectState:
        """Send a dead letter back to the queue with fresh attempts; it is judged again.

        Raises UnableToSettle.
        """
        move = Move(
            state=EffectState.READY,
            reason=reason,
            due_at=self._clock.now(),
            step=StepStatus.QUEUED,
        )
        return self._by_person(
            effect_id, EffectState.DEAD, move, finding=Finding.REPLAYED, person_id=person_id
        )

    def _ask(self, row: EffectRow) -> bool:
        present = self._mail.was_sent(row.effect_key)  # no transaction is open meanwhile
        with self._units.write() as unit:
            at = self._clock.now()
            past = past_of(unit.records.about(row.effect_id))
            move, finding = self._conclusion(past, present=present, at=at)
            if not write_finding(unit, row, move, finding, at=at):
                return False
            if move.state is EffectState.DEAD:
                self._mourn(unit, row, move.reason, at)
            unit.commit()
        return move.state is not EffectState.IN_DOUBT

    def _conclusion(self, past: Past, *, present: bool | None, at: datetime) -> tuple[Move, str]:
        if present is True:
            reason = "the provider has it"
            return Move(state=EffectState.SENT, reason=reason), Finding.PRESENT
        if present is False and self._is_proven_absent(past, at=at):
            reason = f"the provider does not have it, asked {len(past.absences) + 1} times"
            move = try_again(reason, tries_count=past.tries_count, at=at, draw=0.0)
            return move, Finding.ABSENT
        last = past.lookups_count + 1 >= LOOKUPS_COUNT_MAX
        due = None if last else at + timedelta(seconds=self._lookup_seconds)
        finding = Finding.ABSENT if present is False else Finding.UNANSWERED
        words = "does not have it yet" if present is False else "cannot be asked"
        ending = "; a person decides" if last else "; asked again later"
        move = Move(state=EffectState.IN_DOUBT, reason=f"the provider {words}{ending}", due_at=due)
        return move, finding

    def _is_proven_absent(self, past: Past, *, at: datetime) -> bool:
        if not past.absences or past.attempted_at is None:
            return False
        if at - past.absences[0] < timedelta(seconds=self._lookup_seconds):
            return False
        return (
            past.ended
            or past.holder == self._holder
            or self._holders.gone(past.holder, attempted_at=past.attempted_at, at=at)
        )

    def _by_person(
        self,
        effect_id: EffectId,
        wanted: EffectState,
        move: Move,
        *,
        finding: str,
        person_id: PersonId,
    ) -> EffectState:
        if not move.reason.strip() or len(move.reason) > REASON_LENGTH_MAX:
            message = f"a reason of 1 to {REASON_LENGTH_MAX} characters is needed: it is recorded"
            raise UnableToSettle(message)
        with self._units.write() as unit:
            require_role(
                unit, person_id, Role.APPROVER, what="settle effects", fault=UnableToSettle
            )
            row = unit.effects.get(effect_id)
            if row is None or row.state is not wanted:
                found = "not there" if row is None else f"{row.state.value}: {row.reason}"
                message = f"effect {effect_id!r} must be {wanted.value}, but it is {found}"
                raise UnableToSettle(message)
            moved = write_finding(unit, row, move, finding, at=self._clock.now(), by=person_id)
            assert moved, "the row was read in this transaction"
            unit.commit()
        return move.state
