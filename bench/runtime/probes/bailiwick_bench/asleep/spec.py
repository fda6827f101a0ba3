"""What the probe declares."""

from typing import Final

from bailiwick.control.spec import Intake, Spec
from bailiwick.domain.autonomy import Level
from bailiwick.domain.pool import Pool

SPEC: Final = Spec(
    name="bench_asleep",
    version="2026-11-20.1",
    summary="A probe of the runtime benches.",
    signals=frozenset(),
    actions=frozenset(),
    level_max=Level.L0,
    seconds_max=60,
    tokens_max=0,
    model_calls_max=0,
    reads_untrusted=False,
    pool=Pool.ENRICHMENT,
    intake=Intake.STATE,
    resumable=False,
)
