"""The third act: a person looks at what waits, decides some of it, and only that is sent."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING, Final

from bailiwick.cli.demonstration.play import Play
from bailiwick.domain.action import Action
from bailiwick.domain.receipt import EffectState
from bailiwick.engine.inbox.signing import Result
from bailiwick.evals.world.letters import INBOUND
from bailiwick.evals.world.situation import Situation
from bailiwick.kit.text import capped

if TYPE_CHECKING:
    from email.message import Message

    from bailiwick.domain.approval import Approval

WAITING_COUNT_MIN: Final = 12
SHOWN_COUNT: Final = 14  # ours: a screen
LANGUAGES: Final = ("en", "de", "fr", "es")
CANDIDATES_COUNT_MAX: Final = 5
LINE_LENGTH_MAX: Final = 72
BODY_LINES_COUNT: Final = 3
HOLDS: Final[Mapping[str, str]] = {
    "wrong_entity": "somebody else has the same name",
    "concerns/sensitive": "the question is about money, law or data",
    "consent/missing": "marketing without consent on file",
}
_EVERY_DAY: Final = frozenset({"autonomy", "taint/rule_of_two", "unsure/class_threshold"})
"""Rules that hold any letter of a fresh install."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The cards that the person of the demo decides."""

    edited: "Approval"
    approved: "tuple[Approval, ...]"
    withdrawn: "Approval"
    """Approved, and then its contact asks to stop."""
    rejected: "Approval"


def show_inbox(play: Play) -> None:
    """Show what waits, and why."""
    cards = [card for card in play.pending() if card.action is Action.SEND_MESSAGE]
    kinds = Counter(card.capability for card in cards)
    languages = Counter(_language(card) for card in cards)
    holds = {rule: [c for c in cards if rule in c.rules] for rule in HOLDS}
    play.figures["inbox"] = {
        "card": holds["wrong_entity"][0].approval_id if holds["wrong_entity"] else "",
        "waiting": len(cards),
        "by_capability": dict(sorted(kinds.items())),
        "by_language": dict(sorted(languages.items())),
        "held_for": {rule: len(found) for rule, found in holds.items()},
        "sent": len(play.sink.delivered),
    }
    play.act(f"3  {len(cards)} letters wait for a person; {len(play.sink.delivered)} were sent")
    play.output.table(
        f"{SHOWN_COUNT} of them",
        ("letter", "to", "subject", "held by, beside the usual"),
        [_row(play, card) for card in _varied(cards)],
    )
    play.output.say("The usual: " + ", ".join(sorted(_EVERY_DAY)) + ".")
    for rule, found in holds.items():
        if found:
            play.output.say(f"{rule} ({len(found)}): {HOLDS[rule]}.", *_detail(play, rule, found))
    play.promise("at least twelve letters wait", kept=len(cards) >= WAITING_COUNT_MIN)
    play.promise("they are in four languages", kept=set(languages) == set(LANGUAGES))
    play.promise(
        "replies, first letters and follow-ups are among them",
        kept={"reply", "outreach", "followup"} <= set(kinds),
    )
    play.promise(
        "some wait for a namesake, some for a concern, some for consent",
        kept=all(holds.values()),
    )


def decide(play: Play) -> None:
    """Edit, approve, reject; let one contact ask to stop; deliver; show what the server took."""
    play.act("4  Kim, an approver, decides six of them; the law judges each again")
    choice = _choose(play)
    before = len(play.sink.delivered)
    edited = _edit(play, choice.edited)
    approved = (edited, *choice.approved, choice.withdrawn)
    queued = [_approve(play, card) for card in approved]
    _reject(play, choice.rejected)
    _ask_to_stop(play, choice.withdrawn)
    delivered = play.drain()
    mails = play.captured(after=before)
    states = Counter(one.state.value for one in delivered)
    play.explained = next((d.effect_id for d in delivered if d.state is EffectState.SENT), None)
    play.figures["decided"] = {
        "edited": 1,
        "approved": len(approved),
        "rejected": 1,
        "sent": len(mails),
        "suppressed_before_delivery": _state(play, choice.withdrawn),
        "message_ids": [str(mail["Message-ID"]) for mail in mails],
    }
    play.output.say(f"The worker took {len(delivered)} rows: {dict(states)}.")
    play.output.say(
        *(f"  not sent: {one.reason}" for one in delivered if one.state is not EffectState.SENT),
        mark="held",
    )
    for mail in mails:
        _show_mail(play, mail)
    wanted = {_address(card) for card in (edited, *choice.approved)}
    play.promise("what was approved was queued", kept=all(r is Result.QUEUED for r in queued))
    play.promise(
        "the mail server got exactly the approved letters, each once",
        kept=sorted(_recipient(mail) for mail in mails) == sorted(wanted),
    )
    play.promise(
        "the letter to the contact who asked to stop in between was not sent",
        kept=_state(play, choice.withdrawn) == EffectState.SUPPRESSED.value,
    )
    play.promise(
        "commercial mail carries List-Unsubscribe",
        kept=all(m["List-Unsubscribe"] for m in mails if _is_commercial(m, approved)),
    )


