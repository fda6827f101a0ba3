"""Takes back what is under way to a recipient: the run, its card, the mail that is ready to go."""

from datetime import datetime

from bailiwick.domain.campaign.enrolment import EnrolmentId
from bailiwick.domain.ids import ContactId, RunId
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.run import ENDED
from bailiwick.engine.card import withdraw_card
from bailiwick.engine.outbox import Finding, Move, write_finding
from bailiwick.ports.unit import Unit


def withdraw(unit: Unit, enrolment_id: EnrolmentId, *, reason: str, at: datetime) -> None:
    """Take back the touch under way, if there is one. The caller commits.

    What a mail server is being handed cannot be called back; the law is asked before it is.
    """
    for touch in unit.touches.touches(enrolment_id):
        if touch.fate is None:
            _withdraw_run(unit, touch.run_id, touch.contact_id, reason=reason, at=at)


def _withdraw_run(
    unit: Unit, run_id: RunId, contact_id: ContactId, *, reason: str, at: datetime
) -> None:
    run = unit.runs.cancel(run_id, reason=reason, at=at)
    if run is not None and run.status in ENDED and run.job_id is not None:
        unit.jobs.cancel(run.job_id)
    for card in unit.approvals.pending_of([run_id]):
        withdraw_card(unit, card, reason=reason, at=at)
    for row in unit.effects.of_run(run_id, contact_id=contact_id):
        if row.state is EffectState.READY:
            move = Move(state=EffectState.SUPPRESSED, reason=reason)
            withdrawn = write_finding(unit, row, move, Finding.WITHDRAWN, at=at)
            assert withdrawn, "whoever claims it waits for this transaction"
