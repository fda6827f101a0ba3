"""The follow-ups of a workspace: what its rows say, by the calendars of those it concerns.

Nothing is stored and no model is asked; the list is true at the instant that it is read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bailiwick.domain.campaign.rest_days import rests_in
from bailiwick.domain.campaign.zones import country_of, zones_of
from bailiwick.domain.crm import Account, Contact, Workspace
from bailiwick.domain.followup.owed import OpenThread, Owed, QuietDeal, Side, owed
from bailiwick.domain.ids import ContactId, MessageId
from bailiwick.domain.message import Direction
from bailiwick.domain.reader.score import NOTHING_HEARD, Heard, Warmth, conversation_warmth
from bailiwick.ports.followups import Correspondence, Quiet, Standing, Word
from bailiwick.ports.unit import Unit

LOOKED_BACK: Final = timedelta(days=90)  # ours: a quarter; what is older is another conversation
THREADS_COUNT_MAX: Final = 2_000  # ours: the latest; more than a team answers in a quarter
DEALS_COUNT_MAX: Final = 2_000  # ours: the latest


def followups(unit: Unit, *, at: datetime) -> list[Owed]:
    """Return who is owed a word, the most urgent first."""
    threads = unit.followups.correspondence(since=at - LOOKED_BACK, count_max=THREADS_COUNT_MAX)
    quiet = unit.followups.quiet_deals(at=at, count_max=DEALS_COUNT_MAX)
    named = {one.contact_id for one in threads}
    named |= {one.deal.contact_id for one in quiet if one.deal.contact_id is not None}
    standings = unit.followups.standings(sorted(named))
    workspace = unit.crm.workspace()
    latest = _latest(threads)
    asking = unit.followups.asking(
        [word.message_id for word in latest.values() if word.direction is Direction.OUTBOUND]
    )
    warmths = warmths_of(threads, at=at)
    sides = {
        contact_id: replace(_side(one, workspace), warmth=warmths.get(contact_id, NOTHING_HEARD))
        for contact_id, one in standings.items()
    }
    found = [
        *_threads(threads, latest, standings, sides, asking=asking),
        *_deals(quiet, standings, sides, workspace),
    ]
    return owed(found, at=at)


def quoted(unit: Unit, lines: Sequence[Owed]) -> tuple[Owed, ...]:
    """Return a page of lines with the words that their warmth rests on."""
    named = {line.warmth.message_id for line in lines if line.warmth.message_id}
    texts = unit.followups.texts(sorted(named))
    return tuple(
        replace(line, warmth=line.warmth.quoted(texts.get(line.warmth.message_id, "")))
        if line.warmth.message_id
        else line
        for line in lines
    )


def warmths_of(threads: Sequence[Correspondence], *, at: datetime) -> Mapping[ContactId, Warmth]:
    """Return how near to a purchase each person's words of late are."""
    heard: dict[ContactId, list[Heard]] = {}
    for thread in threads:
        heard.setdefault(thread.contact_id, []).extend(
            Heard(message_id=word.message_id, reading=word.reading, at=word.at)
            for word in thread.words
            if word.reading is not None
        )
    return {contact_id: conversation_warmth(said, now=at) for contact_id, said in heard.items()}


def _latest(threads: Sequence[Correspondence]) -> Mapping[str, Word]:
    """Return the last word of each thread that a person said."""
    found = (
        (one.thread_id, next((w for w in one.words if not _automatic(w)), None)) for one in threads
    )
    return {thread_id: word for thread_id, word in found if word is not None}


def _threads(
    threads: Sequence[Correspondence],
    latest: Mapping[str, Word],
    standings: Mapping[ContactId, Standing],
    sides: Mapping[ContactId, Side],
    *,
    asking: frozenset[MessageId],
) -> Iterator[OpenThread]:
    for one in threads:
        standing, last = standings.get(one.contact_id), latest.get(one.thread_id)
        if standing is None or last is None:
            continue
        theirs = last.direction is Direction.INBOUND
        if standing.enrolled and not theirs:
            continue  # the campaign follows up
        reading = last.reading
        yield OpenThread(
            thread_id=one.thread_id,
            subject=one.subject,
            side=sides[one.contact_id],
            theirs=theirs,
            at=last.at,
            intent=reading.intent if reading is not None else None,
            asks=last.message_id in asking or (reading is not None and reading.questions_count > 0),
            silent_count=_silent_count(one.words),
        )


def _silent_count(words: Sequence[Word]) -> int:
    """Count our mails since a person on the other side wrote."""
    count = 0
    for word in words:
        if _automatic(word):
            continue
        if word.direction is Direction.INBOUND:
            break
        count += 1
    return count


def _deals(
    quiet: Sequence[Quiet],
    standings: Mapping[ContactId, Standing],
    sides: Mapping[ContactId, Side],
    workspace: Workspace,
) -> Iterator[QuietDeal]:
    for one in quiet:
        standing = standings.get(one.deal.contact_id) if one.deal.contact_id else None
        if standing is not None and standing.enrolled:
            continue
        heard = standing.last_inbound_at if standing is not None else None
        known = sides.get(one.deal.contact_id) if one.deal.contact_id else None
        side = known or _company(one.account, workspace)
        yield QuietDeal(
            deal=one.deal,
            side=replace(side, account=one.account or side.account),
            at=max(one.at, heard) if heard is not None else one.at,
        )


def _automatic(word: Word) -> bool:
    """Tell whether a machine wrote it."""
    return word.reading is not None and word.reading.automatic


def _side(standing: Standing, workspace: Workspace) -> Side:
    contact, account = standing.contact, standing.account
    return Side(
        contact=contact,
        account=account,
        zone=zones_of(contact, account, workspace)[0],
        rests=rests_in(country_of(contact, account)),
        sent_count=standing.sent_count,
        received_count=standing.received_count,
        last_inbound_at=standing.last_inbound_at,
        forbidden=standing.forbidden,
    )


def _company(account: Account | None, workspace: Workspace) -> Side:
    """Return the other side of a deal that names no person."""
    nobody = Contact(contact_id=ContactId(""))
    return Side(
        contact=None,
        account=account,
        zone=zones_of(nobody, account, workspace)[0],
        rests=rests_in(country_of(nobody, account)),
        sent_count=0,
        received_count=0,
        last_inbound_at=None,
        forbidden=False,
    )
