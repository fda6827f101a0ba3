"""The mint: the one place where a permit is made. Only `policy/gate.py` may import it."""

from bailiwick.policy.permit import MINT_SEAL, Permit


def mint(
    *,
    step_id: str,
    payload_hash: str,
    rulebook_hash: str,
    effect_key: str,
    attended: bool = False,
) -> Permit:
    """Make the proof that this payload may go out once, now, under this rulebook."""
    return Permit(
        step_id=step_id,
        payload_hash=payload_hash,
        rulebook_hash=rulebook_hash,
        effect_key=effect_key,
        attended=attended,
        seal=MINT_SEAL,
    )
