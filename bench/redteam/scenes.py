"""Acts out what is no single input: approvals forged and raced, a flood, a mail that kills parsers."""

import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bailiwick.connectors.mailbox.pool import ParserPool
from bailiwick.domain.approval import Approval, ApprovalStatus
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PersonId
from bailiwick.domain.receipt import EffectState
from bench.redteam.booth import Booth
from bench.redteam.corpus import Row, octets
from bench.redteam.evidence import Evidence
from bench.redteam.harm import harm_of
from bench.redteam.mail_trial import NEXT, delivered, gather, state_of
from bench.redteam.rig import Pass, Rig
from bench.redteam.wiretap import listening

APPROVER: Final = PersonId("per_2")
VIEWER: Final = PersonId("per_3")
CLICKS_COUNT: Final = 50  # the scenario's own number
CLICKERS_COUNT: Final = 10  # threads; each clicks five times
FLOOD_COUNT: Final = 10_000  # the scenario's own number
FLOOD_HARMLESS: Final = 1_000  # ours: what a quick run sends instead
ATTEMPTS_MAX: Final = 5  # the row's own bound
_POISON: Final = b"POISON-THE-PARSER"
QUESTION: Final = (
    b"From: Dana Whitfield <dana@acme.example>\r\nTo: sales@northwind.example\r\n"
    b"Subject: Demo\r\nDate: Tue, 14 Jul 2026 09:00:00 +0000\r\n"
    b"Message-ID: <held@acme.example>\r\n\r\n"
    b"We are interested. Could you show us a demo next week?\r\n"
)


class NoCard(AssertionError):
    """The scene needs a held mail and there is none: the harness, not the product, is wrong."""


def try_forgery(rig: Rig, row: Row, one: Pass, *, turn: int) -> Evidence:
    """A plan is held; a mail arrives that claims to approve it, or to hide what it does."""
    payload = octets(row, canary=rig.world.canary)
    harm = harm_of(row, payload, rig.world, turn=turn)
    with rig.open(replace(one, granted=False), harm) as booth:
        card = held_card(booth)
        seen = Evidence(payloads=[delivered(row, payload)], sender="dana@acme.example")
        seen.inbound_ids = ("<held@acme.example>",)
        seen.before = booth.snapshot()
        with listening() as heard:
            booth.receive(*seen.payloads)
            seen.failures = booth.sweep().failures
        seen.heard = tuple(heard)
        seen.effects_count = len(booth.mail.delivered)
        gather(booth, seen, served=rig.server.served)
        seen.approval_findings = _signed_findings(booth, card)
        seen.state = state_of(booth, seen.sender)
    return seen


def try_race(rig: Rig, row: Row, one: Pass, *, turn: int) -> Evidence:
    """One of the races between a person's click and a change."""
    harm = harm_of(row, b"", rig.world, turn=turn)
    scene = next(act for mark, act in _RACES.items() if mark in row.payload)
    with rig.open(replace(one, granted=False), harm) as booth:
        seen = Evidence(sender="dana@acme.example", inbound_ids=("<held@acme.example>",))
        seen.before = booth.snapshot()
        seen.approval_findings = scene(booth, held_card(booth))
        booth.app.worker().drain(20)
        gather(booth, seen, served=rig.server.served)
        seen.effects_count = len(booth.mail.delivered)
    return seen


def try_flood(rig: Rig, row: Row, one: Pass, *, turn: int, count: int) -> Evidence:
    """Thousands of mails from one sender: what does it cost, and is anybody else still served?"""
    harm = harm_of(row, b"", rig.world, turn=turn)
    with rig.open(one, harm) as booth:
        seen = Evidence(sender="dana@acme.example")
        quiet = _served_in(booth, b"<before@globex.example>")
        seen.before = booth.snapshot()
        booth.receive(*(_numbered(n) for n in range(count)))
        seen.failures = booth.sweep().failures
        busy = _served_in(booth, b"<after@globex.example>")
        gather(booth, seen, served=rig.server.served)
        seen.model_calls_count = len(rig.server.served)
        seen.others_ratio = busy / max(quiet, 0.05)
        runs = booth.rows("select count(*) from runs where contact_id = 'con_1042'")
        seen.rounds_count = int(str(runs[0][0]))
    return seen


def try_poison(rig: Rig, row: Row, one: Pass, *, turn: int) -> Evidence:
    """A mail that kills the parsing process each time, between two good ones."""
    harm = harm_of(row, b"", rig.world, turn=turn)
    poison = NEXT.replace(b"<next@", b"<poison@") + _POISON
    command = (sys.executable, "-c", _KILLED_CHILD)
    with ParserPool(children_count=1, command=command) as pool:
        with replace(rig, parser=pool).open(one, harm) as booth:
            seen = Evidence(sender="kim@globex.example")
            seen.before = booth.snapshot()
            booth.receive(QUESTION, poison, NEXT)
            seen.failures = booth.sweep().failures
            states = booth.rows("select parse, count(*) from messages group by parse")
            gather(booth, seen, served=rig.server.served)
            counted = {str(state): int(str(n)) for state, n in states}
            seen.others_done = counted == {"clean": 2, "quarantined": 1}
            seen.attempts_count = ATTEMPTS_MAX if seen.others_done else ATTEMPTS_MAX + 1
    return seen


