"""What delivery asks of the engine: judge again, put back into the inbox, tell a person."""

from datetime import datetime

from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.plan import PlanStatus
from bailiwick.engine.enact import Enactor
from bailiwick.engine.law.court import Court, Ruling, write_ruling
from bailiwick.engine.outbox import close_card_of
from bailiwick.engine.recipient.stopping import look_again
from bailiwick.policy.standing import Standing
from bailiwick.policy.verdict import Held, Verdict
from bailiwick.ports.unit import Unit


class Aftermath:
    """Joins delivery to the court and the inbox."""

    def __init__(self, court: Court) -> None:
        self._court = court

    def judge_now(self, unit: Unit, row: EffectRow, at: datetime) -> tuple[Verdict, Standing]:
        """Judge an effect on standing read now and record the ruling."""
        ruling = self._court.judge_effect(unit, row, at=at)
        write_ruling(unit, ruling)
        return ruling.verdict, ruling.question.standing

    @staticmethod
    def applied(unit: Unit, row: EffectRow, at: datetime) -> None:
        """End the campaigns of the contact whose records were changed, where that ends them."""
        if row.contact_id is not None:
            look_again(unit, row.contact_id, at=at)

    def mourn(self, unit: Unit, row: EffectRow, reason: str, at: datetime) -> None:
        """Leave a task for a person: this effect became a dead letter."""
        unit.guards.ask_person(
            f"{row.action.value} could not be carried out",
            reason=reason,
            contact_id=row.contact_id,
            run_id=row.run_id,
            key=f"dead:{row.effect_id}:{row.attempt}",
            at=at,
        )


class Reopening:
    """Puts an effect that is held again back into the inbox."""

    def __init__(self, court: Court, enactor: Enactor) -> None:
        self._court = court
        self._enactor = enactor

    def reopen(self, unit: Unit, row: EffectRow, verdict: Held, at: datetime) -> None:
        """Hold the stored step under a new card; the old one is spent."""
        ruling = self._court.judge_effect(unit, row, at=at)
        held = Ruling(
            plan=ruling.plan,
            step=ruling.step,
            question=ruling.question,
            verdict=verdict,
            stage="deliver",
            at=at,
        )
        card = self._enactor.hold(unit, held, at=at)
        close_card_of(
            unit, row, ApprovalStatus.STALE, reason=f"held again at delivery: {card.approval_id}"
        )
        unit.plans.set_status(row.plan_id, PlanStatus.HELD)
