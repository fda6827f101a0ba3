"""What contact enrichment declares about itself."""

from typing import Final

from bailiwick.control.spec import Spec
from bailiwick.domain.action import Action
from bailiwick.domain.autonomy import Level
from bailiwick.domain.pool import Pool
from bailiwick.domain.signal import SignalKind

SPEC: Final = Spec(
    name="contact_enrich",
    version="2026-11-20.1",
    summary="Finds facts about one contact in signatures and in the row itself.",
    signals=frozenset({SignalKind.DELEGATED, SignalKind.MANUAL}),
    actions=frozenset({Action.RECORD_FACTS}),
    level_max=Level.L2,  # capabilities 3
    seconds_max=120,  # capabilities 3
    tokens_max=0,
    model_calls_max=0,
    reads_untrusted=True,
    pool=Pool.ENRICHMENT,
)
