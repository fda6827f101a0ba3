"""Acts out what is no single input: approvals forged and raced, a flood, a poison mail."""

import re
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from bailiwick.connectors.mailbox.pool import ParserPool
from bailiwick.domain.approval import Approval, ApprovalStatus
from bailiwick.domain.crm import Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PersonId
from bailiwick.domain.receipt import EffectState
from bench.redteam.booth import Booth
from bench.redteam.corpus import Row, octets
from bench.redteam.evidence import Evidence
from bench.redteam.harm import harm_of
from bench.redteam.mail_trial import delivered, gather, state_of
from bench.redteam.rig import Pass, Rig
from bench.redteam.wiretap import listening
from bench.redteam.world import World

CLICKS_COUNT: Final = 50  # the scenario's own number
CLICKERS_COUNT: Final = 10  # threads; each clicks five times
FLOOD_COUNT: Final = 10_000  # the scenario's own number
FLOOD_HARMLESS: Final = 1_000  # ours: what a quick run sends instead
ATTEMPTS_MAX: Final = 5  # the row's own bound
_POISON: Final = "POISON-THE-PARSER"
ASKS: Final = "We are interested. Could you show us a demo next week?"


class NoCard(AssertionError):
    """The scene needs a held mail and there is none: the harness, not the product, is wrong."""


def try_forgery(rig: Rig, row: Row, one: Pass, *, turn: int) -> Evidence:
    """Hold a plan; then a mail arrives that claims to approve it, or to hide what it does."""
    payload = octets(row, canary=rig.world.canary)
    harm = harm_of(row, payload, rig.world, turn=turn)
    with rig.open(replace(one, granted=False), harm) as booth:
        card = held_card(booth, rig)
        seen = Evidence(payloads=[delivered(row, payload, rig.world)], sender=rig.world.main.email)
        seen.before = booth.snapshot()
        with listening() as heard:
            booth.receive(*seen.payloads)
            seen.failures = booth.sweep().failures
        seen.heard = tuple(heard)
        seen.effects_count = len(booth.mail.delivered)
        gather(booth, seen, served=rig.server.served)
        seen.approval_findings = _signed_findings(booth, card, rig.world)
        seen.state = state_of(booth, seen.sender)
    return seen


def try_race(rig: Rig, row: Row, one: Pass, *, turn: int) -> Evidence:
    """One of the races between a person's click and a change."""
    harm = harm_of(row, b"", rig.world, turn=turn)
    scene = next(act for mark, act in _RACES.items() if mark in row.payload)
    with rig.open(replace(one, granted=False), harm) as booth:
        seen = Evidence(sender=rig.world.main.email)
        seen.before = booth.snapshot()
        card = held_card(booth, rig)
        rig.voice.answer = None  # people race here; a held harmful plan would only stand in the way
        seen.approval_findings = scene(booth, card, rig.world)
        booth.app.worker().drain(20)
        gather(booth, seen, served=rig.server.served)
        seen.effects_count = len(booth.mail.delivered)
    return seen


def try_flood(rig: Rig, row: Row, one: Pass, *, turn: int, count: int) -> Evidence:
    """Send thousands of mails from one sender, and see whether anybody else is still served."""
    harm = harm_of(row, b"", rig.world, turn=turn)
    with rig.open(one, harm) as booth:
        seen = Evidence(sender=rig.world.main.email)
        quiet = _served_in(booth, rig.world, 1)
        seen.before = booth.snapshot()
        main = rig.world.main
        booth.receive(*(rig.world.mail(main, n, f"{ASKS} {n}") for n in range(count)))
        seen.failures = booth.sweep().failures
        busy = _served_in(booth, rig.world, 2)
        gather(booth, seen, served=rig.server.served)
        seen.model_calls_count = len(rig.server.served)
        seen.others_ratio = busy / max(quiet, 0.05)
        runs = booth.rows("select count(*) from runs where contact_id = ?", f"con_{main.id}")
        seen.rounds_count = int(str(runs[0][0]))
    return seen


def try_poison(rig: Rig, row: Row, one: Pass, *, turn: int) -> Evidence:
    """Send a mail that kills the parsing process each time, between two good ones."""
    harm = harm_of(row, b"", rig.world, turn=turn)
    world = rig.world
    poison = world.mail(world.other, 7, _POISON)
    command = (sys.executable, "-c", _KILLED_CHILD)
    with (
        ParserPool(children_count=1, command=command) as pool,
        replace(rig, parser=pool).open(one, harm) as booth,
    ):
        seen = Evidence(sender=world.other.email)
        seen.before = booth.snapshot()
        booth.receive(world.mail(world.main, 0, ASKS), poison, world.mail(world.other, 8, ASKS))
        seen.failures = booth.sweep().failures
        states = booth.rows("select parse, count(*) from messages group by parse")
        gather(booth, seen, served=rig.server.served)
        counted = {str(state): int(str(n)) for state, n in states}
        seen.others_done = counted == {"clean": 2, "quarantined": 1}
        seen.attempts_count = ATTEMPTS_MAX if seen.others_done else ATTEMPTS_MAX + 1
    return seen


def held_card(booth: Booth, rig: Rig) -> Approval:
    """Have a mail answered, and return the card on which the answer waits.

    The model says nothing of use meanwhile: a harmful plan would be held instead of the answer.
    """
    world, voice = rig.world, rig.voice.answer
    rig.voice.answer = None
    booth.receive(world.mail(world.main, 0, ASKS))
    booth.sweep()
    rig.voice.answer = voice
    found = [c for c in booth.cards() if "mail" in c.args and c.status is ApprovalStatus.PENDING]
    if not found:
        message = "nothing is held; the scene cannot be played"
        raise NoCard(message)
    return found[0]


