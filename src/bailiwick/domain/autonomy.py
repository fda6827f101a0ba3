"""The ladder L0–L5: what may run without a person, granted by evidence and never by a setting."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

from bailiwick.domain.action import Action, Risk
from bailiwick.domain.ids import GrantId, PersonId


class Level(IntEnum):
    """Autonomy levels (Dabbara's L-scale); L5 exists as a type and is not offered."""

    L0 = 0
    L1 = 1
    L2 = 2
    L3 = 3
    L4 = 4
    L5 = 5


GRANT_DAYS: Final = 30  # capabilities section 2: a grant decays after thirty days


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A narrow permission to act without approval, with the evidence it rests on and an end."""

    grant_id: GrantId
    capability: str
    action: Action
    level: Level
    segment: str
    """`*`, or `account:<id>`, or `contact:<id>`: the contacts it covers."""
    risk_max: Risk
    evidence: str
    reason: str
    granted_by: PersonId
    granted_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


def default_level(risk: Risk) -> Level:
    """Return the level of a fresh install: L2 for R0 and R1, L1 for R2 and above."""
    return Level.L2 if risk <= Risk.R1 else Level.L1
