"""The gate: a verdict in, a permit or nothing out. Only delivery may import it."""

from typing import assert_never

from bailiwick.domain.ids import StepId
from bailiwick.policy._mint import mint
from bailiwick.policy.permit import Permit
from bailiwick.policy.verdict import Allowed, Held, Refused, Verdict


def pass_gate(
    verdict: Verdict,
    *,
    step_id: StepId,
    payload_hash: str,
    effect_key: str,
    attended: bool = False,
) -> Permit | None:
    """Return a permit for exactly this payload if the verdict allows it, otherwise None.

    `attended` says that a person approved the payload; writers mark what nobody looked at.
    """
    match verdict:
        case Allowed():
            return mint(
                step_id=step_id,
                payload_hash=payload_hash,
                rulebook_hash=verdict.rulebook_hash,
                effect_key=effect_key,
                attended=attended,
            )
        case Held() | Refused():
            return None
        case _:
            assert_never(verdict)
