"""What the second reading declares about itself."""

from typing import Final

from bailiwick.control.spec import Spec
from bailiwick.domain.autonomy import Level
from bailiwick.domain.pool import Pool
from bailiwick.domain.signal import SignalKind

SPEC: Final = Spec(
    name="second_reading",
    version="2026-11-20.1",
    summary="Asks a model what a reply wants where the classifier is unsure; proposes nothing.",
    signals=frozenset({SignalKind.MANUAL}),
    actions=frozenset(),
    level_max=Level.L0,
    seconds_max=20,  # capabilities 27d: the least class above the 15 s of its one question
    tokens_max=8_000,  # ours: the question, a mail of 1,000 tokens, and one repaired answer
    model_calls_max=1,
    reads_untrusted=True,
    pool=Pool.EMAIL,
)
