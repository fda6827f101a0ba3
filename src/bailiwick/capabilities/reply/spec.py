"""What reply drafting declares about itself."""

from typing import Final

from bailiwick.control.spec import Spec
from bailiwick.domain.action import Action
from bailiwick.domain.autonomy import Level
from bailiwick.domain.pool import Pool
from bailiwick.domain.signal import SignalKind

SPEC: Final = Spec(
    name="reply",
    version="2026-11-20.2",
    summary="Drafts the answer to one message and proposes to send it.",
    signals=frozenset({SignalKind.DELEGATED, SignalKind.MANUAL}),
    actions=frozenset({Action.SEND_MESSAGE, Action.ESCALATE_TO_PERSON}),
    level_max=Level.L3,  # capabilities 3
    seconds_max=180,  # capabilities 3
    tokens_max=20_000,  # ours: bounds every call of the run together
    model_calls_max=3,  # capabilities 3
    reads_untrusted=True,
    pool=Pool.EMAIL,
)
