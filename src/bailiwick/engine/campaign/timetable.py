"""When each touch goes: the recipient's clock and holidays, the window, the limits, the gaps.

Every answer carries its reason as one sentence, which goes on record.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from bailiwick.domain.campaign.enrolment import Enrolment, Stage
from bailiwick.domain.campaign.pace import DAY, PERSON, Limit, Over, WarmUp
from bailiwick.domain.campaign.rest_days import never, rests_in
from bailiwick.domain.campaign.send_time import choose_hour, is_senior, open_hours
from bailiwick.domain.campaign.series import Series
from bailiwick.domain.campaign.timing import back_at, jittered, next_touch_at
from bailiwick.domain.campaign.window import Rests, Window, next_opening
from bailiwick.domain.campaign.zones import country_of, zones_of
from bailiwick.domain.crm import Contact
from bailiwick.domain.ids import ContactId
from bailiwick.engine.campaign.ahead import Ahead
from bailiwick.engine.campaign.learned import Learned
from bailiwick.kit.dice import beta
from bailiwick.ports.timetable import Slot
from bailiwick.ports.unit import Unit

_PROMISED: Final = "the room that is left under a limit was promised to others before"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a recipient lives, and what limits count them among."""

    zones: tuple[ZoneInfo, ...]
    country: str
    rests: Rests
    account: str
    domain: str
    contact: str
    senior: bool

    @property
    def where(self) -> str:
        """Their clocks in words."""
        return " and ".join(zone.key for zone in self.zones)

    def subject(self, over: Over) -> str | None:
        """Return what a limit over this counts; None when nothing is known to count."""
        match over:
            case Over.MAILBOX:
                return ""
            case Over.DOMAIN:
                return self.domain or None
            case Over.ACCOUNT:
                return self.account or None
            case Over.CONTACT:
                return self.contact


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is counted for one recipient at one instant."""

    unit: Unit
    enrolment: Enrolment
    place: Place
    at: datetime

    @property
    def waits(self) -> bool:
        """Whether their touch has not begun yet."""
        return self.enrolment.stage is not Stage.TOUCHING

    def room(self, limits: Mapping[Limit, str]) -> tuple[datetime, Limit | None]:
        """Return when all of these limits have room, and the one that is full the longest."""
        latest, full = self.at, None
        for limit, subject in limits.items():
            room = self.unit.sends.room_at(
                limit,
                subject,
                at=self.at,
                besides=self.enrolment.contact_id,
                with_begun=self.waits,
            )
            if room > latest:
                latest, full = room, limit
        return latest, full

    def taken(self, limit: Limit, subject: str) -> Sequence[datetime]:
        """Return the instants of what a limit counts."""
        return self.unit.sends.taken(
            limit,
            subject,
            at=self.at,
            besides=self.enrolment.contact_id,
            with_begun=self.waits,
        )


class Timetable:
    """Plans the touches of one workspace.

    Each method raises UnableToFindOpening where no hour of a year is open in all zones of the
    recipient.
    """

    def __init__(
        self,
        *,
        draw: Callable[[], float],
        warm_up: WarmUp | None = None,
        person: Limit = PERSON,
    ) -> None:
        self._draw = draw
        self._warm_up = warm_up or WarmUp()
        self._person = person
        self._ahead = Ahead()
        self._learned = Learned()
        self._since: date | None = None
        """When the mailbox began to write; it never begins later."""
        self._asked_at: datetime | None = None

    def slot(self, unit: Unit, series: Series, enrolment: Enrolment, *, at: datetime) -> Slot:
        """Return the first instant from `at` on that window, holidays and all limits allow.

        It is `at` itself when the touch may go now. Touches that are being drafted count as well
        while this one waits; once it is under way only mail does, and never the recipient's own.
        Who waits while our mailbox is full stands in line, whatever their window says.
        """
        place = _place(unit, enrolment.contact_id)
        asked = _Asked(unit, enrolment, place, at)
        ours, theirs = self._counted(unit, series, place, at=at)
        room, full = asked.room(ours)
        if full is not None and asked.waits:
            opened = next_opening(room, series.window, place.zones, place.rests)
            return Slot(at=opened, reason=_full(full), in_line=True)
        opened = next_opening(at, series.window, place.zones, place.rests)
        if opened > at:
            return Slot(at=opened, reason=_shut(series.window, place))
        limits = theirs if asked.waits else {**ours, **theirs}
        room, fuller = asked.room(theirs)
        fuller = fuller or full
        who = enrolment.enrolment_id
        if fuller is None and not (asked.waits and self._ahead.counts(limits, who, at=at)):
            self._ahead.forget(limits, who)
        else:
            opened = self._ahead.place(
                {limit: asked.taken(limit, subject) for limit, subject in limits.items()},
                limits,
                who,
                at=at,
                opening=lambda one: next_opening(one, series.window, place.zones, place.rests),
            )
        if opened > at:
            return Slot(at=opened, reason=_full(fuller) if fuller is not None else _PROMISED)
        return Slot(
            at=at, reason=f"{series.window.name} in {place.where}, and every limit has room"
        )

    def after(
        self, unit: Unit, series: Series, enrolment: Enrolment, *, accepted_at: datetime
    ) -> Slot:
        """Return when the touch that is next now (`enrolment.touch`) is due.

        After the last one it is when an answer is waited for no longer.
        """
        if enrolment.touch > len(series.touches):
            days = series.tail.days
            return Slot(
                at=accepted_at + series.tail,
                reason=f"no touch is left: an answer is waited for {days} days",
            )
        place = _place(unit, enrolment.contact_id)
        self._learned.read(unit, at=accepted_at)
        written = series.touches[enrolment.touch - 1].gap_days
        gap, why = self._learned.gap(series.gaps, enrolment.enrolment_id, written)
        opened = next_touch_at(
            accepted_at, gap_days=gap, window=series.window, zones=place.zones, rests=place.rests
        )
        hours = [opened]
        if gap and self._learned.knows_hours:
            hours = list(
                open_hours(opened, window=series.window, zones=place.zones, rests=place.rests)
            )
        choice = choose_hour(
            hours,
            self._learned.tallies,
            zone=place.zones[0],
            senior=place.senior,
            beta=partial(beta, self._draw),
        )
        found = jittered(
            choice.at, self._draw(), window=series.window, zones=place.zones, rests=place.rests
        )
        reason = f"{_gap(gap, series.window, place)}{why}; {choice.reason}"
        return Slot(at=found, reason=reason)

    def back(
        self,
        unit: Unit,
        series: Series,
        contact_id: ContactId,
        *,
        returns_on: date | None,
        heard: datetime,
    ) -> Slot:
        """Return when somebody who is away may be written to again."""
        place = _place(unit, contact_id)
        found = back_at(
            returns_on, heard=heard, window=series.window, zones=place.zones, rests=place.rests
        )
        until = "without a day of return" if returns_on is None else f"until {returns_on}"
        return Slot(at=found, reason=f"they are away {until}; next a working day after that")

    def _counted(
        self, unit: Unit, series: Series, place: Place, *, at: datetime
    ) -> tuple[dict[Limit, str], dict[Limit, str]]:
        """Return every limit that counts this recipient, with what it counts them among.

        First those over our mailbox.
        """
        warm = Limit(
            over=Over.MAILBOX,
            count=self._warm_up.on(at.date(), since=self._began(unit, at)),
            within=DAY,
        )
        ours, theirs = dict[Limit, str](), dict[Limit, str]()
        for limit in _tightest((*series.limits, warm, self._person)):
            subject = place.subject(limit.over)
            if subject is not None:
                (ours if limit.over is Over.MAILBOX else theirs)[limit] = subject
        return ours, theirs

    def _began(self, unit: Unit, at: datetime) -> date:
        if self._since is None and self._asked_at != at:  # once a tick: it reads all mail
            first = unit.sends.first_at()
            self._asked_at = at
            self._since = first.date() if first is not None else None
        return self._since or at.date()


def _tightest(limits: Iterable[Limit]) -> Iterable[Limit]:
    """Return of limits over the same for the same stretch the one that lets the fewest through."""
    found = dict[tuple[Over, timedelta], Limit]()
    for limit in limits:
        known = found.setdefault((limit.over, limit.within), limit)
        if limit.count < known.count:
            found[limit.over, limit.within] = limit
    return found.values()


def _place(unit: Unit, contact_id: ContactId) -> Place:
    contact = unit.crm.contact(contact_id) or Contact(contact_id=contact_id)
    account = unit.crm.account(contact.account_id) if contact.account_id else None
    country = country_of(contact, account)
    return Place(
        zones=zones_of(contact, account, unit.crm.workspace()),
        country=country,
        rests=rests_in(country) if country else never,
        account=contact.account_id or "",
        domain=contact.address.rpartition("@")[2],
        contact=contact_id,
        senior=is_senior(contact.title),
    )


def _shut(window: Window, place: Place) -> str:
    rests = f", holidays of {place.country} left out" if place.country else ""
    return f"outside {window.name} in {place.where}{rests}"


def _full(limit: Limit) -> str:
    whose = {
        Over.MAILBOX: "our mailbox",
        Over.DOMAIN: "their mail domain",
        Over.ACCOUNT: "their company",
        Over.CONTACT: "one person",
    }[limit.over]
    hours = limit.within.total_seconds() / 3600
    return f"{limit.count} mails within {hours:g} hours is the limit of {whose}"


def _gap(gap: int, window: Window, place: Place) -> str:
    if gap == 0:
        return f"the first {window.name} from now on in {place.where}"
    days = "day" if gap == 1 else "days"
    return f"{gap} working {days} after the touch before, in {window.name} in {place.where}"
