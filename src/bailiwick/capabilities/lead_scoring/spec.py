"""What lead scoring declares about itself."""

from typing import Final

from bailiwick.control.spec import Intake, Spec
from bailiwick.domain.action import Action
from bailiwick.domain.autonomy import Level
from bailiwick.domain.pool import Pool
from bailiwick.domain.signal import SignalKind

SPEC: Final = Spec(
    name="lead_scoring",
    version="2026-11-20.1",
    summary="Ranks one lead by published weights over our own rows; no probability.",
    signals=frozenset({SignalKind.MANUAL}),
    actions=frozenset({Action.RECORD_FACTS}),
    level_max=Level.L2,  # capabilities 17
    seconds_max=60,  # ours: one read of one contact, as decision-maker search
    tokens_max=0,
    model_calls_max=0,
    reads_untrusted=False,  # counts and labels of mail, never its text
    pool=Pool.DISCOVERY,
    intake=Intake.CONTACT,
)
