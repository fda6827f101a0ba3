"""What the orchestrator declares about itself."""

from typing import Final

from bailiwick.control.spec import Intake, Spec
from bailiwick.domain.action import Action
from bailiwick.domain.autonomy import Level
from bailiwick.domain.pool import Pool
from bailiwick.domain.signal import SignalKind

SPEC: Final = Spec(
    name="crm_orchestrator",
    version="2026-11-20.1",
    summary="Plans the next best actions for one contact and hands them to the judge.",
    signals=frozenset(
        {
            SignalKind.MAIL_RECEIVED,
            SignalKind.CONTACT_DUE,
            SignalKind.MANUAL,
            SignalKind.TOLD,
        }
    ),
    actions=frozenset(
        {
            Action.REPLY,
            Action.INITIAL,
            Action.FOLLOWUP,
            Action.ENRICH,
            Action.COMPANY_ENRICH,
            Action.FIND_DECISION_MAKER,
            Action.SUPPRESS_CONTACT,
            Action.CREATE_TASK,
            Action.CHANGE_STAGE,
            Action.UPDATE_FIELD,
            Action.ESCALATE_TO_PERSON,
            Action.DO_NOTHING,
        }
    ),
    level_max=Level.L3,  # capabilities 3
    seconds_max=180,  # capabilities 3: thinking class
    tokens_max=20_000,  # source articles: tokens of one request
    model_calls_max=3,  # capabilities 3: one plan and two re-reasons
    reads_untrusted=True,
    pool=Pool.CORE,
    intake=Intake.CONTACT,
)
