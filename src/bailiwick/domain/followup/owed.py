"""Who is owed a word, since when in business time, and what to do: from rows alone, by rules.

Who wrote last is owed an answer. Who was asked and is silent gets a follow-up after a gap that is
shorter the more they engage; the third says that it is the last, then a call is better or nothing.
A deal in which nothing is planned and nobody speaks needs a plan.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from bailiwick.domain.campaign.timing import next_touch_at, working_day
from bailiwick.domain.campaign.window import OFFICE_HOURS, Rests, next_opening
from bailiwick.domain.crm import Account, Contact, Opportunity
from bailiwick.domain.drafting.place import FOLLOWUPS_COUNT_MAX
from bailiwick.domain.provenance import PERMILLE
from bailiwick.domain.reader.score import NOTHING_HEARD, Warmth
from bailiwick.domain.reading import Intent

GAPS_DAYS: Final = (3, 5, 7)  # capabilities 18.3: after the first mail, the first two follow-ups
CALL_DAYS: Final = 10  # capabilities 18.3: the gap after the third follow-up
WARM_SOONER_DAYS: Final = 1  # ours: who answers us waits a day less
COLD_LATER_DAYS: Final = 2  # ours: who never does gets two more
GAP_DAYS_MIN: Final = 2  # capabilities 18.3: one touch in two business days
WARM_PERMILLE_MIN: Final = 500  # ours: half of the scale
COLD_PERMILLE_MAX: Final = 200  # ours: no answer to three mails
DEAL_QUIET_DAYS: Final = 3  # capabilities 18.3: the published cadence
HALF_LIFE_DAYS: Final = 14  # capabilities 32, data quality: intent halves in 14 days
WAITED_DAYS_COUNTED_MAX: Final = 10  # ours: after a fortnight all are equally late
DAYS_COUNTED_MAX: Final = 100  # ours: longer than anything that is looked back upon
_ANSWER_FIRST: Final = 1_000  # ours: who wrote to us comes before whom we wrote to
_WARMEST: Final = 500  # ours: beside it, the warmest conversation outweighs ten days of waiting
_LATE_DAY: Final = 50  # ours
_DEAL: Final = 300  # ours: between a cold and a warm follow-up
_SETTLED: Final = frozenset(
    {Intent.UNSUBSCRIBE, Intent.BOUNCED, Intent.SPAM, Intent.AUTO_REPLY, Intent.NOT_INTERESTED}
)
"""What asks for no answer (capabilities 18.5)."""


class Wanted(StrEnum):
    """What to do."""

    ANSWER = "answer"
    FOLLOW_UP = "follow_up"
    SAY_GOODBYE = "say_goodbye"
    """A last follow-up that says so."""
    CALL = "call"
    """Mail does not reach a person who used to answer."""
    PLAN = "plan"
    """A deal without a next step."""


CAPABILITIES: Final = {
    Wanted.ANSWER: "reply",
    Wanted.FOLLOW_UP: "followup",
    Wanted.SAY_GOODBYE: "followup",
}
"""Which capability proposes the step; the others are a person's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The other side, and by which calendar they work."""

    contact: Contact | None
    """None where a deal names nobody."""
    account: Account | None
    zone: ZoneInfo
    rests: Rests
    sent_count: int
    received_count: int
    last_inbound_at: datetime | None
    forbidden: bool
    """Suppressed, opted out, bounced or not to be contacted."""
    warmth: Warmth = NOTHING_HEARD
    """Of all that they wrote lately, in whichever thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenThread:
    """A correspondence, by its last word."""

    thread_id: str
    subject: str
    side: Side
    theirs: bool
    at: datetime
    intent: Intent | None = None
    """Of their last mail, when they wrote last."""
    asks: bool = False
    """The last mail, whoever wrote it, asks something."""
    silent_count: int = 0
    """Our mails since their last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietDeal:
    """An open deal in which nothing is planned."""

    deal: Opportunity
    side: Side
    at: datetime
    """When anything last happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One line of the list."""

    about: str
    """`thread:…` or `deal:…`."""
    contact_id: str
    name: str
    address: str
    company: str
    subject: str
    wanted: Wanted
    why: str
    owed_since: datetime
    """In business time: when they first could expect it."""
    waiting_days: int
    """Working days since then, by their calendar."""
    engagement_permille: int
    warmth: Warmth
    priority: int
    capability: str
    """Which capability proposes the step; empty where a person has to act."""


Waiting: TypeAlias = OpenThread | QuietDeal


def owed(found: Iterable[Waiting], *, at: datetime) -> list[Owed]:
    """Return what is due, the most urgent first.

    To one person there is one thing to do: an answer before all, else the newest thread, else the
    deal.
    """
    lines: dict[str, list[tuple[Owed, datetime]]] = {}
    for one in found:
        line = _thread(one, at=at) if isinstance(one, OpenThread) else _deal(one, at=at)
        whom = one.side.contact.contact_id if one.side.contact else _about(one)
        kept = lines.setdefault(whom, [])
        if line is not None:
            kept.append((line, one.at))
    due = [line for kept in lines.values() for line in _one_each(kept)]
    return sorted(due, key=lambda line: (-line.priority, line.owed_since, line.about))


