"""How far a campaign is: counts in which each recipient is exactly once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bailiwick.domain.campaign.enrolment import End, Stage
from bailiwick.domain.campaign.touch import Fate, Progress, Truth, truth_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Recipients who are alike, and how many there are."""

    touches_count: int
    stage: Stage
    end: End | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """Tries of touches that are alike, and how many there are."""

    number: int
    fate: Fate | None
    """None while it is under way."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Touch so and so, and the recipients for whom it was the last so far; 0 is before any."""

    number: int
    tries: Mapping[Fate, int]
    under_way_count: int
    """Tries without a fate yet."""
    passed_count: int
    """Recipients for whom it was accepted, or left out by a person."""
    open_count: int
    """Recipients who have passed just this one and go on."""
    ended: Mapping[End, int]
    """Recipients who have passed just this one when it ended for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Where the recipients of a campaign are; `truths` adds up to them, and so do the steps."""

    recipients_count: int
    truths: Mapping[Truth, int]
    steps: tuple[Step, ...]

    @property
    def open_count(self) -> int:
        """Who has no end yet."""
        return sum(step.open_count for step in self.steps)


def funnel(
    places: Sequence[Place],
    progress: Mapping[Progress, int],
    tries: Sequence[Try],
    *,
    touches_count: int,
) -> Funnel:
    """Return the funnel of a campaign; `progress` is that of recipients being touched.

    `touches_count` is how many touches the series has; rows that went further are shown, too.
    """
    truths = dict.fromkeys(Truth, 0)
    touching = 0
    for place in places:
        if place.stage is Stage.TOUCHING:
            touching += place.count
        else:
            truths[truth_of(place.stage, place.end, place.touches_count, None)] += place.count
    for how, count in progress.items():
        truths[Truth(how.value)] += count
    # A touch that was stored a moment ago may not be in what was read of them.
    truths[Truth.QUEUED] += touching - sum(progress.values())
    most = max([touches_count, *(p.touches_count for p in places), *(t.number for t in tries)])
    return Funnel(
        recipients_count=sum(place.count for place in places),
        truths=truths,
        steps=tuple(_step(number, places, tries) for number in range(most + 1)),
    )


def _step(number: int, places: Sequence[Place], tries: Sequence[Try]) -> Step:
    fates: Counter[Fate] = Counter(dict.fromkeys(Fate, 0))
    under_way = 0
    for one in tries:
        if one.number != number:
            continue
        if one.fate is None:
            under_way += one.count
        else:
            fates[one.fate] += one.count
    ends: Counter[End] = Counter(dict.fromkeys(End, 0))
    here = [place for place in places if place.touches_count == number]
    for place in here:
        if place.end is not None:
            ends[place.end] += place.count
    return Step(
        number=number,
        tries=dict(fates),
        under_way_count=under_way,
        passed_count=sum(place.count for place in places if place.touches_count >= number),
        open_count=sum(place.count for place in here if place.end is None),
        ended=dict(ends),
    )