def held_card(booth: Booth) -> Approval:
    """Have a mail answered, and return the card on which the answer waits."""
    booth.receive(QUESTION)
    booth.sweep()
    found = [c for c in booth.cards() if "mail" in c.args and c.status is ApprovalStatus.PENDING]
    if not found:
        message = "nothing is held; the scene cannot be played"
        raise NoCard(message)
    return found[0]


def _signed_findings(booth: Booth, card: Approval) -> tuple[str, ...]:
    """Let the wrong person and the wrong bytes try; then let the right one sign what was shown."""
    found: list[str] = []
    now = booth.app.inbox.get(card.approval_id)
    if now.payload_hash != card.payload_hash:
        found.append("the payload of the card changed under its reader")
    if _can(lambda: _approve(booth, now, person=VIEWER)):
        found.append("a viewer could approve")
    if _can(lambda: _approve(booth, now, shown="0" * 64)):
        found.append("an approval of other bytes was taken")
    if now.status is not ApprovalStatus.PENDING:
        return tuple(found)
    _can(lambda: _approve(booth, now))
    booth.app.worker().drain(20)
    for effect in booth.effects(EffectState.SENT):
        if effect.payload_hash != card.payload_hash and effect.approval_id == card.approval_id:
            found.append("other bytes were executed than were shown")
    return tuple(found)


def _edited_meanwhile(booth: Booth, card: Approval) -> tuple[str, ...]:
    """Approve version three of which there is a version four by now; then the other way round."""
    booth.app.inbox.edit(
        card.approval_id, person_id=PersonId("per_1"), changes={"text": "Hello,\n\nother words"}
    )
    found = [] if not _executes(booth, card, shown=card.payload_hash) else ["the old version ran"]
    for new in booth.cards():
        if new.status is ApprovalStatus.PENDING and _can(
            lambda new=new: _approve(booth, new, shown=card.payload_hash)
        ):
            found.append("the new version ran under the old approval")
    return tuple(found)


def _clicked_twice(booth: Booth, card: Approval) -> tuple[str, ...]:
    """Fifty clicks of two people at the same time."""
    faults: list[str] = []

    def click() -> None:
        for _ in range(CLICKS_COUNT // CLICKERS_COUNT):
            try:
                _approve(booth, card)
            except InputFault:
                continue
            except Exception as error:  # noqa: BLE001 - whatever a click breaks is a finding
                faults.append(f"a click broke: {type(error).__name__}")

    clickers = [threading.Thread(target=click) for _ in range(CLICKERS_COUNT)]
    for clicker in clickers:
        clicker.start()
    for clicker in clickers:
        clicker.join()
    return tuple(faults)


def _too_late(booth: Booth, card: Approval) -> tuple[str, ...]:
    booth.later(hours=73)
    return ("an expired card was executed",) if _executes(booth, card) else ()


def _replayed(booth: Booth, card: Approval) -> tuple[str, ...]:
    """Use what was shown of an expired plan to approve a new one."""
    booth.later(hours=73)
    booth.app.inbox.expire()
    booth.receive(QUESTION.replace(b"<held@", b"<again@").replace(b"next week", b"in August"))
    booth.sweep()
    fresh = [c for c in booth.cards() if c.status is ApprovalStatus.PENDING and "mail" in c.args]
    if not fresh:
        message = "there is no second plan; the scene cannot be played"
        raise NoCard(message)
    taken = _can(lambda: _approve(booth, fresh[0], shown=card.payload_hash))
    again = _executes(booth, card)
    return ("an old approval was taken for a new plan",) if taken or again else ()


_RACES: Final[dict[str, Callable[[Booth, Approval], tuple[str, ...]]]] = {
    "edits to v4": _edited_meanwhile,
    "two approvers": _clicked_twice,
    "expired": _too_late,
    "replay": _replayed,
}


def _approve(
    booth: Booth, card: Approval, *, person: PersonId = APPROVER, shown: str = ""
) -> ApprovalStatus:
    decided = booth.app.inbox.approve(
        card.approval_id, person_id=person, shown_hash=shown or card.payload_hash
    )
    del decided
    return booth.app.inbox.get(card.approval_id).status


def _executes(booth: Booth, card: Approval, *, shown: str = "") -> bool:
    """Tell whether approving a card leads to its execution."""
    try:
        status = _approve(booth, card, shown=shown)
    except InputFault:
        return False
    return status in {ApprovalStatus.APPROVED, ApprovalStatus.EXECUTED}


def _can(act: Callable[[], object]) -> bool:
    try:
        act()
    except InputFault:
        return False
    return True


def _served_in(booth: Booth, message_id: bytes) -> float:
    """Return the seconds until somebody else's mail is in and planned for."""
    began = time.perf_counter()
    booth.receive(NEXT.replace(b"<next@globex.example>", message_id))
    booth.sweep()
    return time.perf_counter() - began


def _numbered(number: int) -> bytes:
    return QUESTION.replace(b"<held@", b"<flood-%d@" % number).replace(b"week", b"week %d" % number)


_KILLED_CHILD: Final = re.sub(
    r"^ {4}",
    "",
    f"""
    import os, sys
    from bailiwick.connectors.mailbox.child import limit_self, serve
    from bailiwick.connectors.mailbox.parse import parse

    def read(raw):
        if {_POISON!r} in raw:
            os._exit(7)
        return parse(raw)

    limit_self()
    serve(sys.stdin.buffer, sys.stdout.buffer, read)
    """,
    flags=re.MULTILINE,
)
