"""What answering questions declares about itself."""

from typing import Final

from bailiwick.control.spec import Spec
from bailiwick.domain.autonomy import Level
from bailiwick.domain.pool import Pool
from bailiwick.domain.signal import SignalKind

SPEC: Final = Spec(
    name="text_to_sql",
    version="2026-11-20.1",
    summary="Answers questions over the rows that the asker sees; proposes nothing.",
    signals=frozenset({SignalKind.MANUAL}),
    actions=frozenset(),
    level_max=Level.L2,  # capabilities 3
    seconds_max=60,  # capabilities 3
    tokens_max=20_000,  # ours: bounds every call of the run together
    model_calls_max=3,  # capabilities 8: one to write, two to repair
    reads_untrusted=False,  # a model sees the question and the schema, never a row
    pool=Pool.CORE,
)
