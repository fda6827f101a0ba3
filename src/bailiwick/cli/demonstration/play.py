"""What the acts of a demo share: the workspace, what was counted, and what was promised."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bailiwick.cli.output import Output
from bailiwick.evals.world.company import Somebody
from bailiwick.evals.world.situation import Situation
from bailiwick.evals.world.world import World

if TYPE_CHECKING:
    from bailiwick.domain.approval import Approval
    from bailiwick.domain.ids import ContactId, EffectId
    from bailiwick.engine.delivery.deliver import Delivered
    from bailiwick.kit.json_value import Json as JsonValue
    from bailiwick.wiring.application import Application
    from bailiwick.wiring.staging import MailSink, Staff

CARDS_COUNT_MAX: Final = 500  # one page; a demo leaves a quarter of it
DRAIN_COUNT_MAX: Final = 100  # ours: a demo queues a handful


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Something the demo must show, and whether it did."""

    what: str
    kept: bool


@dataclass(slots=True, kw_only=True)
class Play:
    """One demo under way."""

    app: "Application"
    output: Output
    world: World
    folder: Path
    sink: "MailSink"
    staff: "Staff"
    figures: "dict[str, JsonValue]" = field(default_factory=dict[str, "JsonValue"])
    promises: list[Promise] = field(default_factory=list[Promise])
    explained: "EffectId | None" = None
    """The approved letter whose story is told in the end."""
    _by_contact: "dict[ContactId, Somebody]" = field(default_factory=dict["ContactId", Somebody])
    _letters_count: int = 0

    def act(self, title: str) -> None:
        """Say what comes next."""
        self.output.say("", f"== {title}", mark="ok")

    def promise(self, what: str, *, kept: bool) -> None:
        """Keep a promise, or say at once that it is broken."""
        self.promises.append(Promise(what=what, kept=kept))
        if not kept:
            self.output.say(f"BROKEN PROMISE: {what}", mark="refused")

    def somebody(self, contact_id: "ContactId | None") -> Somebody:
        """Return who in the generated world a contact is."""
        if not self._by_contact:
            with self.app.units.read() as unit:
                for one in self.world.people:
                    owner = unit.guards.address_owner(one.address)
                    assert owner is not None, "every contact of the world was imported"
                    self._by_contact[owner] = one
        assert contact_id is not None, "what a demo shows is about a contact"
        return self._by_contact[contact_id]

    def contact_id(self, somebody: Somebody) -> "ContactId":
        """Return the contact of somebody in the generated world."""
        with self.app.units.read() as unit:
            owner = unit.guards.address_owner(somebody.address)
        assert owner is not None, "every contact of the world was imported"
        return owner

    def in_situation(self, situation: Situation) -> Sequence[Somebody]:
        """Return the people who are in a situation."""
        return tuple(one for one in self.world.people if one.situation is situation)

    def pending(self) -> "Sequence[Approval]":
        """Return the cards that wait."""
        return self.app.inbox.list(size=CARDS_COUNT_MAX).items

    def receive(self, somebody: Somebody, text: str, *, subject: str) -> None:
        """Let somebody write to us now: a file, read as any mail is."""
        from bailiwick.evals.world.post import letter

        self._letters_count += 1
        path = self.folder / "exports" / f"letter-{self._letters_count}.eml"
        mailbox, now = self.app.workspace.mailbox, self.app.clock.now()
        path.write_bytes(letter(somebody, text, subject=subject, mailbox=mailbox, now=now))
        self.app.mail_intake.take(self.app.mail_source(path), progress=lambda _: None)

    def drain(self) -> "tuple[Delivered, ...]":
        """Let the worker carry out what is due; return what became of each row."""
        seen: list[Delivered] = []
        self.app.worker(seen.append).drain(DRAIN_COUNT_MAX)
        return tuple(seen)

    def captured(self, *, after: int = 0) -> Sequence[Message]:
        """Return the mails that the local server took, from a place on."""
        return tuple(message_from_bytes(raw, policy=default) for raw in self.sink.delivered[after:])
