"""The steps of a campaign's touch; what every drafting capability shares is in `graph/letter.py`.

The touch that the run was made for says which place in which series it is; what is said to whom
comes from the same templates and checks as every other mail.
"""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from bailiwick.capabilities.campaign.asks import WRITE
from bailiwick.domain.campaign.brief import Brief
from bailiwick.domain.campaign.series import TOUCHES_COUNT_MAX
from bailiwick.domain.drafting.place import Place
from bailiwick.domain.drafting.request import DraftRequest
from bailiwick.domain.mail_address import domain_of
from bailiwick.domain.outbound import message_id_of
from bailiwick.graph import letter
from bailiwick.graph.addressee import (
    EACH_WAY_COUNT_MAX,
    Addressee,
    Unsafe,
    addressee,
    nth_touch,
)
from bailiwick.graph.letter import Gathered, LetterState, Written, begun
from bailiwick.ports.deps import Deps

MAILS_COUNT_MAX: Final = TOUCHES_COUNT_MAX + EACH_WAY_COUNT_MAX
"""Ours: each touch of the longest series, and as many mails beside it."""
OWED: Final = timedelta(days=30)  # ours: a question of last month is answered before we advertise


class Skip(StrEnum):
    """Why there is no touch to draft; settling reads these words."""

    NO_TOUCH = "no_touch"
    """The run was not made for a touch."""
    OVER = "campaign_over"
    """The recipient's campaign ended or paused since the touch began."""
    REPLY_CAME = "reply_came"
    ANSWER_OWED = "answer_owed"
    """They wrote before the campaign, and nobody has answered them yet."""


async def gather(_: LetterState, deps: Deps) -> Gathered:
    """Look for an answer and for who may be written to; then compose by the place in the series."""
    brief = deps.crm.brief(deps.frame.run_id)
    if brief is None:
        return Gathered(skip_reason=Skip.NO_TOUCH)
    if not brief.going:
        return Gathered(skip_reason=Skip.OVER)
    whom = addressee(deps, each_max=MAILS_COUNT_MAX)
    if isinstance(whom, Unsafe):
        return Gathered(skip_reason=whom)
    heard = _heard(whom, brief, deps)
    if heard is not None:
        return Gathered(skip_reason=heard)
    return begun(_request(whom, brief), None)


async def write(state: LetterState, deps: Deps) -> Written:
    """Ask for the words between greeting and closing."""
    assert state.request is not None, "writing follows gathering"
    return await letter.write(WRITE, state, deps, kind=state.request.kind)


def _request(whom: Addressee, brief: Brief) -> DraftRequest:
    """Ask for the mail at this place, in the thread of the touch before and of no other mail.

    What a stranger wrote, a subject that we answered among it, has no way into a touch: the mails
    before are only compared with, so that nothing is said again.
    """
    place = Place(number=brief.number, of=brief.of, angle=brief.angle)
    domain = domain_of(whom.workspace.mailbox)
    before = message_id_of(brief.previous_key, domain=domain) if brief.previous_key else ""
    return replace(nth_touch(whom, place, after=before), topic=brief.topic)


def _heard(whom: Addressee, brief: Brief, deps: Deps) -> Skip | None:
    """Tell whether they wrote and nobody answered."""
    waiting = whom.history.unanswered
    if waiting is None or (waiting.reading is not None and waiting.reading.automatic):
        return None
    if waiting.received_at >= brief.enrolled_at:
        return Skip.REPLY_CAME
    return Skip.ANSWER_OWED if deps.frame.now - waiting.received_at < OWED else None
