"""Proof, minted now, that this exact payload may go out; lives for one call."""

from dataclasses import dataclass, field

_MINT_SEAL = object()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Permit:
    """Demanded by every writer. Only `policy/_mint.py` makes one; never stored, pickled or logged."""

    step_id: str
    payload_hash: str
    rulebook_hash: str
    effect_key: str
    seal: object = field(compare=False)

    def __post_init__(self) -> None:
        """Assert that the mint made it."""
        assert self.seal is _MINT_SEAL, "a permit is minted by the gate, never made by hand"

    def __reduce__(self) -> str | tuple[object, ...]:
        """Refuse to be pickled. Raises TypeError always."""
        message = "a permit lives for one call and cannot be stored"
        raise TypeError(message)

    def __repr__(self) -> str:
        return f"Permit(step_id={self.step_id!r})"
