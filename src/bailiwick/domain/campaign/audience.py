"""Who a campaign would reach: what speaks against each contact, the strongest reason first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bailiwick.domain.jurisdiction import is_quiet, jurisdiction, zones


class Obstacle(StrEnum):
    """Why a contact is not simply written to; each contact has at most one, the first that fits."""

    ENROLLED = "enrolled"
    """A recipient already, where they are."""
    NO_ADDRESS = "no_address"
    SUPPRESSED = "suppressed"
    OPTED_OUT = "opted_out"
    BOUNCED = "bounced"
    CONSENT_DENIED = "consent_denied"
    UNSURE = "unsure"
    """A message of theirs may ask to stop; a person decides."""
    NO_CONSENT = "no_consent"
    """None is on record where their country asks for it: each mail is held for an approver."""
    OVER_CAP = "over_cap"
    """They had as many marketing mails lately as the cap allows, so their touch waits."""


LEFT_OUT: Final = frozenset({
    Obstacle.NO_ADDRESS, Obstacle.SUPPRESSED, Obstacle.OPTED_OUT, Obstacle.BOUNCED,
    Obstacle.CONSENT_DENIED,
})  # fmt: skip
"""Whom no campaign may reach, so that nobody of them is enrolled."""
KEPT_OUT: Final = LEFT_OUT | {Obstacle.ENROLLED}
"""Who would not become a new recipient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is stored of a contact that bears on whether a campaign reaches them."""

    enrolled: bool
    addressed: bool
    suppressed: bool
    opted_out: bool
    bounced: bool
    doubtful: bool
    consent: str
    """To marketing: `granted`, `denied`, `implied` or `none`."""
    over_cap: bool
    timezone: str
    country: str
    account_country: str

    @property
    def countries(self) -> tuple[str, str]:
        """Their own, then their account's."""
        return self.country, self.account_country


def obstacle(standing: Standing, *, jurisdiction_default: str) -> Obstacle | None:
    """Return what speaks against writing to a contact; None when nothing does."""
    consented = standing.consent in {"granted", "implied"} or (
        jurisdiction(standing.countries, default=jurisdiction_default) == "opt_out"
    )
    found: tuple[tuple[bool, Obstacle], ...] = (
        (standing.enrolled, Obstacle.ENROLLED),
        (not standing.addressed, Obstacle.NO_ADDRESS),
        (standing.suppressed, Obstacle.SUPPRESSED),
        (standing.opted_out, Obstacle.OPTED_OUT),
        (standing.bounced, Obstacle.BOUNCED),
        (standing.consent == "denied", Obstacle.CONSENT_DENIED),
        (standing.doubtful, Obstacle.UNSURE),
        (not consented, Obstacle.NO_CONSENT),
        (standing.over_cap, Obstacle.OVER_CAP),
    )
    return next((one for speaks, one in found if speaks), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """How a set of contacts would be received; the counts of obstacles and `clear` add up."""

    matched_count: int
    clear_count: int
    """Nothing speaks against writing to them."""
    obstacles: Mapping[Obstacle, int]
    quiet_count: int
    """Of those who would be enrolled: it is night or a rest day where they live at this moment."""

    @property
    def enrolled_count(self) -> int:
        """Who would be new recipients: the clear ones, and those who only wait or are held."""
        return self.matched_count - sum(self.obstacles[one] for one in KEPT_OUT)


def reception(
    crowds: Iterable[tuple[Standing, int]],
    *,
    at: datetime,
    timezone_default: str,
    jurisdiction_default: str,
) -> Reception:
    """Return how contacts would be received, from how many there are of each standing."""
    counts = dict.fromkeys(Obstacle, 0)
    matched = clear = quiet = 0
    for standing, count in crowds:
        found = obstacle(standing, jurisdiction_default=jurisdiction_default)
        matched += count
        if found is None:
            clear += count
        else:
            counts[found] += count
        if found not in KEPT_OUT:
            where = zones(standing.timezone, standing.countries, default=timezone_default)
            quiet += count * is_quiet(at, where)
    return Reception(matched_count=matched, clear_count=clear, obstacles=counts, quiet_count=quiet)