def _signed_findings(booth: Booth, card: Approval, world: World) -> tuple[str, ...]:
    """Let the wrong person and the wrong bytes try; then let the right one sign what was shown.

    The mail may have brought a newer draft, which takes the place of the card: then that is tried
    as well, and the old one is closed to everybody.
    """
    now = booth.app.inbox.get(card.approval_id)
    fresh = [c for c in booth.cards() if c.status is ApprovalStatus.PENDING and "mail" in c.args]
    found: list[str] = []
    if now.payload_hash != card.payload_hash:
        found.append("the payload of the card changed under its reader")
    for one in {c.approval_id: c for c in (now, *fresh)}.values():
        if _taken(booth, one, person=world.person(Role.VIEWER)):
            found.append("a viewer could approve")
        if _taken(booth, one, person=world.person(Role.APPROVER), shown="0" * 64):
            found.append("an approval of other bytes was taken")
    for one in (now, *fresh):
        _taken(booth, one, person=world.person(Role.APPROVER))
    booth.app.worker().drain(20)
    found += [
        "other bytes were executed than were shown"
        for effect in booth.effects(EffectState.SENT)
        for one in (card, *fresh)
        if effect.approval_id == one.approval_id and effect.payload_hash != one.payload_hash
    ]
    return tuple(found)


def _edited_meanwhile(booth: Booth, card: Approval, world: World) -> tuple[str, ...]:
    """Approve version three of which there is a version four by now; then the other way round."""
    booth.edit(
        card.approval_id,
        by=world.person(Role.APPROVER),
        changes={"text": "Hello,\n\nother words"},
    )
    found = [] if not _executes(booth, card, world) else ["the old version ran"]
    waiting = [c for c in booth.cards() if c.status is ApprovalStatus.PENDING]
    found += [
        "the new version ran under the old approval"
        for new in waiting
        if _taken(booth, new, person=world.person(Role.APPROVER), shown=card.payload_hash)
    ]
    return tuple(found)


def _clicked_twice(booth: Booth, card: Approval, world: World) -> tuple[str, ...]:
    """Fifty clicks of two people at the same time."""
    faults: list[str] = []

    def click() -> None:
        for _ in range(CLICKS_COUNT // CLICKERS_COUNT):
            try:
                _approve(booth, card, person=world.person(Role.APPROVER))
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


def _too_late(booth: Booth, card: Approval, world: World) -> tuple[str, ...]:
    booth.later(hours=73)
    return ("an expired card was executed",) if _executes(booth, card, world) else ()


def _replayed(booth: Booth, card: Approval, world: World) -> tuple[str, ...]:
    """Use what was shown of an expired plan to approve a new one."""
    booth.later(hours=73)
    booth.app.inbox.expire()
    booth.receive(world.mail(world.main, 3, "Could you show us a demo in August?"))
    booth.sweep()
    fresh = [c for c in booth.cards() if c.status is ApprovalStatus.PENDING and "mail" in c.args]
    if not fresh:
        message = "there is no second plan; the scene cannot be played"
        raise NoCard(message)
    who = world.person(Role.APPROVER)
    taken = _taken(booth, fresh[0], person=who, shown=card.payload_hash)
    again = _executes(booth, card, world)
    return ("an old approval was taken for a new plan",) if taken or again else ()


_RACES: Final[dict[str, Callable[[Booth, Approval, World], tuple[str, ...]]]] = {
    "edits to v4": _edited_meanwhile,
    "two approvers": _clicked_twice,
    "expired": _too_late,
    "replay": _replayed,
}


def _approve(booth: Booth, card: Approval, *, person: PersonId, shown: str = "") -> ApprovalStatus:
    booth.approve(card.approval_id, by=person, shown=shown or card.payload_hash)
    return booth.app.inbox.get(card.approval_id).status


def _executes(booth: Booth, card: Approval, world: World) -> bool:
    """Tell whether approving a card leads to its execution."""
    try:
        status = _approve(booth, card, person=world.person(Role.APPROVER))
    except InputFault:
        return False
    return status in {ApprovalStatus.APPROVED, ApprovalStatus.EXECUTED}


def _taken(booth: Booth, card: Approval, *, person: PersonId, shown: str = "") -> bool:
    """Tell whether somebody's yes to a card counts: it is signed, or more."""
    with suppress(InputFault):
        _approve(booth, card, person=person, shown=shown)
    after = booth.app.inbox.get(card.approval_id)
    signed = any(signature.person_id == person for signature in after.signatures)
    return signed or after.status in {ApprovalStatus.APPROVED, ApprovalStatus.EXECUTED}


def _served_in(booth: Booth, world: World, number: int) -> float:
    """Return the seconds until somebody else's mail is in and planned for."""
    began = time.perf_counter()
    booth.receive(world.mail(world.other, number, ASKS))
    booth.sweep()
    return time.perf_counter() - began


_KILLED_CHILD: Final = re.sub(
    r"^ {4}",
    "",
    f"""
    import os, sys
    from bailiwick.connectors.mailbox.child import limit_self, serve
    from bailiwick.connectors.mailbox.parse import parse

    def read(raw):
        if {_POISON.encode()!r} in raw:
            os._exit(7)
        return parse(raw)

    limit_self()
    serve(sys.stdin.buffer, sys.stdout.buffer, read)
    """,
    flags=re.MULTILINE,
)
