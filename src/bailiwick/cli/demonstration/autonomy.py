"""The fourth act: a narrow grant lets one answer go out alone, and the kill switch stops all."""

import asyncio
from typing import TYPE_CHECKING, Final

from bailiwick.cli.demonstration.play import Play
from bailiwick.domain.action import Action
from bailiwick.domain.receipt import EffectState
from bailiwick.engine.granting import Granting, Wish
from bailiwick.engine.halting import EVERYTHING, Halting
from bailiwick.evals.world.company import Somebody
from bailiwick.evals.world.letters import INBOUND
from bailiwick.evals.world.situation import Situation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bailiwick.domain.approval import Approval
    from bailiwick.domain.autonomy import Grant

GRANT_DAYS: Final = 14  # ours: half of what a grant may last
LEVELS: Final = (2, 3)
"""Autonomy rises one level at a time; from the third on, an answer may leave alone."""
SUBJECT: Final = "One more question"
EVIDENCE: Final = "three of three replies of this morning were approved as drafted or nearly so"


def grant_narrowly(play: Play) -> None:
    """Grant L3 for answers to one account; ask the same from inside and from outside of it."""
    play.act("5  One narrow grant: plain answers to one account may go out unattended")
    inside, outside = _two_customers(play)
    grant = _granted(play, inside)
    before = len(play.sink.delivered)
    question = INBOUND[Situation.ASKS]["en"][1]
    for somebody in (inside, outside):
        play.receive(somebody, question, subject=SUBJECT)
        asyncio.run(play.app.sweep.plan(play.contact_id(somebody)))
    delivered = play.drain()
    mails = play.captured(after=before)
    sent_to = [str(mail["To"]) for mail in mails]
    held = [c for c in play.pending() if c.contact_id == play.contact_id(outside)]
    play.figures["grant"] = {
        "segment": grant.segment,
        "level": int(grant.level),
        "expires_at": grant.expires_at.isoformat(),
        "sent_unattended": len(mails),
        "held_outside": len(held),
    }
    play.output.say(
        f"{inside.firm.name}, reply, send_message, L{grant.level}, "
        f"until {grant.expires_at:%Y-%m-%d}; evidence: {grant.evidence}.",
        f"Two customers ask: “{question}”",
        f"  {inside.name}, {inside.firm.name}: answered without a person, marked "
        f"Auto-Submitted: {', '.join(str(mail['Auto-Submitted']) for mail in mails)}",
        f"  {outside.name}, {outside.firm.name}: drafted and held by "
        f"{', '.join(held[0].rules) if held else 'nothing'}",
    )
    play.promise(
        "inside the grant exactly one letter went out unattended",
        kept=len(mails) == 1
        and inside.address in sent_to[0]
        and [one.state for one in delivered] == [EffectState.SENT],
    )
    play.promise(
        "a letter that no person approved says so to machines",
        kept=all(mail["Auto-Submitted"] for mail in mails),
    )
    play.promise("outside the grant the same answer waits for a person", kept=len(held) == 1)


def pull_the_switch(play: Play) -> None:
    """Approve one more letter, halt before the worker looks, see it stay; lift, and see it go."""
    play.act("6  The kill switch")
    halting = Halting(units=play.app.units, clock=play.app.clock)
    admin = play.staff.admin.person_id
    before = len(play.sink.delivered)
    card = _plain_reply(play)
    queued = play.app.inbox.approve(
        card.approval_id,
        person_id=play.staff.approver.person_id,
        shown_hash=card.payload_hash,
    )
    halting.halt(EVERYTHING, person_id=admin, reason="the demo shows that it works")
    play.drain()
    during = len(play.sink.delivered) - before
    halting.lift(EVERYTHING, person_id=admin, reason="seen")
    play.drain()
    after = len(play.sink.delivered) - before
    play.figures["kill_switch"] = {"sent_while_halted": during, "sent_after": after}
    play.output.say(
        f"Kim approves one more letter ({queued.result.value}); Mara halts everything; "
        f"the worker sends {during}.",
        f"Mara lifts the halt; the worker sends {after}.",
    )
    play.promise("while everything is halted nothing is sent", kept=during == 0)
    play.promise("afterwards the approved letter goes out", kept=after == 1)


def _granted(play: Play, inside: Somebody) -> "Grant":
    with play.app.units.read() as unit:
        contact = unit.crm.contact(play.contact_id(inside))
    assert contact is not None, "every contact of the world was imported"
    granting = Granting(
        units=play.app.units,
        clock=play.app.clock,
        ids=play.app.ids,
        spec=play.app.graphs.spec,
    )
    wishes = [
        Wish(
            capability="reply",
            action=Action.SEND_MESSAGE,
            level=level,
            segment=f"account:{contact.account_id}",
            days=GRANT_DAYS,
            evidence=EVIDENCE,
            reason="a long-standing customer with everyday questions",
        )
        for level in LEVELS
    ]
    return [granting.add(wish, person_id=play.staff.admin.person_id) for wish in wishes][-1]


def _two_customers(play: Play) -> tuple[Somebody, Somebody]:
    """Find two English-speaking customers of different accounts, nobody's namesakes."""
    found: list[Somebody] = []
    with play.app.units.read() as unit:
        for somebody in play.in_situation(Situation.SETTLED):
            owner = unit.guards.address_owner(somebody.address)
            assert owner is not None, "every contact of the world was imported"
            alone = not unit.crm.namesakes(owner, count_max=1)
            elsewhere = all(one.firm is not somebody.firm for one in found)
            if somebody.firm.locale.language == "en" and alone and elsewhere:
                found.append(somebody)
    return found[0], found[1]


def _plain_reply(play: Play) -> "Approval":
    cards: Sequence[Approval] = play.pending()
    return next(c for c in cards if c.capability == "reply" and "concerns/sensitive" not in c.rules)