def engagement_permille(side: Side, *, at: datetime) -> int:
    """Return how much a person engages: how often they answer, and how lately, half each."""
    often = (side.received_count + 1) * 1000 // (side.sent_count + side.received_count + 2)
    if side.last_inbound_at is None:
        return often // 2
    days = max((at - side.last_inbound_at) / timedelta(days=1), 0.0)
    return (often + int(1000 * 0.5 ** (days / HALF_LIFE_DAYS))) // 2


def gap_days(silent_count: int, engagement: int) -> int:
    """Return after how many working days a silent person hears from us again."""
    plain = GAPS_DAYS[min(silent_count, len(GAPS_DAYS)) - 1]
    if engagement >= WARM_PERMILLE_MIN:
        return max(plain - WARM_SOONER_DAYS, GAP_DAYS_MIN)
    return plain + COLD_LATER_DAYS if engagement <= COLD_PERMILLE_MAX else plain


def working_days(since: date, until: date, rests: Rests) -> int:
    """Count the working days after one day up to another."""
    days, day = 0, working_day(since, 1, rests)
    while day <= until and days < DAYS_COUNTED_MAX:
        days, day = days + 1, working_day(day, 1, rests)
    return days


def _one_each(kept: list[tuple[Owed, datetime]]) -> list[Owed]:
    answers = [line for line, _ in kept if line.wanted is Wanted.ANSWER]
    if answers:
        return answers
    threads = [(line, at) for line, at in kept if line.wanted is not Wanted.PLAN]
    return [max(threads or kept, key=lambda pair: pair[1])[0]] if kept else []


def _thread(thread: OpenThread, *, at: datetime) -> Owed | None:
    engagement = engagement_permille(thread.side, at=at)
    if thread.theirs:
        if thread.intent in _SETTLED or thread.side.forbidden:
            return None
        named = (thread.intent or Intent.OTHER).value.replace("_", " ")
        asked = " and asks something" if thread.asks else ""
        why = f"they wrote last ({named}){asked}"
        return _line(
            thread, Wanted.ANSWER, why, _opening(thread.at, thread.side),
            weight=_ANSWER_FIRST, engagement=engagement, at=at,
        )  # fmt: skip
    if not thread.asks or thread.side.forbidden:
        return None
    return _silent(thread, engagement, at=at)


def _silent(thread: OpenThread, engagement: int, *, at: datetime) -> Owed | None:
    """Return the follow-up to a question of ours that nobody answered, once it is due."""
    count = thread.silent_count
    spent = count > FOLLOWUPS_COUNT_MAX
    if spent and thread.side.received_count == 0:
        return None  # who never answered is left alone after the last
    wanted = Wanted.FOLLOW_UP if count < FOLLOWUPS_COUNT_MAX else Wanted.SAY_GOODBYE
    wanted = Wanted.CALL if spent else wanted
    days = CALL_DAYS if spent else gap_days(count, engagement)
    due = next_touch_at(
        thread.at,
        gap_days=days,
        window=OFFICE_HOURS,
        zones=(thread.side.zone,),
        rests=thread.side.rests,
    )
    if due > at:
        return None
    mails = "one mail" if count == 1 else f"{count} mails"
    why = f"{mails} of ours without an answer; follow-up after {days} working days"
    return _line(thread, wanted, why, due, weight=engagement, engagement=engagement, at=at)


def _deal(quiet: QuietDeal, *, at: datetime) -> Owed | None:
    side = quiet.side
    due = next_touch_at(
        quiet.at,
        gap_days=DEAL_QUIET_DAYS,
        window=OFFICE_HOURS,
        zones=(side.zone,),
        rests=side.rests,
    )
    if due > at:
        return None
    late = bool(quiet.deal.close_on) and quiet.deal.close_on < at.date().isoformat()
    why = "open deal with no task, meeting or thread that waits"
    return _line(
        quiet, Wanted.PLAN, f"{why}; its closing date has passed" if late else why, due,
        weight=_DEAL * (2 if late else 1), engagement=engagement_permille(side, at=at), at=at,
    )  # fmt: skip


def _line(
    one: Waiting,
    wanted: Wanted,
    why: str,
    since: datetime,
    *,
    weight: int,
    engagement: int,
    at: datetime,
) -> Owed:
    side = one.side
    days = working_days(
        since.astimezone(side.zone).date(), at.astimezone(side.zone).date(), side.rests
    )
    return Owed(
        about=_about(one),
        contact_id=side.contact.contact_id if side.contact else "",
        name=side.contact.name if side.contact else "",
        address=side.contact.address if side.contact else "",
        company=side.account.name if side.account else "",
        subject=one.subject if isinstance(one, OpenThread) else one.deal.name,
        wanted=wanted,
        why=why,
        owed_since=since,
        waiting_days=days,
        engagement_permille=engagement,
        warmth=side.warmth,
        priority=weight
        + _WARMEST * side.warmth.permille // PERMILLE
        + _LATE_DAY * min(days, WAITED_DAYS_COUNTED_MAX),
        capability=CAPABILITIES.get(wanted, ""),
    )


def _about(one: Waiting) -> str:
    if isinstance(one, OpenThread):
        return f"thread:{one.thread_id}"
    return f"deal:{one.deal.opportunity_id}"


def _opening(at: datetime, side: Side) -> datetime:
    return next_opening(at, OFFICE_HOURS, (side.zone,), side.rests)
