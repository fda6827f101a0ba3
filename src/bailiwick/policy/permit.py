"""Proof, minted now, that this exact payload may go out; lives for one call."""

from dataclasses import InitVar, dataclass
from typing import Final

MINT_SEAL: Final = object()
"""Known to `policy/_mint.py` alone; a hand-made permit does not carry it."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Permit:
    """Demanded by every writer. Only `policy/_mint.py` makes one; never stored or logged."""

    step_id: str
    payload_hash: str
    rulebook_hash: str
    effect_key: str
    attended: bool = False
    """A person approved this payload; what goes out without one says so (RFC 3834)."""
    # Shown once and not kept: so `dataclasses.replace` cannot alter a permit that was minted.
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        """Assert that the mint made it."""
        assert seal is MINT_SEAL, "a permit is minted by the gate, never made by hand"

    def __reduce__(self) -> str | tuple[object, ...]:
        """Refuse to be pickled or copied. Raises TypeError always."""
        message = "a permit lives for one call and cannot be stored"
        raise TypeError(message)

    def __repr__(self) -> str:
        return f"Permit(step_id={self.step_id!r})"