def _choose(play: Play) -> Choice:
    """Pick plain replies, a follow-up and a first letter with consent, in many languages."""
    cards = [card for card in play.pending() if card.action is Action.SEND_MESSAGE]
    free = [card for card in cards if not set(card.rules) - _EVERY_DAY]
    used: set[str] = set()

    def take(capability: str, language: str) -> "Approval":
        fitting = [c for c in free if c.capability == capability and c.approval_id not in used]
        fitting.sort(key=lambda c: _language(c) != language)
        used.add(fitting[0].approval_id)
        return fitting[0]

    return Choice(
        edited=take("reply", "en"),
        approved=(take("reply", "fr"), take("followup", "es"), take("outreach", "de")),
        withdrawn=take("reply", "de"),
        rejected=next(card for card in cards if "concerns/sensitive" in card.rules),
    )


def _edit(play: Play, card: "Approval") -> "Approval":
    text = str(_mail(card)["text"])
    greeting, _, rest = text.partition("\n\n")
    words = f"{greeting}\n\nKim here, I look after your account from today.\n\n{rest}"
    decided = play.app.inbox.edit(
        card.approval_id,
        person_id=play.staff.approver.person_id,
        changes={"text": words},
        note="say who writes",
    )
    play.output.say(f"edited    {_about(play, card)}: one sentence of her own")
    return decided.approval


def _approve(play: Play, card: "Approval") -> Result:
    decided = play.app.inbox.approve(
        card.approval_id,
        person_id=play.staff.approver.person_id,
        shown_hash=card.payload_hash,
    )
    play.output.say(
        f"approved  {_about(play, card)}: payload {card.payload_hash[:12]}, {decided.result.value}"
    )
    return decided.result


def _reject(play: Play, card: "Approval") -> None:
    reason = "prices go through the account manager"
    play.app.inbox.reject(card.approval_id, person_id=play.staff.approver.person_id, reason=reason)
    play.output.say(f"rejected  {_about(play, card)}: {reason}")


def _ask_to_stop(play: Play, card: "Approval") -> None:
    """Let the contact of an approved card write to us before the worker looks."""
    somebody = play.somebody(card.contact_id)
    words = INBOUND[Situation.OPTS_OUT][somebody.firm.locale.language][0]
    play.receive(somebody, words, subject=str(_mail(card)["subject"]))
    asyncio.run(play.app.sweep.run(contacts_max=0, progress=lambda _done, _total: None))
    play.output.say(f"meanwhile {somebody.name} writes: “{words}”", mark="held")


def _state(play: Play, card: "Approval") -> str:
    with play.app.units.read() as unit:
        row = unit.effects.for_step(card.step_id)
    return row.state.value if row is not None else ""


def _show_mail(play: Play, mail: "Message") -> None:
    names = ("From", "To", "Subject", "Message-ID", "In-Reply-To", "List-Unsubscribe")
    lines = [f"  {name}: {mail[name]}" for name in names if mail[name]]
    lines += [f"  | {line}" for line in _body(mail)[:BODY_LINES_COUNT]]
    play.output.say("", *(capped(line, 2 * LINE_LENGTH_MAX) for line in lines))


def _body(mail: "Message") -> list[str]:
    plain = next((part for part in mail.walk() if part.get_content_type() == "text/plain"), mail)
    content = plain.get_payload(decode=True)
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
    return [capped(line, LINE_LENGTH_MAX) for line in text.splitlines() if line.strip()]


def _recipient(mail: "Message") -> str:
    return parseaddr(str(mail["To"]))[1]


def _is_commercial(mail: "Message", cards: "Sequence[Approval]") -> bool:
    address = _recipient(mail)
    return any(_address(c) == address and _mail(c)["purpose"] == "marketing" for c in cards)


def _varied(cards: "Sequence[Approval]") -> "Iterator[Approval]":
    """Yield cards so that every kind, language and reason to wait comes early."""
    left = list(cards)
    seen: Counter[tuple[str, ...]] = Counter()
    for _ in range(min(SHOWN_COUNT, len(left))):
        card = min(left, key=lambda c: (seen[_kind(c)], seen[(_language(c),)]))
        seen[_kind(card)] += 1
        seen[(_language(card),)] += 1
        left.remove(card)
        yield card


def _kind(card: "Approval") -> tuple[str, ...]:
    return (card.capability, *sorted(set(card.rules) - _EVERY_DAY))


def _row(play: Play, card: "Approval") -> tuple[str, str, str, str]:
    somebody = play.somebody(card.contact_id)
    held = ", ".join(sorted(set(card.rules) - _EVERY_DAY)) or "-"
    return (
        f"{card.capability} {_language(card)}",
        somebody.name,
        str(_mail(card)["subject"]),
        held,
    )


def _detail(play: Play, rule: str, cards: "Sequence[Approval]") -> Iterator[str]:
    if rule != "wrong_entity":
        return
    contact_id = cards[0].contact_id
    assert contact_id is not None, "a letter is to somebody"
    with play.app.units.read() as unit:
        others = unit.crm.namesakes(contact_id, count_max=CANDIDATES_COUNT_MAX)
    addresses = " or ".join([_address(cards[0]), *(one.address for one in others)])
    yield f"  {play.somebody(contact_id).name} is {addresses}"


def _about(play: Play, card: "Approval") -> str:
    somebody = play.somebody(card.contact_id)
    return f"{card.capability} in {_language(card)} to {somebody.name}, {somebody.firm.name}"


def _mail(card: "Approval") -> Mapping[str, object]:
    mail = card.args["mail"]
    assert isinstance(mail, Mapping), "a letter has a mail"
    return mail


def _language(card: "Approval") -> str:
    return str(_mail(card)["language"])


def _address(card: "Approval") -> str:
    return str(_mail(card)["to_address"])
