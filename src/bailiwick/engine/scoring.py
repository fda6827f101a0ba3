"""The leads of a workspace in order: by weights set by hand, from the rows there are now.

Nothing is stored and no model is asked; the list is true at the instant that it is read. Who may
not be written to is left out before anybody is ranked.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bailiwick.domain.ids import ContactId
from bailiwick.domain.reader.score import NOTHING_HEARD, Warmth
from bailiwick.domain.score.lead import REQUIRED, Lead, features_of, has_enough
from bailiwick.domain.score.prior import PRIOR, prior_rank
from bailiwick.domain.score.told import Mode, Reason
from bailiwick.engine.followups import LOOKED_BACK, THREADS_COUNT_MAX, warmths_of
from bailiwick.kit.paging import PAGE_SIZE_MAX
from bailiwick.ports.followups import Standing
from bailiwick.ports.unit import Unit

LEADS_COUNT_MAX: Final = 20_000  # ours: ranked anew at each look, in about a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One lead with its place."""

    contact_id: ContactId
    name: str
    company: str
    mode: Mode
    rank: float | None
    """0 to 1, higher is earlier; not the chance of anything. None when too little is known."""
    percentile: float | None
    """The share of ranked leads at or below this one."""
    reasons: tuple[Reason, ...]
    unknown: tuple[str, ...]
    """What a rank needs and nobody knows."""
    weights: str
    """The set of weights and its version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """All leads that may be written to, the highest first; the unranked last."""

    items: tuple[Scored, ...]
    left_out_count: int
    """Contacts that may not be written to."""
    cut: bool
    """There are more contacts than are looked at."""


def leads(unit: Unit, *, at: datetime) -> Leads:
    """Rank the leads of a workspace."""
    standings, cut = _standings(unit, at=at)
    warmths = warmths_of(
        unit.followups.correspondence(since=at - LOOKED_BACK, count_max=THREADS_COUNT_MAX), at=at
    )
    open_ = [one for one in standings.values() if not one.forbidden]
    found = [
        _scored(one, warmths.get(one.contact.contact_id, NOTHING_HEARD), at=at) for one in open_
    ]
    found.sort(key=lambda one: (one.rank is None, -(one.rank or 0.0), one.contact_id))
    return Leads(items=tuple(_placed(found)), left_out_count=len(standings) - len(open_), cut=cut)


def _standings(unit: Unit, *, at: datetime) -> tuple[Mapping[ContactId, Standing], bool]:
    ids: list[ContactId] = []
    cursor: str | None = None
    while len(ids) < LEADS_COUNT_MAX:
        page = unit.audience.matching((), at=at, cursor=cursor, size=PAGE_SIZE_MAX)
        ids.extend(page.items)
        cursor = page.next_cursor
        if cursor is None:
            break
    return unit.followups.standings(ids), cursor is not None


def _scored(standing: Standing, warmth: Warmth, *, at: datetime) -> Scored:
    lead = Lead(
        contact=standing.contact,
        account=standing.account,
        sent_count=standing.sent_count,
        received_count=standing.received_count,
        last_inbound_at=standing.last_inbound_at,
        warmth_permille=warmth.permille,
    )
    features = features_of(lead, now=at)
    enough = has_enough(features)
    rank = prior_rank(features)
    return Scored(
        contact_id=standing.contact.contact_id,
        name=standing.contact.name,
        company=standing.account.name if standing.account is not None else "",
        mode=Mode.PRIOR if enough else Mode.INSUFFICIENT,
        rank=round(rank.rank, 4) if enough else None,
        percentile=None,
        reasons=rank.reasons if enough else (),
        unknown=tuple(name for name in REQUIRED if name not in features),
        weights=f"{PRIOR.set_id}/{PRIOR.version}",
    )


def _placed(found: Sequence[Scored]) -> Iterator[Scored]:
    """Yield leads with the share of ranked leads at or below each."""
    ranks = sorted(one.rank for one in found if one.rank is not None)
    for one in found:
        if one.rank is None:
            yield one
        else:
            yield replace(
                one, percentile=round(100 * bisect_right(ranks, one.rank) / len(ranks), 1)
            )
