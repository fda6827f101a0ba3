"""What a campaign's touch declares about itself."""

from typing import Final

from bailiwick.control.spec import Spec
from bailiwick.domain.action import Action
from bailiwick.domain.autonomy import Level
from bailiwick.domain.pool import Pool
from bailiwick.domain.signal import SignalKind

SPEC: Final = Spec(
    name="campaign",
    version="2026-11-20.1",
    summary="Drafts one touch of a campaign to one recipient and proposes to send it.",
    signals=frozenset({SignalKind.DELEGATED, SignalKind.MANUAL}),
    actions=frozenset({Action.SEND_MESSAGE, Action.ESCALATE_TO_PERSON}),
    level_max=Level.L3,  # capabilities 18.1
    seconds_max=180,  # capabilities 3, as for outreach
    tokens_max=20_000,  # ours: bounds every call of the run together
    model_calls_max=3,  # capabilities 3, as for outreach
    reads_untrusted=False,  # of received mail it sees that there is some, never what it says
    pool=Pool.EMAIL,
)
